"""Files that were sent to be brought, looked at before they are kept (`core.site.sent`)."""

import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from parvis.core.site.sent import keep, place
from parvis.lib.refusal import Refusal
from parvis.lib.wxr import NotWordPressExport
from parvis.lib.wxr.source import opened

from .overview import NotAnExport

__all__ = ["keep_export", "keep_uploads", "place"]


class TooHeavy(Refusal):
    def __init__(self, limit: int) -> None:
        super().__init__(
            _(
                "This file is larger than %(limit)s MB. WordPress can export year by year: "
                "bring the parts one after the other, or use the command on the server."
            )
            % {"limit": limit // 2**20}
        )


class NotAZip(Refusal):
    def __init__(self, called: str) -> None:
        super().__init__(
            _("“%(file)s” is not a zip file. Pack the folder wp-content/uploads as a zip, and send that.")
            % {"file": called}
        )


def keep_export(chunks: Iterable[bytes], called: str, at: datetime) -> str:
    """Keep what was sent if it is an export; the name it is kept under. Raises TooHeavy, NotAnExport."""

    def check(path: Path) -> None:
        try:
            with opened(path):
                pass
        except NotWordPressExport:
            raise NotAnExport(Path(called)) from None

    return keep(chunks, at, check, TooHeavy)


def keep_uploads(chunks: Iterable[bytes], called: str, at: datetime) -> str:
    """Keep what was sent if it is a zip; the name it is kept under. Raises TooHeavy, NotAZip."""

    def check(path: Path) -> None:
        if not zipfile.is_zipfile(path):
            raise NotAZip(called)

    return keep(chunks, at, check, TooHeavy)
