"""Mayors: who was at a place on the most days of the last sixty. One title a place and scoreboard.

What is given here are the check-ins that a scoreboard counts, with their people: which those are is for the room to say
(those that everybody of the scoreboard may see). Whoever never wants a title is left out from the start; deleting a
check-in, opting out and merging two venues are a new fold over what remains.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from .visits import Evidence, Mode, Visit

WINDOW = timedelta(days=60)
LEAST = 2
"""Days it takes to be mayor."""
ONE_DAY = timedelta(days=1)


class Ending(StrEnum):
    """How a title ended."""

    OVERTAKEN = "overtaken"
    """Somebody came for one day more."""
    OUTNUMBERED = "outnumbered"
    """Days fell out of the sixty, and somebody had more."""
    LAPSED = "lapsed"
    """Days fell out of the sixty, and fewer than two were left."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody was at the venue: a check-in that the scoreboard counts."""

    person: int
    day: date
    """Local to the venue, from four in the morning (see `visits.day_of`)."""
    at: datetime
    number: int
    """Of the check-in."""


@dataclass(frozen=True, slots=True)
class Mayoralty:
    """A title, from one day to another."""

    person: int
    since: date
    until: date | None = None
    """The day on which it ended; open while it is held."""
    reason: Ending | None = None
    won_by: int | None = None
    """The number of the check-in that won it; none when it was inherited as days fell out of the sixty."""


def is_eligible(visit: Visit, *, counts: bool, needs_position: bool = False) -> bool:
    """Whether a check-in counts for the title. `counts`: for points. `needs_position`: the owner asks for a fix."""
    return (
        counts
        and visit.mode == Mode.HERE
        and not (visit.is_private or visit.is_late or visit.is_imported or visit.is_off_grid)
        and (not needs_position or visit.evidence == Evidence.NEAR)
    )


def score(days: Collection[date], today: date) -> int:
    """On how many of the sixty days up to today."""
    return sum(today - WINDOW < day <= today for day in set(days))


@dataclass(slots=True)
class Board:
    """The scoreboard of one venue, kept up as check-ins come in order of time and days go by."""

    today: date = date.min
    """Up to which day days have fallen out."""
    current: Mayoralty | None = None
    past: list[Mayoralty] = field(default_factory=list)
    """Titles that ended since the board was made or read, oldest first."""
    is_closed: bool = False
    """The venue has no mayors."""
    _days: dict[int, dict[date, datetime]] = field(default_factory=dict)
    _order: deque[tuple[date, int]] = field(default_factory=deque)

    @classmethod
    def read(cls, stays: Iterable[Stay], current: Mayoralty | None, today: date) -> "Board":
        """The board as it was left: the first stay of each person and day of the sixty, in order of time."""
        board = cls(today=today, current=current)
        for stay in stays:
            if stay.day > today - WINDOW:
                board._add(stay)
        return board

    @classmethod
    def fold(
        cls, stays: Iterable[Stay], until: date, *, opted_out: Collection[int] = (), is_closed: bool = False
    ) -> "Board":
        """The board of a whole history, swept up to the beginning of a day: what `history` tells, and much faster."""
        board = cls(is_closed=is_closed)
        for stay in sorted(stays, key=lambda stay: (stay.at, stay.number)):
            if stay.person not in opted_out:
                board.visit(stay)
        board.sweep(until)
        return board

    @property
    def mayor(self) -> int | None:
        """Who holds the title."""
        return self.current.person if self.current else None

    def score(self, person: int) -> int:
        """On how many of the sixty days somebody was here."""
        return len(self._days.get(person, ()))

    def visit(self, stay: Stay) -> bool:
        """Take one more stay in, on its day; whether it won the title."""
        if self.is_closed:
            return False
        self.sweep(stay.day)
        if stay.day <= self.today - WINDOW or not self._add(stay):
            return False
        mine = self.score(stay.person)
        if stay.person == self.mayor or mine < LEAST:
            return False
        if self.mayor is not None and mine <= self.score(self.mayor):
            return False
        self._crown(stay.person, stay.day, Ending.OVERTAKEN, won_by=stay.number)
        return True

    def sweep(self, until: date) -> None:
        """Let days fall out, up to the beginning of a day; titles lapse and pass on as they do."""
        while self._order and self._order[0][0] + WINDOW <= until:
            day = self._order[0][0] + WINDOW
            while self._order and self._order[0][0] + WINDOW <= day:
                self._drop(*self._order.popleft())
            self._settle(day)
        self.today = max(self.today, until)

    def days_away(self, person: int, today: date, most: int = 10) -> int | None:
        """How many days it takes somebody to be mayor, who comes on each from today on while nobody else does.

        A day on which they were here already is not counted again. None for the mayor, and when `most` days do not do.
        """
        board = deepcopy(self)
        board.sweep(today)
        if board.is_closed or board.mayor == person:
            return None
        first = today + ONE_DAY if today in board._days.get(person, ()) else today
        for number in range(1, most + 1):
            day = first + ONE_DAY * (number - 1)
            board.visit(Stay(person, day, datetime.combine(day, time.max, UTC), 0))
            if board.mayor == person:
                return number
        return None

    def _add(self, stay: Stay) -> bool:
        days = self._days.setdefault(stay.person, {})
        if stay.day in days:
            return False
        days[stay.day] = stay.at
        self._order.append((stay.day, stay.person))
        return True

    def _drop(self, day: date, person: int) -> None:
        del self._days[person][day]
        if not self._days[person]:
            del self._days[person]

    def _settle(self, day: date) -> None:
        """Whose the title is on the morning of a day, after some have fallen out."""
        if self.current is None:
            return
        held = self.score(self.current.person)
        best = min(self._days, key=self._rank, default=None)
        number = self.score(best) if best is not None else 0
        if held < LEAST:
            self._crown(best if number >= LEAST else None, day, Ending.LAPSED)
        elif number > held:
            self._crown(best, day, Ending.OUTNUMBERED)

    def _rank(self, person: int) -> tuple[int, datetime, int]:
        """More days first; then who reached that number earlier: the first stay of their last day."""
        days = self._days[person]
        return (-len(days), days[max(days)], person)

    def _crown(self, person: int | None, day: date, reason: Ending, won_by: int | None = None) -> None:
        if self.current is not None:
            self.past.append(replace(self.current, until=day, reason=reason))
        self.current = None if person is None else Mayoralty(person, day, won_by=won_by)


