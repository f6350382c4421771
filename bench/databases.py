"""A throw-away square on each database that can be had here, measured in a process of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from bench.report import say

USUAL_POSTGRESQL = "postgres://postgres@127.0.0.1:5432/postgres"
OF_A_REAL_SQUARE = (
    "PARVIS_URL",
    "PARVIS_DATABASE_URL",
    "PARVIS_MAIL_URL",
    "PARVIS_BEHIND_PROXY",
    "PARVIS_STRICT",
    "PYTHONDONTWRITEBYTECODE",  # a square that is used has its modules compiled
)


@contextmanager
def folder() -> Iterator[Path]:
    """An empty folder that goes when the bench ends."""
    path = Path(tempfile.mkdtemp(prefix="parvis-bench-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def environment(data: Path, **more: str) -> dict[str, str]:
    """The variables of a square in this folder, without those of a real one."""
    kept = {key: value for key, value in os.environ.items() if key not in OF_A_REAL_SQUARE}
    return kept | {"PARVIS_DATA": str(data), "DJANGO_SETTINGS_MODULE": "parvis.config.settings"} | more


@contextmanager
def postgresql() -> Iterator[str | None]:
    """The address of a new database on the server of PARVIS_DATABASE_URL, or on the usual one; dropped at the end.

    None when no server answers there, or when it does not let us make a database.
    """
    import psycopg

    server = os.environ.get("PARVIS_DATABASE_URL") or USUAL_POSTGRESQL
    if urlsplit(server).scheme not in {"postgres", "postgresql"}:
        server = USUAL_POSTGRESQL
    mine = f"parvis_bench_{os.getpid()}"
    try:
        with psycopg.connect(server, autocommit=True, connect_timeout=5) as link:
            link.execute(f"CREATE DATABASE {mine}")
            if link.execute("SHOW autovacuum").fetchone() == ("off",):
                say(
                    "This PostgreSQL never looks at its tables (autovacuum is off): its plans are not a square’s."
                )
    except psycopg.Error as error:
        say(f"PostgreSQL is not measured: {' '.join(str(error).split())}")
        yield None
        return
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{mine}"))
    finally:
        with psycopg.connect(server, autocommit=True) as link:
            link.execute(f"DROP DATABASE {mine} WITH (FORCE)")


def command(name: str, *words: str) -> list[str]:
    """Runs one of the modules that need an open square, such as `house.inside.rule`."""
    return [sys.executable, "-m", "bench.inside", name, *words]


def on_each_database(name: str) -> None:
    """Measure `name` on an empty SQLite file, then on an empty PostgreSQL database."""
    asked = os.environ.get("BENCH_DATABASES", "sqlite,postgresql").split(",")
    if "sqlite" in asked:
        with folder() as data:
            subprocess.run(command(name), env=environment(data), check=True)
    if "postgresql" in asked:
        with postgresql() as url, folder() as data:
            if url is not None:
                subprocess.run(command(name), env=environment(data, PARVIS_DATABASE_URL=url), check=True)


def sizes() -> Sequence[int]:
    """How many publications, as BENCH_SIZES says."""
    return sorted(int(size) for size in os.environ.get("BENCH_SIZES", "100000,1000000").split(","))


def people() -> int:
    """How many people; fewer than the usual ten thousand only to try a bench out."""
    return int(os.environ.get("BENCH_PEOPLE", "10000"))
