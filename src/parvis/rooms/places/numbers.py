"""What a record of one's own comes to: by year, kind of place, weekday and hour; where most, when first, and how long in a row."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from parvis.core.people.models import Person
from parvis.lib.geo.categories import category

from .record import rows_of

READ_AT_ONCE = 5_000
FAVOURITES = 10
A_DAY = timedelta(days=1)


class Stay(NamedTuple):
    """A check-in as it is counted; `venue` is 0 and `zone` empty where nobody knows of a place."""

    at: datetime
    day: date
    venue: int
    name: str
    zone: str
    category: str


class Spell(NamedTuple):
    """Days in a row, first and last included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first) // A_DAY + 1


@dataclass
class Year:
    """One year: how many check-ins, on how many days, at how many places."""

    checkins: int = 0
    days: set[date] = field(default_factory=set)
    venues: set[int | str] = field(default_factory=set)


@dataclass
class Place:
    """A place, by the name it was last known by: how often, first and last when."""

    venue: int
    name: str
    first: date
    last: date
    count: int = 0


@dataclass
class Numbers:
    """What check-ins come to. `weekdays` begin with Monday, `hours` at midnight, on the clock of each place."""

    checkins: int = 0
    first: date | None = None
    last: date | None = None
    years: dict[int, Year] = field(default_factory=dict)
    groups: Counter[str] = field(default_factory=Counter)
    weekdays: list[int] = field(default_factory=lambda: [0] * 7)
    hours: list[int] = field(default_factory=lambda: [0] * 24)
    places: dict[int | str, Place] = field(default_factory=dict)

    def count(self, stay: Stay, zone: str) -> None:
        """One more, in the order of time; `zone` is the clock where no place says one."""
        self.checkins += 1
        self.first = min(self.first or stay.day, stay.day)
        self.last = max(self.last or stay.day, stay.day)
        year = self.years.setdefault(stay.day.year, Year())
        year.checkins += 1
        year.days.add(stay.day)
        self.weekdays[stay.day.weekday()] += 1
        self.hours[stay.at.astimezone(ZoneInfo(stay.zone or zone)).hour] += 1
        if stay.venue:
            kind = category(stay.category) if stay.category else None
            self.groups[kind.group if kind is not None else ""] += 1
        if key := stay.venue or stay.name:
            year.venues.add(key)
            place = self.places.setdefault(key, Place(stay.venue, stay.name, stay.day, stay.day))
            place.name = stay.name or place.name
            place.last = max(place.last, stay.day)
            place.count += 1

    @property
    def favourites(self) -> Sequence[Place]:
        """Where most check-ins were made, the most visited first; places that were visited once are none."""
        often = (place for place in self.places.values() if place.count > 1)
        return sorted(often, key=lambda place: (-place.count, place.name))[:FAVOURITES]

    @property
    def longest(self) -> Spell | None:
        """The most days in a row; of two that are as long, the later."""
        best: Spell | None = None
        for spell in spells(sorted({day for year in self.years.values() for day in year.days})):
            best = spell if best is None or spell.days >= best.days else best
        return best


def spells(days: Iterable[date]) -> Iterator[Spell]:
    """The runs of days without a gap, in order."""
    first = last = None
    for day in days:
        if first is None or last is None or day - last > A_DAY:
            if first is not None and last is not None:
                yield Spell(first, last)
            first = day
        last = day
    if first is not None and last is not None:
        yield Spell(first, last)


def numbers_of(person: Person) -> Numbers:
    """What all of a person's own check-ins come to, off the grid too; read a part at a time."""
    rows = rows_of(person).order_by("happened_at", "pk").select_related(None)
    columns = ("happened_at", "day", "venue_id", "name", "venue__zone", "venue__category")
    found = Numbers()
    for at, day, venue, name, zone, kind in rows.values_list(*columns).iterator(chunk_size=READ_AT_ONCE):
        found.count(Stay(at, day, venue or 0, name, zone or "", kind or ""), person.zone)
    return found
