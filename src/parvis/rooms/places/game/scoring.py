"""The points of one check-in that counts, from what was known before it."""

from collections.abc import Iterator

from .rules import (
    MOST_COMPANIONS,
    MOST_FOR_STOPS,
    MOST_PER_DAY,
    MOST_PER_VISIT,
    REPEATS_FROM,
    RULES,
    STREAK,
    Award,
    points,
)
from .state import State, Today, VenueRecord
from .visits import Title, Visit


def awards(
    visit: Visit, title: Title, state: State, before: VenueRecord, after: VenueRecord
) -> tuple[Award, ...]:
    """What each rule brings, caps included. `state` does not know of the visit yet, `after` does."""
    today = state.today(visit.day.toordinal())
    times = today.venues.get(visit.venue, 0)
    if times + 1 >= REPEATS_FROM:
        return (Award("repeat", 0),)
    first_today = times == 0
    earned = (
        *_of_the_place(visit, title, state, before),
        *(_of_the_day(title, today, before, after) if first_today else ()),
        *_of_the_company(visit),
    )
    return (*earned, *_caps(points(earned), today))


def _of_the_place(visit: Visit, title: Title, state: State, before: VenueRecord) -> Iterator[Award]:
    yield _once("base")
    if before.visits == 0:
        yield _once("first")
    if visit.creates_venue:
        yield _once("create")
    if visit.group and visit.group not in state.groups:
        yield _once("category")
    if title.is_won_by_this:
        yield _once("dethrone")


def _of_the_day(title: Title, today: Today, before: VenueRecord, after: VenueRecord) -> Iterator[Award]:
    if today.venues:
        yield Award("stop", min(len(today.venues), MOST_FOR_STOPS), len(today.venues) + 1)
    if title.is_mine_before:
        yield _once("mayor")
    if any(
        now.length > then.length and now.length % STREAK == 0
        for then, now in ((before.days, after.days), (before.weeks, after.weeks))
    ):
        yield _once("streak")


def _of_the_company(visit: Visit) -> Iterator[Award]:
    number = min(visit.companions, MOST_COMPANIONS)
    if number > 0:
        yield Award("together", number, number)


def _caps(earned: int, today: Today) -> Iterator[Award]:
    if earned > MOST_PER_VISIT:
        yield Award("cap", MOST_PER_VISIT - earned, MOST_PER_VISIT)
        earned = MOST_PER_VISIT
    left = MOST_PER_DAY - today.points
    if earned > left:
        yield Award("day_cap", left - earned, MOST_PER_DAY)


def _once(rule: str) -> Award:
    return Award(rule, RULES[rule].points)
