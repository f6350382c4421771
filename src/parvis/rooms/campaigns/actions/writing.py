"""Writing many rows whose values all differ: one statement that is run for each, instead of one that names them all.

Django's own (`bulk_create`, `bulk_update`) compose a statement with every value in its text, which takes several times
as long as the database needs. What they do for models with parents, or with fields that fill themselves, is not done here.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model

type Column = Field[Any, Any]


def update_each(rows: Sequence[Model], fields: Sequence[str]) -> None:
    """Write these fields of each row."""
    if not rows:
        return
    meta = rows[0]._meta
    columns = [cast("Column", meta.get_field(name)) for name in fields]
    names = ", ".join(f'"{column.column}" = %s' for column in columns)
    link = connections[DEFAULT_DB_ALIAS]
    values = [
        [*(column.get_db_prep_save(getattr(row, column.attname), link) for column in columns), row.pk]
        for row in rows
    ]
    with link.cursor() as cursor:
        cursor.executemany(f'UPDATE "{meta.db_table}" SET {names} WHERE "id" = %s', values)


def add_each(model: type[Model], rows: Iterable[Mapping[str, Any]], **same: Any) -> None:
    """Add a row for each of these mappings of columns to values, which all name the same columns.

    `same` are values that all of them have; what nobody names is the default of its field. The database numbers the rows.
    """
    rows = list(rows)
    if not rows:
        return
    link = connections[DEFAULT_DB_ALIAS]
    columns = [column for column in model._meta.concrete_fields if not column.primary_key]
    unknown = {*rows[0], *same} - {column.attname for column in columns}
    if unknown:
        raise TypeError(f"{model.__name__} has no {', '.join(sorted(unknown))}")
    own = [column for column in columns if column.attname in rows[0]]
    rest = [column for column in columns if column.attname not in rows[0]]
    values = [same.get(column.attname, column.get_default()) for column in rest]
    shared = [column.get_db_prep_save(value, link) for column, value in zip(rest, values, strict=True)]
    names = ", ".join(f'"{column.column}"' for column in [*own, *rest])
    lines = [
        [*(column.get_db_prep_save(row[column.attname], link) for column in own), *shared] for row in rows
    ]
    if link.vendor == "postgresql":
        copy(link, f'COPY "{model._meta.db_table}" ({names}) FROM STDIN', lines)
        return
    places = ", ".join(["%s"] * len(columns))
    with link.cursor() as cursor:
        cursor.executemany(f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({places})', lines)


def copy(link: BaseDatabaseWrapper, sql: str, lines: Iterable[Sequence[Any]]) -> None:
    """Add rows as PostgreSQL takes many of them at once: by a sixth of what as many statements cost."""
    with link.cursor() as cursor, link.wrap_database_errors, cursor.copy(sql) as there:
        for line in lines:
            there.write_row(line)
