"""Points and badges of others, folded of what a viewer sees of them and of nothing else."""

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from parvis.core.audiences.rule import Viewer, moment
from parvis.core.people.models import Person

from .badges import game_of_square
from .company import named_by
from .game.fold import Game, apply, fold
from .game.state import State, StateData, VenueRecord, VenuesInMemory
from .game.visits import Visit
from .models import Checkin, Mayoralty, Presence
from .models.checkins import CheckinQuerySet
from .near import connected_to
from .playing import Titles, is_rewarded, pictured_by, visit_of

KEPT = 2_000


@dataclass(frozen=True)
class Shown:
    """What somebody's check-ins come to for a viewer: points since a moment, and the levels of badges."""

    points: int
    badges: Mapping[str, int]


@dataclass(frozen=True)
class Standing:
    """Somebody's place in the week."""

    rank: int
    person: Person
    points: int


@dataclass(frozen=True)
class Before:
    """Where somebody stood at a moment: a state, its venues, and badges."""

    state: StateData
    venues: Mapping[int, VenueRecord]
    badges: Mapping[str, int]


class Memory(OrderedDict[bytes, Before]):
    """What was folded last: long histories change little."""

    def keep(self, key: bytes, found: Before) -> Before:
        self[key] = found
        self.move_to_end(key)
        while len(self) > KEPT:
            self.popitem(last=False)
        return found


MEMORY = Memory()


def week_began(at: datetime, zone: str) -> datetime:
    """Monday, midnight."""
    local = at.astimezone(ZoneInfo(zone))
    monday = local.date() - timedelta(days=local.weekday())
    return datetime.combine(monday, datetime.min.time(), ZoneInfo(zone))


def ranking(me: Person, viewer: Viewer, zone: str) -> Sequence[Standing]:
    """Who has how many points this week, among this person and their connections, of what this person sees."""
    since = week_began(moment(viewer.at), zone)
    unranked = Presence.objects.filter(is_ranked=False).values("person")
    people = connected_to(me) | Person.objects.filter(pk=me.pk)
    active = seen_of(people.exclude(pk__in=unranked).values("pk"), viewer).filter(happened_at__gte=since)
    some = Person.objects.filter(pk__in=set(active.values_list("person", flat=True)))
    found = shown(some, viewer, since)
    order = sorted(found.items(), key=lambda pair: (-pair[1].points, pair[0].name, pair[0].pk))
    points = [shown.points for _person, shown in order]
    return [Standing(1 + points.index(one.points), person, one.points) for person, one in order if one.points]


def seen_of(people: Any, viewer: Viewer) -> CheckinQuerySet:
    """The check-ins of these people at a place, as far as the viewer sees them."""
    rows = Checkin.objects.visible_to(viewer).filter(person__in=people, venue__isnull=False)
    return rows.filter(publication__ord__lte=viewer.at, publication__deleted_at=None)


def shown(people: Iterable[Person], viewer: Viewer, since: datetime) -> Mapping[Person, Shown]:
    """What each of these people's check-ins come to for this viewer, with the points since a moment."""
    by_number = {person.pk: person for person in people}
    visits = visits_seen(by_number, viewer)
    titles: dict[int, list[Mayoralty]] = defaultdict(list)
    for row in Mayoralty.objects.visible_to(viewer).filter(person__in=by_number):
        titles[row.person_id].append(row)
    return {
        person: come_to(visits.get(number, []), Titles(titles[number]), since)
        for number, person in by_number.items()
    }


def visits_seen(people: Collection[int], viewer: Viewer) -> Mapping[int, Sequence[Visit]]:
    """The visits of these people in order, by person."""
    rows = seen_of(people, viewer).select_related("venue__merged_into", "publication__whereabouts")
    pictured, company = pictured_by(people), named_by(people, viewer)
    found: dict[int, list[Visit]] = defaultdict(list)
    made: set[tuple[int, int]] = set()
    for row in rows.order_by("happened_at", "publication").iterator(chunk_size=2_000):
        assert row.venue is not None
        venue = row.venue.standing()
        whereabouts = row.publication.whereabouts
        whereabouts.evidence = "none"
        is_maker = is_rewarded(row.venue, row.person_id) and not whereabouts.origin
        creates = is_maker and (row.person_id, row.venue.pk) not in made
        made.add((row.person_id, row.venue.pk))
        found[row.person_id].append(
            visit_of(
                whereabouts,
                venue,
                has_picture=row.publication_id in pictured,
                companions=len(company.get(row.publication_id, ())),
                creates_venue=creates,
            )
        )
    return found


def come_to(visits: Sequence[Visit], titles: Titles, since: datetime) -> Shown:
    """The fold of these visits; what lies before `since` is folded once."""
    earlier = [visit for visit in visits if visit.at < since]
    game = game_of_square()
    before = folded(earlier, titles, game)
    state, venues = State.from_json(before.state), VenuesInMemory(before.venues)
    badges, points = dict(before.badges), 0
    for visit in visits[len(earlier) :]:
        outcome = apply(state, visit, titles.at(visit), venues=venues, game=game)
        points += outcome.points
        badges |= {one.badge: one.level for one in outcome.badges}
    return Shown(points, badges)


def folded(visits: Sequence[Visit], titles: Titles, game: Game) -> Before:
    """Where these visits lead; known from the last time when nothing in them has changed."""
    held = [(row.venue_id, row.began_at, row.ended_at, row.won_by_id) for row in titles.rows]
    key = blake2b(repr((game.version, visits, held)).encode(), digest_size=24).digest()
    if key in MEMORY:
        return MEMORY.keep(key, MEMORY[key])
    venues = VenuesInMemory()
    outcomes, state = fold(visits, game=game, title_of=titles.at, venues=venues)
    badges = {one.badge: one.level for outcome in outcomes for one in outcome.badges}
    return MEMORY.keep(key, Before(state.to_json(), dict(venues), badges))
