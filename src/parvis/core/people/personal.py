"""The register of what is held on people: how to find it, how to forget it, and what the law keeps."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Literal

from django.db.models import Model, Q


@dataclass(frozen=True, kw_only=True)
class Personal:
    """A table that holds something of a person.

    `owner` is the look-up path to the person; `also` are further ones, for rows between two. `erase` says what leaving does to it: "delete" the rows,
    "anonymise" them (the floor that declares it says how, in `forget`), or "keep" them, `because` the law says so.
    `export` turns a row into plain values for the person's own copy; by default all its fields but the numbers of
    rows. It calls what it points to by a public id. An empty answer leaves the row out: it is somebody else's secret,
    or stands in another row's words. `export_at` is the same for what depends on the moment and on who asks.
    """

    model: type[Model]
    owner: str
    title: object
    also: tuple[str, ...] = ()
    erase: Literal["delete", "anonymise", "keep"] = "delete"
    because: object = ""
    forget: Callable[[Any], None] | None = None
    export: Callable[[Any], dict[str, Any]] | None = None
    export_at: Callable[[Any, Any, datetime], dict[str, Any]] | None = None
    files: Callable[[Any], list[str]] | None = None

    def held_on(self, person: Model) -> Q:
        """The rows of this table that are about this person."""
        return reduce(or_, (Q(**{path: person.pk}) for path in (self.owner, *self.also)))


PERSONAL: list[Personal] = []


def register(*declarations: Personal) -> None:
    """Make tables known to export and erasure."""
    PERSONAL.extend(declarations)
