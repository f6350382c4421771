"""Writes many rows of one table at once, as plain values: making an object of each takes three times as long."""

from collections.abc import Callable, Iterable, Mapping
from itertools import batched
from typing import Any

from django.db import connection, models

AT_ONCE = 1_000


class Rows:
    """The rows of one table. What a row does not name has the default of its field."""

    def __init__(self, model: type[models.Model]) -> None:
        self.fields = [each for each in model._meta.concrete_fields if not each.primary_key]
        self.defaults = {each.attname: each.get_default() for each in self.fields}
        quoted = connection.ops.quote_name
        columns = ", ".join(quoted(str(each.column)) for each in self.fields)
        places = ", ".join(["%s"] * len(self.fields))
        table = f"{quoted(model._meta.db_table)} ({columns})"
        self.sql = f"INSERT INTO {table} VALUES ({places})"
        self.copy = f"COPY {table} FROM STDIN"
        self.adapters = [adapter_of(each) for each in self.fields]

    def insert(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write these rows, each by the names of its columns (`venue_id`), some at a time. Raises IntegrityError."""
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with connection.wrap_database_errors, cursor.copy(self.copy) as copy:
                    for row in rows:
                        copy.write_row(self.values(row))
                return
            for some in batched(map(self.values, rows), AT_ONCE):
                cursor.executemany(self.sql, some)

    def values(self, row: Mapping[str, Any]) -> list[Any]:
        """One row in the order of the columns, as this database takes it."""
        whole = {**self.defaults, **row}
        return [
            adapt(whole[field.attname]) if adapt is not None else whole[field.attname]
            for field, adapt in zip(self.fields, self.adapters, strict=True)
        ]


def look_over(model: type[models.Model], batches: int) -> None:
    """Let PostgreSQL count a table that grows fast: after its 1st, 2nd, 4th, 8th … batch, given how many were written.

    It does so by itself only after a while; until then it thinks the table empty, and reads all of it for each batch.
    """
    if connection.vendor == "postgresql" and batches & (batches - 1) == 0:
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def adapter_of(field: Any) -> Callable[[Any], Any] | None:
    """What makes of a value what this database takes; None where that is the value itself."""
    if isinstance(field, models.JSONField):
        return lambda value: field.get_db_prep_value(value, connection)
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, models.DateField):
        return connection.ops.adapt_datefield_value
    return None
