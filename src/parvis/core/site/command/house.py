"""Opening the house for a command: the environment first, then Django, then the database as this version wants it."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from parvis.lib.environment import Environment, prepare, write_private
from parvis.lib.refusal import Refusal

from .words import _, language

VERSION_FILE = "version"
MIGRATING_FILE = "migrating.lock"
ADVISORY = 7_024_615
KEPT_BEFORE_UPGRADES = 3


class NoHouse(Refusal):
    def __init__(self, data: Path) -> None:
        super().__init__(
            _(
                "There is no square in %(folder)s. Name its folder with --data, or begin one with “parvis serve”."
            )
            % {"folder": data}
        )


class FromTheFuture(Refusal):
    def __init__(self, names: str) -> None:
        super().__init__(
            _(
                "This folder was last used by a newer Parvis, whose database this version does not know (%(names)s). "
                "Install that version again, or restore a backup made before it."
            )
            % {"names": names}
        )


def data_folder() -> Path:
    """Where everything is kept: --data, PARVIS_DATA or ./parvis-data."""
    return Environment().data


def set_environment(data: str | None) -> None:
    """What the settings read when they are first imported."""
    if data:
        os.environ["PARVIS_DATA"] = str(Path(data).absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parvis.config.settings")


def set_up() -> None:
    """Load Django, and speak the terminal's language. Raises Refusal when a setting cannot be read."""
    import django  # noqa: PLC0415
    from django.utils import translation  # noqa: PLC0415

    try:
        django.setup()
    except ValueError as error:
        raise Refusal(str(error)) from error
    translation.activate(language())


def open_house() -> Path:
    """The house that stands in the data folder. Raises NoHouse."""
    data = data_folder()
    if not (data / "secret.key").exists():
        raise NoHouse(data)
    set_up()
    return data


def make_folder(data: Path) -> None:
    """The data folder with its secret. Raises Refusal when it cannot be written."""
    try:
        prepare(data)
    except OSError as error:
        raise Refusal(
            _("The folder %(folder)s cannot be written (%(reason)s). Choose another one with --data.")
            % {"folder": data, "reason": error.strerror or error}
        ) from error


def build_house() -> Path:
    """The house in the data folder, made or brought up to this version when needed."""
    data = data_folder()
    make_folder(data)
    set_up()
    with one_at_a_time(data):
        bring_up_to_date(data)
    return data


@contextmanager
def one_at_a_time(data: Path) -> Iterator[None]:
    """Two starts, on this machine or on another with the same PostgreSQL, do not migrate at once."""
    from django.db import connection  # noqa: PLC0415

    descriptor = os.open(data / MIGRATING_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY])
    finally:
        os.close(descriptor)


def bring_up_to_date(data: Path) -> None:
    """Migrate, with a copy kept beforehand; then the cache's table."""
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    executor = MigrationExecutor(connection)
    unknown = sorted(
        ".".join(key) for key in executor.loader.applied_migrations if key not in executor.loader.graph.nodes
    )
    if unknown:
        raise FromTheFuture(", ".join(unknown[:5]))
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        if executor.loader.applied_migrations and connection.vendor == "sqlite":
            copy_before_upgrade(data)
        call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
    if "site_cache" not in connection.introspection.table_names():
        call_command("createcachetable", verbosity=0)


def copy_before_upgrade(data: Path) -> Path:
    """A copy of the SQLite database as it was; the last three such copies are kept."""
    from ..keeping.databases import copy_sqlite  # noqa: PLC0415

    folder = data / "backups"
    copy = folder / f"before-upgrade-{datetime.now(UTC):%Y%m%d-%H%M%S}.sqlite3"
    copy_sqlite(copy)
    for old in sorted(folder.glob("before-upgrade-*.sqlite3"))[:-KEPT_BEFORE_UPGRADES]:
        old.unlink()
    return copy


def this_version() -> str:
    """The version of Parvis that runs."""
    return version("parvis")


def note_version(data: Path) -> str:
    """Remember which version ran here last; the one before when it was another, else nothing."""
    path = data / VERSION_FILE
    before = path.read_text(encoding="utf-8").strip() if path.exists() else ""
    if before != this_version():
        write_private(path, this_version())
    return before if before != this_version() else ""


def collect_static_files() -> None:
    """Gather, fingerprint and compress the static files into the data folder, when they have changed."""
    from django.conf import settings  # noqa: PLC0415
    from django.contrib.staticfiles.finders import get_finders  # noqa: PLC0415

    found = [(path, storage) for finder in get_finders() for path, storage in finder.list([])]
    mark = fingerprint(found)
    kept = Path(settings.STATIC_ROOT) / ".collected"
    if kept.exists() and kept.read_text(encoding="ascii") == mark:
        return
    gather()
    kept.write_text(mark, encoding="ascii")


def fingerprint(found: list[tuple[str, Any]]) -> str:
    """Tells whether any static file was added, changed or taken away."""
    lines = []
    for path, storage in found:
        stat = os.stat(storage.path(path))
        lines.append(f"{path} {stat.st_size} {stat.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def gather() -> None:
    """Run collectstatic into the storage with fingerprints.

    The storage of the settings decides at import whether files have been collected, so it is not asked here.
    """
    from django.contrib.staticfiles.management.commands.collectstatic import Command  # noqa: PLC0415
    from whitenoise.storage import CompressedManifestStaticFilesStorage  # noqa: PLC0415

    command = Command()
    storage: Any = CompressedManifestStaticFilesStorage
    command.storage = storage()
    command.storage.manifest_strict = False
    options = {"interactive": False, "verbosity": 0, "link": False, "clear": False, "dry_run": False}
    command.set_options(ignore_patterns=[], use_default_ignore_patterns=True, post_process=True, **options)
    command.collect()
