"""The register of what is held on people: how to find it, how to forget it, and what the law keeps."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Model


@dataclass(frozen=True, kw_only=True)
class Personal:
    """A table that holds something of a person.

    `owner` is the look-up path to the person. `erase` says what leaving does to it: "delete" the rows,
    "anonymise" them (the floor that declares it says how, in `forget`), or "keep" them, `because` the law says so.
    `export` turns a row into plain values for the person's own copy; by default all its fields.
    """

    model: type[Model]
    owner: str
    title: object
    erase: Literal["delete", "anonymise", "keep"] = "delete"
    because: object = ""
    forget: Callable[[Any], None] | None = None
    export: Callable[[Any], dict[str, Any]] | None = None
    files: Callable[[Any], list[str]] | None = None


PERSONAL: list[Personal] = []


def register(*declarations: Personal) -> None:
    """Make tables known to export and erasure."""
    PERSONAL.extend(declarations)