def history(
    stays: Iterable[Stay], until: date, *, opted_out: Collection[int] = (), is_closed: bool = False
) -> list[Mayoralty]:
    """All titles of a venue up to the beginning of a day, or to its stays if those reach further; oldest first.

    The plain fold: on each day on which something changes, everybody's score anew.
    """
    if is_closed:
        return []
    first: dict[tuple[date, int], Stay] = {}
    for stay in sorted(stays, key=lambda stay: (stay.at, stay.number)):
        if stay.person not in opted_out:
            first.setdefault((stay.day, stay.person), stay)
    counted = sorted(first.values(), key=lambda stay: (stay.day, stay.at, stay.number))
    last = max([until, *(stay.day for stay in counted)])
    mornings = sorted({stay.day + WINDOW for stay in counted if stay.day + WINDOW <= last})
    titles: list[Mayoralty] = []
    seen = 0
    for morning in [*mornings, date.max]:
        while seen < len(counted) and counted[seen].day < morning:
            seen += 1
            _challenge(titles, _window(counted, seen, counted[seen - 1].day))
        if morning < date.max:
            _inherit(titles, _window(counted, seen, morning), morning)
    return titles


def _window(counted: Sequence[Stay], seen: int, day: date) -> Sequence[Stay]:
    """Those of the first `seen` stays that lie in the sixty days up to a day."""
    return counted[bisect_right(counted, day - WINDOW, hi=seen, key=lambda stay: stay.day) : seen]


def _standings(window: Sequence[Stay]) -> dict[int, list[Stay]]:
    found: dict[int, list[Stay]] = {}
    for stay in window:
        found.setdefault(stay.person, []).append(stay)
    return found


def _challenge(titles: list[Mayoralty], window: Sequence[Stay]) -> None:
    """The last stay of the window has just come."""
    stay = window[-1]
    standings = {person: len(days) for person, days in _standings(window).items()}
    holder = titles[-1].person if titles and titles[-1].until is None else None
    bar = max(LEAST - 1, standings.get(holder, 0) if holder is not None else 0)
    if stay.person != holder and standings[stay.person] > bar:
        _pass_on(titles, stay.person, stay.day, Ending.OVERTAKEN, stay.number)


def _inherit(titles: list[Mayoralty], window: Sequence[Stay], morning: date) -> None:
    """Some days have just fallen out of the window."""
    if not titles or titles[-1].until is not None:
        return
    standings = _standings(window)
    held = len(standings.get(titles[-1].person, ()))
    ranks = sorted((-len(days), days[-1].at, person) for person, days in standings.items())
    best, number = (ranks[0][2], -ranks[0][0]) if ranks else (None, 0)
    if held < LEAST:
        _pass_on(titles, best if number >= LEAST else None, morning, Ending.LAPSED)
    elif number > held:
        _pass_on(titles, best, morning, Ending.OUTNUMBERED)


def _pass_on(
    titles: list[Mayoralty], person: int | None, day: date, reason: Ending, won_by: int | None = None
) -> None:
    if titles and titles[-1].until is None:
        titles[-1] = replace(titles[-1], until=day, reason=reason)
    if person is not None:
        titles.append(Mayoralty(person, day, won_by=won_by))
