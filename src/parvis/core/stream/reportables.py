"""The register of what else than publications members may ask the owners to look at."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from parvis.core.people.models import Person


@dataclass(frozen=True, kw_only=True)
class Reportable:
    """A sort of thing: `name` stands in reports, each thing has a public id.

    `path` is the page of one, "" once there is none; `reasons` are words by their keys. `take_down` takes one away from
    everyone, and may refuse.
    """

    name: str
    path: Callable[[str], str]
    reasons: dict[str, object]
    take_down: Callable[[str, Person, datetime], None]


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One of them: of the sort `kind`, so called, and whose; None for nobody's."""

    kind: str
    public_id: str
    called: str
    about: Person | None


REPORTABLES: dict[str, Reportable] = {}


def register(*things: Reportable) -> None:
    """Make sorts of things known; the same name twice is a mistake in the code."""
    for thing in things:
        if thing.name in REPORTABLES:
            raise ValueError(f"{thing.name} is registered twice")
        REPORTABLES[thing.name] = thing
