"""What is kept of a person's check-ins between one and the next: a few counters, never the check-ins themselves.

One check-in reads and writes a `State`, and the `VenueRecord` of one venue. Nothing grows with the number of check-ins;
windows reach back 62 days at most. What a person's towns, countries and badges are grows with those.
"""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from typing import Any, NotRequired, Protocol, TypedDict

from .counting import Trace

LONGEST_WINDOW = 62
"""Days that any rule may look back; no rule ever reads more."""
_DAYS_KEPT = 3
"""Local days go back by one at most when someone travels over the date line."""


@dataclass(frozen=True, slots=True)
class Run:
    """How many periods (days, nights, weeks) in a row, up to the last one; periods are numbered."""

    last: int = -1
    length: int = 0

    def then(self, period: int) -> "Run":
        """The run once something happened in a period. What lies before the last one changes nothing."""
        if period <= self.last:
            return self
        return Run(period, self.length + 1 if period == self.last + 1 else 1)


@dataclass(frozen=True, slots=True)
class VenueRecord:
    """What is kept of one person's check-ins at one venue."""

    visits: int = 0
    last_at: int | None = None
    """Microseconds since 1970."""
    days: Run = Run()
    weeks: Run = Run()
    recent: tuple[tuple[int, int], ...] = ()
    """How many on each day of the last 62, by the day's ordinal, oldest first."""

    def to_json(self) -> list[Any]:
        """For a JSON column."""
        return [
            self.visits,
            self.last_at,
            [*astuple(self.days)],
            [*astuple(self.weeks)],
            [*map(list, self.recent)],
        ]

    @classmethod
    def from_json(cls, data: list[Any]) -> "VenueRecord":
        """What `to_json` gave."""
        visits, last_at, days, weeks, recent = data
        return cls(visits, last_at, Run(*days), Run(*weeks), tuple((day, number) for day, number in recent))

    def then(self, at: int, day: int) -> "VenueRecord":
        """The record with one more check-in, on the day of that ordinal."""
        recent = {one: number for one, number in self.recent if one > day - LONGEST_WINDOW}
        recent[day] = recent.get(day, 0) + 1
        week = (day - 1) // 7  # the first of January of the year 1, ordinal 1, was a Monday
        return VenueRecord(
            self.visits + 1, at, self.days.then(day), self.weeks.then(week), tuple(sorted(recent.items()))
        )


NEVER = VenueRecord()


class Venues(Protocol):
    """Where the records of one person's venues are kept: a table, or a dictionary for a fold in memory."""

    def find(self, venue: int) -> VenueRecord:
        """The record of a venue; `NEVER` when there is none."""
        ...

    def keep(self, venue: int, record: VenueRecord) -> None:
        """Put the record in the place of the one before."""
        ...


class VenuesInMemory(dict[int, VenueRecord]):
    """Records in a dictionary, for folding a whole history before writing it down."""

    def find(self, venue: int) -> VenueRecord:
        """The record of a venue; `NEVER` when there is none."""
        return self.get(venue, NEVER)

    def keep(self, venue: int, record: VenueRecord) -> None:
        """Put the record in the place of the one before."""
        self[venue] = record


@dataclass(slots=True)
class Today:
    """What one local day holds, imports apart."""

    points: int = 0
    venues: dict[int, int] = field(default_factory=dict)
    """How many check-ins at each; in the order in which they were first visited."""


@dataclass(slots=True)
class Progress:
    """How far a person is with one badge: which numbers are used depends on what the badge counts."""

    best: int = 0
    """The highest value reached."""
    level: int = 0
    count: int = 0
    period: int = -1
    """The month, or the night, that `count` or `seen` is about."""
    run: Run = Run()
    seen: list[int] = field(default_factory=list)
    """Venues of one night, or moments of some hours: as many as count in a day at most."""
    days: dict[int, int] = field(default_factory=dict)
    """How many on each day of a window, by the day's ordinal."""

    def to_json(self) -> dict[str, Any]:
        """For a JSON column; what has its first value is left out."""
        data = {
            "best": self.best,
            "level": self.level,
            "count": self.count,
            "period": self.period + 1,
            "run": [*astuple(self.run)] if self.run.length else None,
            "seen": [*self.seen],
            "days": [[day, number] for day, number in self.days.items()],
        }
        return {key: value for key, value in data.items() if value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Progress":
        """What `to_json` gave."""
        return cls(
            best=data.get("best", 0),
            level=data.get("level", 0),
            count=data.get("count", 0),
            period=data.get("period", 0) - 1,
            run=Run(*data.get("run", ())),
            seen=[*data.get("seen", ())],
            days={day: number for day, number in data.get("days", ())},
        )


class StateData(TypedDict):
    """A state as a JSON column holds it."""

    version: int
    visits: int
    points: int
    last: NotRequired[list[int]]
    recent: list[list[Any]]
    days: list[list[Any]]
    groups: list[str]
    countries: list[str]
    towns: list[list[int]]
    badges: dict[str, dict[str, Any]]


@dataclass(slots=True)
class State:
    """All that the next check-in of a person is judged by, but for the record of its venue."""

    version: int = 0
    """Of the game it was made by (`fold.Game`); a state of another version is folded again."""
    visits: int = 0
    """That entered the history: those that counted, and imported ones."""
    points: int = 0
    last: tuple[int, int] | None = None
    """The moment (microseconds) and the number of the last one that entered the history."""
    recent: list[Trace] = field(default_factory=list)
    """What counted in the last 24 hours, oldest first."""
    days: dict[int, Today] = field(default_factory=dict)
    """The last three local days, by their ordinal."""
    groups: set[str] = field(default_factory=set)
    countries: set[str] = field(default_factory=set)
    towns: dict[int, int] = field(default_factory=dict)
    """How many different venues in each."""
    badges: dict[str, Progress] = field(default_factory=dict)

    def today(self, day: int) -> Today:
        """The local day of that ordinal; days too old to come back are let go."""
        if day not in self.days:
            self.days = {one: held for one, held in self.days.items() if one > day - _DAYS_KEPT}
            self.days[day] = Today()
        return self.days[day]

    def to_json(self) -> StateData:
        """For a JSON column: `from_json` gives the same state back."""
        data = StateData(
            version=self.version,
            visits=self.visits,
            points=self.points,
            recent=[[*astuple(one)] for one in self.recent],
            days=[
                [day, held.points, [[*pair] for pair in held.venues.items()]]
                for day, held in self.days.items()
            ],
            groups=sorted(self.groups),
            countries=sorted(self.countries),
            towns=[[*pair] for pair in self.towns.items()],
            badges={badge: progress.to_json() for badge, progress in self.badges.items()},
        )
        if self.last is not None:
            data["last"] = [*self.last]
        return data

    @classmethod
    def from_json(cls, data: StateData) -> "State":
        """What `to_json` gave."""
        last = data.get("last")
        return cls(
            version=data["version"],
            visits=data["visits"],
            points=data["points"],
            last=(last[0], last[1]) if last else None,
            recent=[Trace(*row) for row in data["recent"]],
            days={day: Today(sum_, {venue: n for venue, n in venues}) for day, sum_, venues in data["days"]},
            groups=set(data["groups"]),
            countries=set(data["countries"]),
            towns={town: number for town, number in data["towns"]},
            badges={badge: Progress.from_json(row) for badge, row in data["badges"].items()},
        )
