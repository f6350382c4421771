"""Files that were sent to be brought: kept in the data folder under names that tell nothing, for a week."""

import re
import zipfile
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import public_id
from parvis.lib.environment import write_private
from parvis.lib.refusal import Refusal
from parvis.lib.wxr import NotWordPressExport
from parvis.lib.wxr.source import opened

from .overview import NotAnExport

KEPT_FOR = timedelta(days=7)
NAME = re.compile(r"[a-z0-9]{20}")


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

    return keep(chunks, at, check)


def keep_uploads(chunks: Iterable[bytes], called: str, at: datetime) -> str:
    """Keep what was sent if it is a zip; the name it is kept under. Raises TooHeavy, NotAZip."""

    def check(path: Path) -> None:
        if not zipfile.is_zipfile(path):
            raise NotAZip(called)

    return keep(chunks, at, check)


def keep(chunks: Iterable[bytes], at: datetime, check: Callable[[Path], None]) -> str:
    """Write what was sent; nothing of it stays when it is too heavy or `check` refuses it."""
    drop_old(at)
    name, size = public_id(), 0
    path = place(name)
    write_private(path, "")
    try:
        with path.open("wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > settings.PARVIS_IMPORT_LIMIT:
                    raise TooHeavy(settings.PARVIS_IMPORT_LIMIT)
                file.write(chunk)
        check(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return name


def place(name: str) -> Path:
    """Where a file of this name lies. Raises ValueError for what is no such name."""
    if not NAME.fullmatch(name):
        raise ValueError("not the name of a kept file")
    folder = Path(settings.PARVIS_DATA) / "imports"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / name


def drop_old(at: datetime) -> None:
    """Delete what was sent more than a week ago."""
    for path in (Path(settings.PARVIS_DATA) / "imports").glob("*"):
        if path.stat().st_mtime < (at - KEPT_FOR).timestamp():
            path.unlink(missing_ok=True)
