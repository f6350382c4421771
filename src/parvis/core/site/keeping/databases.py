"""Copies of the database: SQLite's own online backup, PostgreSQL's own pg_dump."""

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from parvis.lib.refusal import Refusal

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
SQLITE, POSTGRESQL = "database.sqlite3", "database.pgdump"


class ToolMissing(Refusal):
    def __init__(self, tool: str) -> None:
        super().__init__(
            _(
                "%(tool)s is needed for this, and is not on this machine. It comes with PostgreSQL's client programs."
            )
            % {"tool": tool}
        )


class ToolFailed(Refusal):
    def __init__(self, tool: str, words: str) -> None:
        super().__init__(_("%(tool)s could not do its work: %(words)s") % {"tool": tool, "words": words})


class OtherEngine(Refusal):
    def __init__(self, engine: str, wanted: str) -> None:
        super().__init__(
            _(
                "This backup is of a %(engine)s database, but this folder is to use %(wanted)s. "
                "Set PARVIS_DATABASE_URL to a %(engine)s database, or unset it for SQLite."
            )
            % {"engine": NAMES.get(engine, engine), "wanted": NAMES.get(wanted, wanted)}
        )


class NotEmpty(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("The PostgreSQL database is not empty. Make a new one, and name it in PARVIS_DATABASE_URL.")
        )


def copy_database(folder: Path) -> Path:
    """A consistent copy of the database in this folder, while others read and write it."""
    if connection.vendor == "sqlite":
        return copy_sqlite(folder / SQLITE)
    dump(folder / POSTGRESQL)
    return folder / POSTGRESQL


def copy_sqlite(path: Path) -> Path:
    """One file, without write-ahead log (SQLite's online backup API: writers are not held up)."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    connection.ensure_connection()
    if connection.in_atomic_block:
        # The online backup would wait for this very transaction to end.
        path.write_bytes(connection.connection.serialize())
        return path
    target = sqlite3.connect(path)
    try:
        connection.connection.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
    finally:
        target.close()
    return path


def dump(path: Path) -> None:
    """pg_dump in its own compressed form; raises ToolMissing, ToolFailed."""
    call("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}", name())


def load(path: Path) -> None:
    """pg_restore into an empty database, whole or not at all; raises ToolMissing, ToolFailed, NotEmpty."""
    if connection.introspection.table_names():
        raise NotEmpty
    call(
        "pg_restore",
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        "--exit-on-error",
        f"--dbname={name()}",
        str(path),
    )


def name() -> str:
    """The database as libpq's tools take it; the password travels by PGPASSWORD."""
    return str(connection.settings_dict["NAME"])


def call(tool: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs against the house's database."""
    program = shutil.which(tool)
    if program is None:
        raise ToolMissing(tool)
    parts = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    told = {
        variable: str(connection.settings_dict[part])
        for variable, part in parts.items()
        if connection.settings_dict.get(part)
    }
    done = subprocess.run(
        [program, *arguments], env={**os.environ, **told}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ToolFailed(tool, " ".join(done.stderr.split())[:500])
