"""What a page and a check-in take in a square of twenty thousand people who have checked in five million times.

Wall time, warm, one asker, through Django: the statements and all that is made of them, without drawing the page.
"""

import random
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import connection

from bench.measure import percentile
from bench.report import result, say
from parvis.core.audiences.actions import Expression, audience_for, connections_group
from parvis.core.audiences.models import MEMBERS
from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Person, Square
from parvis.core.site.command.serve import collect_seldom
from parvis.core.stream.cards import cards
from parvis.rooms.places.actions import CheckingIn, check_in, replay, settle, settle_due
from parvis.rooms.places.models import Mayoralty, Venue
from parvis.rooms.places.told import told

from .earth import fill, venues_wanted
from .lives import AT, HEAVY, Lives, all_venues, lived, recent_boards, wanted

ON_A_PAGE = 20
ASKED = 200
COME = 220
WARMING = 20
FEED, CHECKIN, NIGHT = 25, 40, 10


def run() -> None:
    Square.objects.get_or_create(pk=1, defaults={"name": "Bench", "language": "fr", "opened_at": AT})
    began = time.monotonic()
    fill(venues_wanted(), AT - timedelta(days=2000))
    count, people = wanted("BENCH_LIVED", 5_000_000), wanted("BENCH_LIVES", 20_000)
    lives = lived(people, count, all_venues())
    say(f"{connection.vendor}: {count} check-ins of {people} people after {time.monotonic() - began:.0f} s")
    head = f"places/lived/{connection.vendor}/{count}"
    feed(head, lives)
    coming(head, lives)
    night(head)


def feed(head: str, lives: Lives) -> None:
    """The newest twenty of one's connections, as cards."""
    everyone = random.Random(5).sample(list(lives.people)[HEAVY:], min(ASKED, len(lives.people) - HEAVY))
    for who, some in (("ordinary", everyone), ("heaviest", lives.heaviest)):
        readers = list(Person.objects.filter(pk__in=some))
        found = timed(page, readers)
        result(f"{head}/feed/{who}", "ms, p95", percentile(found, 0.95), target=FEED)


def page(me: Person) -> object:
    viewer = Viewer.of(me, AT)
    return cards(told(viewer, limit=ON_A_PAGE).publications, viewer)


def coming(head: str, lives: Lives) -> None:
    """One more check-in of people who have a history, half of them for all members: points, badges, titles and all."""
    r = random.Random(6)
    people = list(Person.objects.filter(pk__in=r.sample(list(lives.people), COME)))
    for person in people:
        replay(person=person, at=AT)
    say(f"{connection.vendor}: {COME} tallies made")
    venues = Venue.objects.in_bulk([lives.haunts[person.pk][0] for person in people])
    for number in venues:  # as they are where nothing was filled in by bulk statements
        settle(venue=number, at=AT)
    venues = Venue.objects.in_bulk(list(venues))
    moments = iter(AT + timedelta(seconds=number) for number in range(1, COME + 1))

    def one(person: Person) -> object:
        groups = {MEMBERS} if person.pk % 2 else {connections_group(person).pk}
        audience = audience_for(expression=Expression(frozenset(groups)), owner=person)
        said = CheckingIn(venue=venues[lives.haunts[person.pk][0]])
        return check_in(person=person, said=said, audience=audience, language="fr", at=next(moments))

    collect_seldom()  # as in a server
    for person in people[:WARMING]:
        one(person)
    found = timed(one, people[WARMING:], times=1)
    result(f"{head}/checkin/middle", "ms with all awards, p50", percentile(found, 0.5))
    result(f"{head}/checkin", "ms with all awards, p95", percentile(found, 0.95), target=CHECKIN)


def night(head: str) -> None:
    """A night: every board that had a mayor in the evening is kept, those from which days fall out are settled."""
    for number in recent_boards():
        settle(venue=number, at=AT)
    boards = Mayoralty.objects.unguarded("a bench").filter(until=None).count()
    say(f"{connection.vendor}: {boards} mayors in the evening")
    began, until = time.monotonic(), AT + timedelta(days=1)
    while due(until):
        settle_due(until)
    result(f"{head}/night", f"s for one night of {boards} mayors", time.monotonic() - began, target=NIGHT)


def due(at: datetime) -> bool:
    return Venue.objects.filter(board_at__lte=at).exists()


def timed[T](work: Callable[[T], object], some: Sequence[T], times: int = 3) -> list[float]:
    """Milliseconds for each, the best of some times once warm."""
    if times > 1:
        for one in some[:5]:
            work(one)
    found = []
    for one in some:
        spent = []
        for _time in range(times):
            began = time.perf_counter()
            work(one)
            spent.append((time.perf_counter() - began) * 1e3)
        found.append(min(spent))
    return found
