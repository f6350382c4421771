"""How every query for what people wrote goes through the one rule, and the wall that stops those that do not.

`visible_to(viewer)` adds the rule to a query. `unguarded(reason)` says in the code, and in the SQL, why a query
needs no viewer. With PARVIS_STRICT=1 a statement that reads such a table without either mark is refused.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import BooleanField, Expression, F
from django.db.models.sql.compiler import SQLCompiler

from parvis.core.audiences.rule import MARK, Viewer, bind, probe

OPEN = """(({author} = :person AND {deleted} IS NULL) OR EXISTS (SELECT 1 FROM stream_placement placed
  JOIN stream_stream flow ON flow.id = placed.stream_id
  WHERE placed.publication_id = {id} AND placed.visible_from <= :now AND placed.visible_until > :now AND {probe}))"""
BENEATH = """({mark} {open} AND ({under} IS NULL OR EXISTS (SELECT 1 FROM stream_publication above
  WHERE above.id = {under} AND {open_above})))"""


class UnseenRead(RuntimeError):
    """A statement would have read people's words without asking the rule."""


def placed(
    viewer: Viewer, *, publication: str, author: str, deleted: str, under: str, person: str = ""
) -> tuple[str, list[int]]:
    """The rule for one publication as SQL and its values.

    The viewer wrote it, or a placement is open to them; and the same holds for what it stands under, if anything.
    `person` is the column of a row that says who the viewer is, when many are asked about who differ in nothing else.
    """
    test = probe(viewer, audience="flow.audience_id", author="flow.author_id", ord="placed.ord")
    here = OPEN.format(id=publication, author=author, deleted=deleted, probe=test)
    above = OPEN.format(id="above.id", author="above.author_id", deleted="above.deleted_at", probe=test)
    rule = BENEATH.format(mark=MARK, open=here, under=under, open_above=above)
    return bind(rule.replace(":person", person) if person else rule, viewer.values())


class Seen(Expression):
    """True for rows whose publication, at the end of `path`, the viewer may see."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, viewer: Viewer, path: str = "") -> None:
        super().__init__(output_field=BooleanField())
        self.viewer = viewer
        prefix = f"{path}__" if path else ""
        self.columns: list[Any] = [
            F(f"{path}_id" if path else "pk"),
            F(f"{prefix}author_id"),
            F(f"{prefix}deleted_at"),
            F(f"{prefix}under_id"),
        ]

    def get_source_expressions(self) -> list[Any]:
        return self.columns

    def set_source_expressions(self, exprs: Any) -> None:
        self.columns = list(exprs)

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        publication, author, deleted, under = (compiler.compile(column)[0] for column in self.columns)
        sql, values = placed(
            self.viewer, publication=publication, author=author, deleted=deleted, under=under
        )
        return sql, tuple(values)


class Unguarded(Expression):
    """Always true; leaves the reason in the SQL as the mark of a deliberate reading."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, reason: str) -> None:
        super().__init__(output_field=BooleanField())
        self.reason = re.sub(r"[^\w ,.’'-]", "", reason)

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        return f"(1 = 1 /*unguarded: {self.reason}*/)", ()


class SeenQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows that belong to a publication and are read by whoever may see it; `paths` lead to all that must be seen."""

    paths: tuple[str, ...] = ("publication",)

    def visible_to(self, viewer: Viewer) -> Self:
        """Those this viewer may see, now."""
        return self.filter(*(Seen(viewer, path) for path in self.paths))

    def unguarded(self, reason: str) -> Self:
        """Without the rule; `reason` says why nobody sees more than they may."""
        return self.filter(Unguarded(reason))


class HeldManager(models.Manager[Any]):
    """Follows a foreign key from a row that has been read already."""

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(Unguarded("held"))


class SeenModel(models.Model):
    """A table of what people wrote: behind the wall."""

    held = HeldManager()

    class Meta:
        abstract = True
        base_manager_name = "held"


@cache
def guarded() -> re.Pattern[str]:
    """Finds the name of a guarded table, or of the index of words, in a statement."""
    tables = [model._meta.db_table for model in apps.get_models() if issubclass(model, SeenModel)]
    return re.compile(rf"\b({'|'.join([*sorted(tables), 'stream_words'])})\b")


READS = re.compile(r"\bselect\b", re.IGNORECASE)
WRITES = re.compile(
    r"""INSERT\ INTO\ "new__  # SQLite's way to alter a table, in migrations
    |INSERT\ INTO\ \S+\ \([^()]*\)\ SELECT\ \*\ FROM\ UNNEST\(  # PostgreSQL's way to write many rows""",
    re.VERBOSE,
)
MARKED = re.compile(r"/\*(the rule|unguarded: [^*]+)\*/")


def wall(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Refuse a statement that reads a guarded table and bears no mark (an `execute_wrapper`)."""
    text = sql if isinstance(sql, str) else str(sql)
    if READS.search(text) and not WRITES.match(text) and not MARKED.search(text) and guarded().search(text):
        raise UnseenRead(f"This statement reads what people wrote without asking the rule: {text[:400]}")
    return execute(sql, params, many, context)
