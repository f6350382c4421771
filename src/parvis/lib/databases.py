"""Turns a database address such as postgres://user:password@host/name into Django's settings."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SQLITE_START = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA mmap_size=134217728;PRAGMA secure_delete=ON;"
    "PRAGMA journal_size_limit=27103364;PRAGMA wal_autocheckpoint=4000;PRAGMA cache_size=-20000;PRAGMA temp_store=MEMORY;"
)
# The log goes back into the file every 4,000 pages (16 MB) and not every 1,000: whoever writes then waits for it.

# The rule is long to plan and quick to run: a statement asked three times on a connection is planned no more.
PLANNED_ONCE = {"server_side_binding": True, "prepare_threshold": 3}


def sqlite(path: Path | str) -> dict[str, Any]:
    """One file, safe to read while it is written; each commit is on disk before it is answered."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 10, "init_command": SQLITE_START},
    }


def database(url: str, default: Path) -> dict[str, Any]:
    """Django's settings for `url`, or for the file `default` when it is empty.

    Raises ValueError for an address that is neither postgres:// nor sqlite:///.
    """
    if not url:
        return sqlite(default)
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(unquote(parts.path[1:] if parts.path.startswith("//") else parts.path))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("PARVIS_DATABASE_URL must begin with postgres:// or sqlite:///.")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or options.pop("host", "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": PLANNED_ONCE | options,
    }
