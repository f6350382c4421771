"""A time during which the database takes nothing in, whatever is asked of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def read_only() -> Iterator[None]:
    """Inside, every statement that writes raises a DatabaseError.

    SQLite: PRAGMA query_only, which is of the connection. PostgreSQL: a transaction that is read only; when there is
    one already, it stays read only to its end.
    """
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            yield
        return
    connection.ensure_connection()
    # Django's own cursor refuses to work in a transaction that has failed, and the connection would stay read only.
    bare = connection.connection
    bare.execute("PRAGMA query_only = ON")
    try:
        yield
    finally:
        bare.execute("PRAGMA query_only = OFF")
