"""Files of check-ins that were sent, looked at before they are kept."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from parvis.core.site.sent import keep
from parvis.lib.checkins import Reading, Unreadable
from parvis.lib.refusal import Refusal

from .running import NothingToRead


class TooHeavy(Refusal):
    def __init__(self, limit: int) -> None:
        super().__init__(
            _(
                "This file is larger than %(limit)s MB. Pack it as a zip, or ask whoever keeps the server "
                "to bring it with the command."
            )
            % {"limit": limit // 2**20}
        )


def keep_checkins(chunks: Iterable[bytes], called: str, at: datetime) -> str:
    """Keep what was sent if check-ins can be in it; the name it is kept under. Raises TooHeavy, NothingToRead."""

    def check(path: Path) -> None:
        try:
            Reading(path)
        except Unreadable as unreadable:
            raise NothingToRead(called, unreadable) from None

    return keep(chunks, at, check, TooHeavy)
