"""Whether a check-in counts, and why not: nothing is ever refused, it is only not rewarded.

Only check-ins that counted limit later ones, so that what is looked at stays small (at most `MOST_IN_DAY` of a day, and
as many imported ones) and nobody is locked out by trying.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from parvis.lib.geo.earth import metres

from .visits import Evidence, Mode, Visit, microseconds
from .words import gettext_noop as _

SECOND = 1_000_000
QUARTER = 15 * 60 * SECOND
SAME_PLACE = 3 * 3600 * SECOND
DAY = 24 * 3600 * SECOND
MOST_IN_QUARTER = 5
MOST_IN_DAY = 40
FASTEST = 1_000_000 / 3600
"""Metres a second: a thousand kilometres an hour, somewhat faster than airliners."""
CLOSE = 2_000.0
"""Metres within which speed is not asked for: the points of places are not that exact."""


class Reason(StrEnum):
    """Why a check-in brings no points. Only its author is told."""

    FROM_AFAR = "from_afar"
    LATE = "late"
    IMPORTED = "imported"
    OFF_GRID = "off_grid"
    TOO_MANY_PLACES = "too_many_places"
    TOO_MANY_TODAY = "too_many_today"
    AGAIN = "again"
    TOO_FAST = "too_fast"
    TOO_FAR = "too_far"


SENTENCES: Mapping[Reason, str] = {
    Reason.FROM_AFAR: _("You were not there yourself: a check-in from afar brings no points."),
    Reason.LATE: _("It was told more than 24 hours later."),
    Reason.IMPORTED: _(
        "It was imported: it counts for badges, from the day it happened, and not for points."
    ),
    Reason.OFF_GRID: _("It is off the grid. You can let these count in your own tally, which only you see."),
    Reason.TOO_MANY_PLACES: _(
        "More than five places in a quarter of an hour: the next ones bring no points."
    ),
    Reason.TOO_MANY_TODAY: _("More than forty check-ins in 24 hours: the next ones bring no points."),
    Reason.AGAIN: _("You checked in here less than three hours before."),
    Reason.TOO_FAST: _("From the place before, one would have had to travel faster than 1,000 km/h."),
    Reason.TOO_FAR: _("Your device gave a position too far from this place."),
}


@dataclass(frozen=True, slots=True)
class Trace:
    """What is kept, for a day, of a check-in that counted."""

    at: int
    """Microseconds since 1970."""
    venue: int
    lat: float
    lon: float
    has_extent: bool
    is_imported: bool


def reasons(visit: Visit, recent: Iterable[Trace], *, counts_off_grid: bool = False) -> tuple[Reason, ...]:
    """Why a check-in brings no points; empty when it counts. `recent`: what counted in the last day, oldest first."""
    at = microseconds(visit.at)
    # An import takes nothing away from what one does oneself.
    before = [one for one in recent if at - one.at < DAY and (visit.is_imported or not one.is_imported)]
    return (*_declared(visit, counts_off_grid), *_rushed(visit, at, before))


def is_remembered(found: tuple[Reason, ...]) -> bool:
    """Whether it enters the person's history, from which badges and “the first time” are told: so does an import."""
    return not found or found == (Reason.IMPORTED,)


def trace(visit: Visit) -> Trace:
    """What the next check-ins are compared with."""
    return Trace(
        microseconds(visit.at), visit.venue, visit.lat, visit.lon, visit.has_extent, visit.is_imported
    )


def _declared(visit: Visit, counts_off_grid: bool) -> Iterator[Reason]:
    if visit.mode == Mode.FROM_AFAR:
        yield Reason.FROM_AFAR
    if visit.is_imported:
        yield Reason.IMPORTED
    elif visit.is_late:
        yield Reason.LATE
    if visit.is_off_grid and not counts_off_grid:
        yield Reason.OFF_GRID
    if visit.evidence == Evidence.FAR and not visit.has_extent:
        yield Reason.TOO_FAR


def _rushed(visit: Visit, at: int, before: list[Trace]) -> Iterator[Reason]:
    if len(before) >= MOST_IN_QUARTER and at - before[-MOST_IN_QUARTER].at < QUARTER:
        yield Reason.TOO_MANY_PLACES
    if len(before) >= MOST_IN_DAY:
        yield Reason.TOO_MANY_TODAY
    if any(one.venue == visit.venue and at - one.at < SAME_PLACE for one in before):
        yield Reason.AGAIN
    if not visit.has_extent and _is_too_fast(visit, at, before):
        yield Reason.TOO_FAST


def _is_too_fast(visit: Visit, at: int, before: list[Trace]) -> bool:
    last = next((one for one in reversed(before) if not one.has_extent), None)
    if last is None:
        return False
    way = metres(last.lat, last.lon, visit.lat, visit.lon)
    return way > CLOSE and way * SECOND > FASTEST * (at - last.at)
