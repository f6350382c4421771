"""A backup of the whole square in one file, made while it is open."""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from parvis.core.delivery.signing import FOLDER as SIGNING_KEYS
from parvis.lib.environment import SECRET_FILE, SETTINGS_FILE
from parvis.lib.refusal import Refusal

from ..release_notes import this_version
from .archive import Tell, write_archive
from .databases import copy_database
from .erasures import FILE as ERASURES

FILES = (SECRET_FILE, SETTINGS_FILE, ERASURES)
FOLDERS = ("media", "outbox", "mail-in", SIGNING_KEYS)
MARK = "last-backup"


class CannotWrite(Refusal):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            _("The backup cannot be written to %(file)s (%(reason)s).") % {"file": path, "reason": reason}
        )


@dataclass(frozen=True)
class Backup:
    """A backup that was made: where, how big (bytes), of how many files."""

    path: Path
    size: int
    files: int
    at: datetime


def no_one(done: int, total: int) -> None:
    """For work that nobody watches."""


def make_backup(path: Path, *, at: datetime, tell: Tell = no_one) -> Backup:
    """Write everything the square is into one file. Raises CannotWrite, ToolMissing, ToolFailed.

    The database is copied first: what is added to the folders afterwards does no harm, and nothing it names is missing.
    """
    data = Path(settings.PARVIS_DATA)
    path = path.absolute()
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=data) as scratch:
            copy = copy_database(Path(scratch))
            members = {copy.name: copy, **files_of(data)}
            about = {"parvis": this_version(), "at": at.isoformat(), "engine": connection.vendor}
            manifest = write_archive(path, members, about, tell)
    except OSError as error:
        raise CannotWrite(path, error.strerror or str(error)) from error
    (data / MARK).write_text(at.isoformat(), encoding="ascii")
    return Backup(path, path.stat().st_size, len(manifest.files), at)


def last_backup() -> datetime | None:
    """When a backup was last made of this folder."""
    try:
        return datetime.fromisoformat((Path(settings.PARVIS_DATA) / MARK).read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return None


def files_of(data: Path) -> dict[str, Path]:
    """What a data folder holds beside the database, by its name in the backup."""
    single = [data / name for name in FILES]
    many = [file for folder in FOLDERS for file in sorted((data / folder).rglob("*"))]
    return {
        file.relative_to(data).as_posix(): file
        for file in [*single, *many]
        if file.is_file() and not file.name.endswith(".part")
    }
