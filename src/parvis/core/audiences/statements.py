"""What statements that are written out need of the database."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection


def as_kept(at: datetime) -> Any:
    """A moment as the database keeps it."""
    return connection.ops.adapt_datetimefield_value(at)


def one_of(column: str, numbers: Iterable[int]) -> tuple[str, list[Any]]:
    """As SQL and its values: the column holds one of these.

    On PostgreSQL the text says nothing of which, so that a statement with the rule in it, which is long to plan, is
    planned once for all of them.
    """
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s::bigint[])", [list(numbers)]
    return f"{column} IN ({', '.join(map(str, numbers))})", []


def table_of(rows: Sequence[tuple[int, int, int]]) -> tuple[str, list[Any]]:
    """As SQL and its values: a table of three columns with these rows; see `one_of`."""
    if connection.vendor == "postgresql":
        return "SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[])", [
            list(column) for column in zip(*rows, strict=True)
        ]
    return f"VALUES {', '.join(map(str, rows))}", []
