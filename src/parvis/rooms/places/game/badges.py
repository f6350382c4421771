"""Badges as data: what one is called, what it takes, how it is drawn. Owners write such data too, without code."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a rule counts."""

    VISITS = "visits"
    """Check-ins: ever, in a calendar month, in so many days or hours; with `same_venue`, those at one venue."""
    VENUES = "venues"
    """Different venues: ever, or in one night."""
    TOWN = "town"
    """Different venues of one same town."""
    TOWNS = "towns"
    COUNTRIES = "countries"
    DAYS = "days"
    """Days in a row."""
    NIGHTS = "nights"
    """Nights in a row, each from 18:00 to 04:00."""
    COMPANIONS = "companions"
    """People at once who accepted to be named."""
    PICTURES = "pictures"
    """Check-ins with a picture."""
    TITLES = "titles"
    """Titles of mayor held at once."""
    CREATIONS = "creations"
    """Venues added that still stand."""
    RETURN = "return"
    """Days since the last check-in at the venue."""


@dataclass(frozen=True, slots=True)
class Where:
    """Which check-ins a rule looks at. What is empty asks for nothing; within one thing, any of its forms will do."""

    groups: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    """With all that lies under them: `railway` holds `railway/station`."""
    tags: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    weekdays: frozenset[int] = frozenset()
    """Of the local day, Monday being 0: three in the morning of a Tuesday belongs to Monday."""
    since: int = 0
    until: int = 0
    """Minutes after midnight on the venue's clock, half open; equal means the whole day."""


@dataclass(frozen=True, slots=True)
class BadgeRule:
    """What a badge takes."""

    kind: Kind
    levels: tuple[int, ...] = (1,)
    """The number that each level takes, rising."""
    where: Where | None = None
    same_venue: bool = False
    days: int = 0
    hours: int = 0
    in_month: bool = False
    in_night: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """What `drawing.svg` draws: names out of its lists."""

    shape: str
    symbol: str
    colour: str
    second: str


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge of the square. Its words stand with it, by language: owners write theirs."""

    id: str
    name: Mapping[str, str]
    text: Mapping[str, str]
    rule: BadgeRule
    drawing: Drawing


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a badge, for whoever wrote it: a msgid and what it names."""

    badge: str
    words: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        return self.words % {"badge": self.badge, **self.values}


class BadBadges(ValueError):
    """Some badges cannot be used; `faults` says which, and what would do."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults
