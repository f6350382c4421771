"""Files that were sent to be brought in: kept in the data folder under names that tell nothing, for a week at most."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from parvis.core.people.models import public_id
from parvis.lib.environment import write_private
from parvis.lib.refusal import Refusal

KEPT_FOR = timedelta(days=7)
NAME = re.compile(r"[a-z0-9]{20}")


def keep(
    chunks: Iterable[bytes],
    at: datetime,
    check: Callable[[Path], None],
    too_heavy: Callable[[int], Refusal],
) -> str:
    """Write what was sent, and give the name it is kept under; nothing stays when `check` refuses it.

    Raises what `check` raises, and `too_heavy` (of the most bytes there may be) beyond PARVIS_IMPORT_LIMIT.
    """
    drop_old(at)
    name, size = public_id(), 0
    path = place(name)
    write_private(path, "")
    try:
        with path.open("wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > settings.PARVIS_IMPORT_LIMIT:
                    raise too_heavy(settings.PARVIS_IMPORT_LIMIT)
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


def drop(name: str) -> None:
    """Delete what was sent."""
    place(name).unlink(missing_ok=True)


def drop_old(at: datetime) -> None:
    """Delete what was sent more than a week ago."""
    for path in (Path(settings.PARVIS_DATA) / "imports").glob("*"):
        if path.stat().st_mtime < (at - KEPT_FOR).timestamp():
            path.unlink(missing_ok=True)
