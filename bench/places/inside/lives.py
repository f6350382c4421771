"""Thousands of people with their connections, and their check-ins at a million venues, by bulk statements; the same each time."""

import os
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, batched

from django.db import connection

from bench.house.inside.world import fill, name, written
from bench.house.inside.worlds import filling
from bench.report import say
from parvis.core.audiences.actions import Expression, audience_for
from parvis.core.audiences.models import MEMBERS, Audience, Group, GroupKind, Membership, Term
from parvis.core.audiences.rule import FOREVER, microseconds
from parvis.core.people.models import Connection, Person
from parvis.core.stream.models import Placement, Publication, Source, Stream
from parvis.rooms.places.models import Attendance, Checkin, Venue, Whereabouts

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
YEARS = 5
FRIENDS = 26
HEAVY, FRIENDS_OF_HEAVY = 40, 200
FOR_MEMBERS = 0.1
HAUNTS = 12
"""Where somebody mostly goes."""
AT_A_HAUNT = 0.7
A_PART = 250_000
FIRST = 1_000
"""Numbers of rows below are the house's own."""


def wanted(key: str, usual: int) -> int:
    """How many; fewer only to try a bench out."""
    return int(os.environ.get(key, str(usual)))


class Lives:
    """Who they are, where they go, and what they have told so far."""

    def __init__(self, people: int, venues: Sequence[int]) -> None:
        self.random = random.Random(21)
        self.people = range(FIRST, FIRST + people)
        self.venues = venues
        self.heaviest = list(self.people)[:HEAVY]
        self.pairs = self.friends()
        voices = [1 / (1 + number % 97) for number in range(people)]
        self.voices = list(accumulate(voices))
        self.haunts = {p: [self.venue() for _one in range(HAUNTS)] for p in self.people}

    def venue(self) -> int:
        """Some venues are visited by many."""
        return self.venues[int(len(self.venues) * self.random.random() ** 4)]

    def friends(self) -> set[tuple[int, int]]:
        """Pairs who agreed to see each other, the smaller number first."""
        r, found = self.random, set[tuple[int, int]]()
        for person in self.people:
            count = FRIENDS_OF_HEAVY if person < FIRST + HEAVY else FRIENDS // 2
            others = {r.choice(self.people) for _one in range(min(count, len(self.people) // 2))} - {person}
            found |= {(min(person, other), max(person, other)) for other in others}
        return found

    def settle(self) -> None:
        """The people and whom each lets see."""
        fill(
            Person,
            ["id", "public_id", "name", "password", "role", "zone"],
            ((p, name("p", p), f"Person {p}", "", "member", "UTC") for p in self.people),
            joined_at=AT - timedelta(days=2000),
        )
        fill(
            Group,
            ["id", "public_id", "kind", "owner_id", "label"],
            ((p, name("g", p), GroupKind.CONNECTIONS, p, f"g{p}") for p in self.people),
        )
        fill(
            Group,
            ["id", "public_id", "kind", "owner_id", "label"],
            ((self.own_group(p), name("o", p), GroupKind.PERSON, p, "") for p in self.people),
        )
        fill(
            Membership,
            ["group_id", "person_id", "opens_from"],
            ((self.own_group(p), p, 0) for p in self.people),
            added_at=AT,
        )
        both = [pair for one, other in sorted(self.pairs) for pair in ((one, other), (other, one))]
        fill(Membership, ["group_id", "person_id", "opens_from"], ((a, b, 0) for a, b in both), added_at=AT)
        fill(Connection, ["first_id", "second_id"], sorted(self.pairs), since=AT - timedelta(days=1000))
        fill(
            Audience, ["id", "canon", "owner_id"], ((p, f"+{p},{self.own_group(p)}", p) for p in self.people)
        )
        both_groups = [(p, 1, group) for p in self.people for group in (p, self.own_group(p))]
        fill(Term, ["audience_id", "sign", "group_id"], both_groups)
        anyone = Person.objects.get(pk=self.people[0])
        self.members = audience_for(expression=Expression(frozenset({MEMBERS})), owner=anyone).pk
        fill(
            Source,
            ["id", "public_id", "kind", "person_id"],
            ((p, name("s", p), "person", p) for p in self.people),
        )
        fill(
            Stream,
            ["id", "source_id", "audience_id", "author_id"],
            [
                (stream, p, audience, p)
                for p in self.people
                for stream, audience in ((p, p), (self.open_stream(p), self.members))
            ],
        )

    def own_group(self, person: int) -> int:
        """The number of the group that holds one person alone."""
        return person + len(self.people)

    def open_stream(self, person: int) -> int:
        """The number of the stream of what somebody has for all members."""
        return person + len(self.people)

    def come(self, count: int) -> None:
        """So many check-ins, oldest first, a part at a time."""
        began, step = AT - timedelta(days=365 * YEARS), timedelta(days=365 * YEARS) / count
        for numbers in batched(range(count), A_PART):
            some = [self.one(number, began + number * step) for number in numbers]
            self.write(some)
            say(f"{connection.vendor}: {numbers[-1] + 1} check-ins")

    def one(self, number: int, at: datetime) -> tuple[int, int, int, bool, int, datetime]:
        r = self.random
        person = r.choices(self.people, cum_weights=self.voices)[0]
        venue = r.choice(self.haunts[person]) if r.random() < AT_A_HAUNT else self.venue()
        return FIRST + number, person, venue, r.random() < FOR_MEMBERS, microseconds(at), at

    def write(self, some: Sequence[tuple[int, int, int, bool, int, datetime]]) -> None:
        """Their rows in every table that a check-in has one in."""
        columns = ["id", "public_id", "author_id", "audience_id", "ord", "published_at", "made_at"]
        fill(
            Publication,
            columns,
            (
                (n, name("c", n), p, self.members if is_open else p, o, written(o), written(o))
                for n, p, _v, is_open, o, _at in some
            ),
            kind="places.checkin",
        )
        columns = ["publication_id", "stream_id", "ord", "visible_from", "visible_until"]
        fill(
            Placement,
            columns,
            ((n, self.open_stream(p) if is_open else p, o, o, FOREVER) for n, p, _v, is_open, o, _at in some),
        )
        shown = [
            "publication_id",
            "person_id",
            "venue_id",
            "name",
            "latitude",
            "longitude",
            "day",
            "happened_at",
        ]
        fill(
            Checkin,
            shown,
            (
                (n, p, v, f"Venue {v}", 46.5, 6.6, f"{at:%Y-%m-%d}", written(o))
                for n, p, v, _is_open, o, at in some
            ),
            zone="UTC",
        )
        lived = ["publication_id", "person_id", "venue_id", "name", "day", "happened_at", "is_played"]
        fill(
            Whereabouts,
            lived,
            (
                (n, p, v, f"Venue {v}", f"{at:%Y-%m-%d}", written(o), True)
                for n, p, v, _is_open, o, at in some
            ),
        )
        open_to_all = [row for row in some if row[3]]
        columns = ["publication_id", "person_id", "venue_id", "day", "happened_at", "opens_at"]
        fill(
            Attendance,
            columns,
            ((n, p, v, f"{at:%Y-%m-%d}", written(o), written(o)) for n, p, v, _a, o, at in open_to_all),
            is_open=True,
            counts=True,
        )


TABLES = (
    "stream_publication",
    "stream_placement",
    "places_checkin",
    "places_whereabouts",
    "places_attendance",
    "audiences_membership",
)


def lived(people: int, count: int, venues: Sequence[int]) -> Lives:
    """A house in which all that has happened."""
    lives = Lives(people, venues)
    with filling(*TABLES):
        lives.settle()
        lives.come(count)
    return lives


def recent_boards() -> Iterator[int]:
    """The venues where somebody was on two days of the last sixty for all members to see: those that have a mayor."""
    since = (AT - timedelta(days=60)).date()
    rows = Attendance.objects.unguarded("a bench").filter(day__gt=since).values_list("venue", "person", "day")
    seen: dict[tuple[int, int], set[object]] = {}
    for venue, person, day in rows.iterator(chunk_size=50_000):
        seen.setdefault((venue, person), set()).add(day)
    yield from {venue for (venue, _person), days in seen.items() if len(days) > 1}


def all_venues() -> Sequence[int]:
    return list(Venue.objects.order_by("pk").values_list("pk", flat=True))
