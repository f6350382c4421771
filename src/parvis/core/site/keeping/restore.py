"""Giving a backup back to an empty folder: all of it, held against its checksums, or nothing."""

import shutil
import tempfile
from contextlib import suppress
from gettext import gettext as _
from pathlib import Path

from parvis.lib.refusal import Refusal

from .archive import Manifest, Tell, WithoutDatabase, unpack
from .erasures import FILE as ERASURES

DATABASES = frozenset({"database.sqlite3", "database.pgdump"})


class FolderNotEmpty(Refusal):
    def __init__(self, folder: Path) -> None:
        super().__init__(
            _(
                "%(folder)s is not empty, and a backup is only given back to an empty folder, so that nothing is "
                "overwritten. Name a new one with --data. Only erasures.jsonl may already be there."
            )
            % {"folder": folder}
        )


def unpack_backup(path: Path, data: Path, *, tell: Tell) -> Manifest:
    """Put the files of a backup into an empty folder. Raises FolderNotEmpty, NotABackup, Damaged, FromNewerParvis,
    WithoutDatabase; then the folder is as it was, and away again if it was not there.

    Settings are not read here, for they lie in the backup; the database follows with `load_database`.
    """
    if data.exists() and any(entry.name != ERASURES for entry in data.iterdir()):
        raise FolderNotEmpty(data)
    made = missing(data)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    data.chmod(0o700)
    scratch = Path(tempfile.mkdtemp(prefix=".restore-", dir=data))
    try:
        manifest = unpack(path, scratch, tell)
        if not DATABASES.intersection(manifest.files):
            raise WithoutDatabase(path)
        join_erasures(data / ERASURES, scratch / ERASURES)
        for entry in scratch.iterdir():
            entry.replace(data / entry.name)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        remove(made)
        raise
    shutil.rmtree(scratch, ignore_errors=True)
    return manifest


def missing(folder: Path) -> list[Path]:
    """The folders on the way to this one that are not there, itself included, the innermost first."""
    return [path for path in (folder, *folder.parents) if not path.exists()]


def remove(made: list[Path]) -> None:
    """Take away the folders that were made, as far as they are empty."""
    with suppress(OSError):
        for path in made:
            path.rmdir()


def join_erasures(here: Path, restored: Path) -> None:
    """Those who left since the backup was made stand in the list that was kept here; none may be lost."""
    kept = here.read_text(encoding="utf-8") if here.exists() else ""
    if kept:
        before = restored.read_text(encoding="utf-8") if restored.exists() else ""
        new = [line for line in kept.splitlines(keepends=True) if line not in before]
        restored.write_text(before + "".join(new), encoding="utf-8")
        restored.chmod(0o600)


def empty_again(data: Path) -> None:
    """Leave the folder as it was found, after a restore that could not be carried through."""
    for entry in data.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        elif entry.name != ERASURES:
            entry.unlink()


def load_database(manifest: Manifest) -> None:
    """Give the database back, once the settings are loaded. Raises OtherEngine, and what PostgreSQL's tools raise."""
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from .databases import POSTGRESQL, SQLITE, OtherEngine, load  # noqa: PLC0415

    if manifest.engine != connection.vendor:
        raise OtherEngine(manifest.engine, connection.vendor)
    data = Path(settings.PARVIS_DATA)
    if connection.vendor == "sqlite":
        shutil.move(data / SQLITE, connection.settings_dict["NAME"])
    else:
        load(data / POSTGRESQL)
        (data / POSTGRESQL).unlink()
