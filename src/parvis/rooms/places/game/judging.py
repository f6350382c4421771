"""Which badges a check-in brings: each kind of rule is one function that counts on, without looking back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .badges import Badge, BadgeRule, Kind, Where
from .counting import SECOND
from .state import Progress, State, VenueRecord
from .visits import Title, Visit, is_at_night, microseconds

HOUR = 3600 * SECOND
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class BadgeAward:
    """A badge, or its next level."""

    badge: str
    level: int
    """From 1."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a badge may ask about: the check-in, and what is known with it."""

    visit: Visit
    title: Title
    before: VenueRecord
    after: VenueRecord
    state: State
    """With the check-in."""


type Meter = Callable[[Facts, BadgeRule, Progress], int]
"""Counts one check-in that passed the filter into the progress, and says what has been reached."""


def judge(badges: tuple[Badge, ...], facts: Facts) -> tuple[BadgeAward, ...]:
    """The badges and levels that this check-in brings, each once in a history; a badge held whole counts no more."""
    held = facts.state.badges
    brought: list[BadgeAward] = []
    for badge in badges:
        rule = badge.rule
        progress = held.get(badge.id)
        if progress is not None and progress.level >= len(rule.levels):
            continue
        if (rule.where is not None and not passes(rule.where, facts.visit)) or not _concerns(rule, facts):
            continue
        if progress is None:
            progress = held[badge.id] = Progress()
        value = METERS[rule.kind](facts, rule, progress)
        progress.best = max(progress.best, value)
        while progress.level < len(rule.levels) and value >= rule.levels[progress.level]:
            progress.level += 1
            brought.append(BadgeAward(badge.id, progress.level))
    return tuple(brought)


def passes(where: Where, visit: Visit) -> bool:
    """Whether a check-in is of the sort that a rule asks for: each thing that is asked, in one of its forms."""
    return (
        (not where.groups or visit.group in where.groups)
        and (not where.categories or _is_under(visit.category, where.categories))
        and (not where.tags or not where.tags.isdisjoint(visit.tags))
        and (not where.countries or visit.country in where.countries)
        and (not where.weekdays or visit.day.weekday() in where.weekdays)
        and (where.since == where.until or _is_between(visit, where.since, where.until))
    )


def _is_under(category: str, wanted: frozenset[str]) -> bool:
    """Itself or something above it: `amenity` holds `amenity/cafe`."""
    while category not in wanted:
        category = category.rpartition("/")[0]
        if not category:
            return False
    return True


def _is_between(visit: Visit, since: int, until: int) -> bool:
    minute = visit.local.hour * 60 + visit.local.minute
    return since <= minute < until if since < until else minute >= since or minute < until


def _concerns(rule: BadgeRule, facts: Facts) -> bool:
    """Whether a check-in can change what the badge counts; the others cost nothing."""
    test = CONCERNS.get(rule.kind)
    return test is None or test(facts)


CONCERNS: Mapping[Kind, Callable[[Facts], bool]] = {
    Kind.NIGHTS: lambda facts: is_at_night(facts.visit.local),
    Kind.TOWN: lambda facts: facts.visit.town is not None,
    Kind.TOWNS: lambda facts: facts.visit.town is not None,
    Kind.COUNTRIES: lambda facts: bool(facts.visit.country),
    Kind.COMPANIONS: lambda facts: facts.visit.companions > 0,
    Kind.PICTURES: lambda facts: facts.visit.has_picture,
    Kind.TITLES: lambda facts: facts.title.held > 0,
    Kind.CREATIONS: lambda facts: facts.visit.creates_venue,
    Kind.RETURN: lambda facts: facts.before.last_at is not None,
}


def _visits(facts: Facts, rule: BadgeRule, progress: Progress) -> int:
    if rule.same_venue:
        return _at_one_venue(facts, rule)
    day = facts.visit.day.toordinal()
    if rule.hours:
        at = microseconds(facts.visit.at)
        progress.seen = [one for one in progress.seen if at - one < rule.hours * HOUR] + [at]
        return len(progress.seen)
    if rule.days:
        if day not in progress.days:
            progress.days = {one: n for one, n in progress.days.items() if one > day - rule.days}
        progress.days[day] = progress.days.get(day, 0) + 1
        return sum(progress.days.values())
    if rule.in_month:
        month = facts.visit.day.year * 12 + facts.visit.day.month
        if month != progress.period:
            progress.period, progress.count = month, 0
    progress.count += 1
    return progress.count


def _at_one_venue(facts: Facts, rule: BadgeRule) -> int:
    if not rule.days:
        return facts.after.visits
    first = facts.visit.day.toordinal() - rule.days
    return sum(number for day, number in facts.after.recent if day > first)


def _venues(facts: Facts, rule: BadgeRule, progress: Progress) -> int:
    if rule.in_night:
        return _venues_of_night(facts, progress)
    progress.count += facts.before.visits == 0
    return progress.count


def _venues_of_night(facts: Facts, progress: Progress) -> int:
    if not is_at_night(facts.visit.local):
        return 0
    night = facts.visit.day.toordinal()
    if night != progress.period:
        progress.period, progress.seen = night, []
    if facts.visit.venue not in progress.seen:
        progress.seen.append(facts.visit.venue)
    return len(progress.seen)


def _in_a_row(facts: Facts, rule: BadgeRule, progress: Progress) -> int:
    progress.run = progress.run.then(facts.visit.day.toordinal())
    return progress.run.length


def _town(facts: Facts, rule: BadgeRule, progress: Progress) -> int:
    return facts.state.towns.get(facts.visit.town or 0, 0)


def _counted(facts: Facts, rule: BadgeRule, progress: Progress) -> int:
    progress.count += 1
    return progress.count


def _days_away(facts: Facts, rule: BadgeRule, progress: Progress) -> int:
    return (microseconds(facts.visit.at) - (facts.before.last_at or 0)) // DAY


METERS: Mapping[Kind, Meter] = {
    Kind.VISITS: _visits,
    Kind.VENUES: _venues,
    Kind.TOWN: _town,
    Kind.TOWNS: lambda facts, rule, progress: len(facts.state.towns),
    Kind.COUNTRIES: lambda facts, rule, progress: len(facts.state.countries),
    Kind.DAYS: _in_a_row,
    Kind.NIGHTS: _in_a_row,
    Kind.COMPANIONS: lambda facts, rule, progress: facts.visit.companions,
    Kind.PICTURES: _counted,
    Kind.TITLES: lambda facts, rule, progress: facts.title.held,
    Kind.CREATIONS: _counted,
    Kind.RETURN: _days_away,
}
