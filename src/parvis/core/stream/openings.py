"""Who reads something only since its author opened it to others: asked by what carries texts to their readers."""

from collections.abc import Collection
from typing import Any

from django.db.models import BooleanField, Expression, F, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from parvis.core.audiences.actions import expression_of
from parvis.core.audiences.holders import holders
from parvis.core.audiences.models import PUBLIC
from parvis.core.audiences.rule import MARK, Viewer, bind, probe

from .models import Opening, Placement, Publication

BEFORE = """(EXISTS (SELECT 1 {mark} FROM stream_opening was WHERE was.publication_id = {id} AND {probe}))"""


class ReadBefore(Expression):
    """True for publications that were, before one of their openings, for an audience that holds the viewer.

    It is asked of the groups of now: whoever has come into one of them since counts as having been there.
    """

    output_field = BooleanField()
    conditional = True

    def __init__(self, viewer: Viewer) -> None:
        super().__init__(output_field=BooleanField())
        self.viewer = viewer
        self.columns: list[Any] = [F("pk"), F("author_id"), F("ord")]

    def get_source_expressions(self) -> list[Any]:
        return self.columns

    def set_source_expressions(self, exprs: Any) -> None:
        self.columns = list(exprs)

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        publication, author, ord = (compiler.compile(column)[0] for column in self.columns)
        test = probe(self.viewer, audience="was.before_id", author=author, ord=ord)
        sql, values = bind(BEFORE.format(mark=MARK, id=publication, probe=test), self.viewer.values())
        return sql, tuple(values)


def opened_to(viewer: Viewer, sources: Collection[int], *, since: int) -> QuerySet[Publication]:
    """What stands in these sources, was opened after a moment (microseconds), and can be read by the viewer only since."""
    opened = Opening.objects.filter(at__gt=since, at__lte=viewer.at).values("publication")
    there = Placement.objects.unguarded("where it stands").filter(stream__source__in=sources)
    return (
        Publication.objects.visible_to(viewer)
        .published(viewer)
        .for_lists()
        .filter(pk__in=opened, under=None)
        .filter(pk__in=there.values("publication"))
        .exclude(ReadBefore(viewer))
        .newest_first()
    )


def read_before(publication: Publication, people: Collection[int]) -> set[int]:
    """Of these people, those who could read something before one of its openings."""
    asked, found = set(people), set[int]()
    for opening in Opening.objects.filter(publication=publication).select_related("before"):
        if opening.before_id == PUBLIC:
            return asked
        let_in = holders(expression_of(opening.before), author=publication.author, ord=publication.ord)
        found |= {holder.person for holder in let_in}
    return found & asked
