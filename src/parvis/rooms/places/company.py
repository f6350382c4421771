"""With whom somebody was, as far as a viewer may be told: those who agreed, for the people they agreed to."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import BooleanField, Expression, F, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Person

from .models import Companion, CompanionState

CONNECTED = """EXISTS (SELECT 1 FROM people_connection k WHERE (k.first_id = {one} AND k.second_id = {other})
  OR (k.second_id = {one} AND k.first_id = {other}))"""
DOOR_IS_SHUT = "EXISTS (SELECT 1 FROM audiences_block b WHERE b.person_id = %s AND b.owner_id = {one})"


class Holds(Expression):
    """Whether a condition of people holds, which is kept as SQL: Django takes milliseconds to compose such a one anew."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, sql: str, *values: int, **columns: str) -> None:
        super().__init__(output_field=BooleanField())
        self.sql, self.values, self.names = sql, values, list(columns)
        self.columns: list[Any] = [F(column) for column in columns.values()]

    def get_source_expressions(self) -> list[Any]:
        return self.columns

    def set_source_expressions(self, exprs: Any) -> None:
        self.columns = list(exprs)

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[int, ...]]:
        columns = [compiler.compile(column)[0] for column in self.columns]
        return self.sql.format(**dict(zip(self.names, columns, strict=True))), self.values


def agreed() -> Q:
    """Those who agreed to what the check-in is now, and are still connected with its author."""
    connected = Holds(CONNECTED, one="person_id", other="publication__author_id")
    return Q(connected, state=CompanionState.AGREED, audience=F("publication__audience"))


def named_on(publications: Iterable[int], viewer: Viewer) -> Mapping[int, Sequence[Person]]:
    """By publication, the people who are named on these for this viewer."""
    return named(Q(publication__in=list(publications)), viewer)


def named_by(authors: Iterable[int], viewer: Viewer) -> Mapping[int, Sequence[Person]]:
    """By publication, the people who are named on whatever these have said where they were, for this viewer."""
    return named(Q(publication__author__in=list(authors)), viewer)


def named(which: Q, viewer: Viewer) -> Mapping[int, Sequence[Person]]:
    """By publication, who agreed to be named on it: nobody to whom a door is shut."""
    rows = Companion.objects.visible_to(viewer).filter(agreed(), which)
    rows = rows.filter(person__suspended_at=None, person__erased_at=None)
    if viewer.person_id is not None:
        rows = rows.filter(~Q(Holds(DOOR_IS_SHUT, viewer.person_id, one="person_id")))
    found: dict[int, list[Person]] = {}
    for row in rows.select_related("person").order_by("person__name", "pk"):
        found.setdefault(row.publication_id, []).append(row.person)
    return found


def proposed_to(person: Person, viewer: Viewer) -> QuerySet[Companion]:
    """What others say of where this person was with them, and what they have not answered."""
    return Companion.objects.visible_to(viewer).filter(person=person, state=CompanionState.ASKED)
