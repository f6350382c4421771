"""What the database itself refuses: to change what was promised at the launch, and to change or remove what is in the books."""

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

FROZEN = ("goal", "currency", "zone", "launched_at", "deadline_at", "bank_id", "card_id")
WRITTEN = {
    "campaigns_passed": ("told_at", "by_id"),
    "campaigns_pledgeevent": ("told_at", "by_id", "because"),
    "campaigns_entry": (),
    "campaigns_leg": (),
    "campaigns_receipt": (),
}
"""Tables to which rows are only added, and the columns that may still be written: what was told, and what erasure takes away."""


def refused_when(columns: tuple[str, ...]) -> str:
    return " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)


def triggers(columns_of: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, str, str]]:
    """By name: the table, when, and the condition under which it refuses; `columns_of` are those that never change."""
    found = {
        "campaigns_frozen": (
            "campaigns_campaign",
            "UPDATE",
            f"OLD.launched_at IS NOT NULL AND ({refused_when(FROZEN)})",
        )
    }
    for table, columns in columns_of.items():
        found[f"{table}_kept"] = (table, "UPDATE", refused_when(columns))
        found[f"{table}_never_gone"] = (table, "DELETE", "1 = 1")
    return found


def on_sqlite(name: str, table: str, when: str, condition: str) -> list[str]:
    condition = condition.replace("IS DISTINCT FROM", "IS NOT")
    return [
        f'DROP TRIGGER IF EXISTS "{name}"',
        f'CREATE TRIGGER "{name}" BEFORE {when} ON "{table}" FOR EACH ROW WHEN {condition} '
        f"BEGIN SELECT RAISE(ABORT, '{name}') /*unguarded: a seal shows nothing*/; END",
    ]


def on_postgresql(name: str, table: str, when: str, condition: str) -> list[str]:
    return [
        f'CREATE OR REPLACE TRIGGER "{name}" BEFORE {when} ON "{table}" FOR EACH ROW WHEN ({condition}) '
        f"EXECUTE FUNCTION campaigns_refuse()"
    ]


REFUSE = """CREATE OR REPLACE FUNCTION campaigns_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_NAME; END $$"""


def statements(connection: BaseDatabaseWrapper) -> list[str]:
    """What sets every seal, again and again without harm."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if not {"campaigns_campaign", *WRITTEN} <= tables:
            return []  # not migrated so far
        columns = {
            table: tuple(
                column.name
                for column in connection.introspection.get_table_description(cursor, table)
                if column.name not in free
            )
            for table, free in WRITTEN.items()
        }
    write = on_sqlite if connection.vendor == "sqlite" else on_postgresql
    sealed = [sql for name, about in triggers(columns).items() for sql in write(name, *about)]
    return sealed if connection.vendor == "sqlite" else [REFUSE, *sealed]


def seal_books(*, using: str = "default", **_signal: Any) -> None:
    """Set the seals."""
    connection = connections[using]
    sql = statements(connection)
    with connection.cursor() as cursor:
        for one in sql:
            cursor.execute(one)
