"""The game once more, by looking back over everything each time: shares no code with the one that is played."""

import math
from collections import Counter
from datetime import timedelta

from parvis.rooms.places.game.badges import Badge, BadgeRule
from parvis.rooms.places.game.visits import Title, Visit

HOUR = timedelta(hours=1)


def why_not(visit: Visit, counted: list[Visit]) -> set[str]:
    """Why it brings no points. `counted`: those before it that entered the history."""
    found = set()
    if visit.mode == "from_afar":
        found.add("from_afar")
    if visit.is_imported:
        found.add("imported")
    if visit.is_late and not visit.is_imported:
        found.add("late")
    if visit.is_off_grid:
        found.add("off_grid")
    if visit.evidence == "far" and not visit.has_extent:
        found.add("too_far")
    known = [one for one in counted if visit.is_imported or not one.is_imported]
    within = lambda span: [one for one in known if visit.at - one.at < span]  # noqa: E731
    if len(within(HOUR / 4)) >= 5:
        found.add("too_many_places")
    if len(within(24 * HOUR)) >= 40:
        found.add("too_many_today")
    if visit.venue in [one.venue for one in within(3 * HOUR)]:
        found.add("again")
    exact = [one for one in within(24 * HOUR) if not one.has_extent]
    if exact and not visit.has_extent:
        way = _km(exact[-1], visit)
        if way > 2 and way > 1000 * ((visit.at - exact[-1].at) / HOUR):
            found.add("too_fast")
    return found


def _km(a: Visit, b: Visit) -> float:
    p, q = ([math.radians(v.lat), math.radians(v.lon)] for v in (a, b))
    cosine = math.sin(p[0]) * math.sin(q[0]) + math.cos(p[0]) * math.cos(q[0]) * math.cos(p[1] - q[1])
    return 6371.0088 * math.acos(min(1.0, cosine))


def points(visit: Visit, title: Title, past: list[Visit], paid: list[tuple[Visit, int]]) -> Counter[str]:
    """What each rule brings. `past`: the history; `paid`: those of it that counted, with what they brought."""
    today = [one for one, _ in paid if one.day == visit.day]
    here_today = [one for one in today if one.venue == visit.venue]
    if len(here_today) >= 2:
        return Counter()
    here = [one for one in past if one.venue == visit.venue]
    got = Counter(base=1, together=min(3, visit.companions))
    got["first"] = 0 if here else 5
    got["create"] = 5 if visit.creates_venue else 0
    got["category"] = 0 if any(one.group == visit.group for one in past) else 3
    got["dethrone"] = 5 if title.is_won_by_this else 0
    if not here_today:
        got["stop"] = min(4, len({one.venue for one in today}))
        got["mayor"] = 3 if title.is_mine_before else 0
        days = {one.day for one in here}
        weeks = {one.day - timedelta(days=one.day.weekday()) for one in here}
        week = visit.day - timedelta(days=visit.day.weekday())
        if _third(days, visit.day, 1) or _third(weeks, week, 7):
            got["streak"] = 2
    if got.total() > 25:
        got["cap"] = 25 - got.total()
    left = 100 - sum(number for one, number in paid if one.day == visit.day)
    if got.total() > left:
        got["day_cap"] = left - got.total()
    return got


def _third(periods: set, now, step: int) -> bool:
    if now in periods:
        return False
    length = 1
    while now - timedelta(days=step * length) in periods:
        length += 1
    return length % 3 == 0


def reached(badge: Badge, past: list[Visit], titles: list[Title]) -> int:
    """The highest level of a badge that some moment of this history reached."""
    values = [_value(badge.rule, past[: n + 1], titles[n]) for n in range(len(past))]
    return max((sum(value >= level for level in badge.rule.levels) for value in values), default=0)


def _fits(rule: BadgeRule, one: Visit) -> bool:
    where = rule.where
    if where is None:
        return True
    minute = one.local.hour * 60 + one.local.minute
    parts = one.category.split("/")
    above = {"/".join(parts[:n]) for n in range(1, len(parts) + 1)}
    in_time = (
        where.since == where.until
        or (where.since < where.until and where.since <= minute < where.until)
        or (where.since > where.until and not where.until <= minute < where.since)
    )
    return in_time and all(
        not wanted or set(wanted) & had
        for wanted, had in (
            (where.groups, {one.group}), (where.categories, above), (where.tags, set(one.tags)),
            (where.countries, {one.country}), (where.weekdays, {one.day.weekday()}),
        )
    )  # fmt: skip


def _night(one: Visit) -> bool:
    return not 4 <= one.local.hour < 18


def _value(rule: BadgeRule, past: list[Visit], title: Title) -> int:  # noqa: C901, PLR0911, PLR0912
    now = past[-1]
    if not _fits(rule, now):
        return 0
    fitting = [one for one in past if _fits(rule, one)]
    match rule.kind:
        case "visits":
            if rule.same_venue:
                fitting = [one for one in past if one.venue == now.venue]
            if rule.days:
                fitting = [one for one in fitting if (now.day - one.day).days < rule.days]
            if rule.hours:
                fitting = [one for one in fitting if now.at - one.at < rule.hours * HOUR]
            if rule.in_month:
                fitting = [one for one in fitting if one.day.replace(day=1) == now.day.replace(day=1)]
            return len(fitting)
        case "venues":
            if rule.in_night:
                fitting = [one for one in fitting if _night(one) and _night(now) and one.day == now.day]
            return len({one.venue for one in fitting})
        case "town":
            return len({one.venue for one in past if now.town and one.town == now.town})
        case "towns":
            return len({one.town for one in past if one.town}) if now.town else 0
        case "countries":
            return len({one.country for one in past if one.country}) if now.country else 0
        case "days" | "nights":
            if rule.kind == "nights" and not _night(now):
                return 0
            had = {one.day for one in fitting if rule.kind == "days" or _night(one)}
            length = 0
            while now.day - timedelta(days=length) in had:
                length += 1
            return length
        case "companions":
            return now.companions
        case "pictures":
            return sum(one.has_picture for one in fitting) if now.has_picture else 0
        case "titles":
            return title.held
        case "creations":
            return sum(one.creates_venue for one in fitting) if now.creates_venue else 0
        case "return":
            before = [one for one in past[:-1] if one.venue == now.venue]
            return (now.at - before[-1].at).days if before else 0
    raise AssertionError(rule.kind)
