"""The people of a square of ten thousand, the groups they stand in and the audiences they have made; the same each time."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from parvis.core.audiences.actions import Expression
from parvis.core.audiences.models import MEMBERS, PUBLIC, GroupKind
from parvis.core.audiences.rule import microseconds

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
NOW = microseconds(AT)
YEARS = 5
BEGAN = microseconds(AT - timedelta(days=365 * YEARS))
NEWCOMERS = 40
FOLLOWED_BY_A_NEWCOMER = 3

# What a room brings: (kind, how many, fewest members, most members).
ROOMS = (("list", 200, 10, 3000), ("backers", 100, 20, 2000), ("cohort", 50, 8, 25))


@dataclass(frozen=True)
class Choice:
    """An audience somebody uses, and how often beside their others."""

    audience: int
    weight: float


@dataclass
class Themed:
    """A source that is no person: a list, a campaign, a cohort, with the group that reads it and who runs it."""

    source: int
    owner: int
    group: int
    audience: int = 0


class Society:
    """Everyone. Persons and the sources that are persons bear the numbers 1 to `count`; newcomers come after."""

    def __init__(self, count: int = 10_000) -> None:
        self.count = count
        self.random = random.Random(7)
        self.groups: list[tuple[int, str, int]] = []
        self.members: dict[int, set[int]] = {}
        self.blocks: set[tuple[int, int]] = set()
        self.circles: dict[int, list[int]] = {}
        self.themed: list[Themed] = []
        self.audiences: dict[str, int] = {"+1": PUBLIC, "+2": MEMBERS}
        self.owners: dict[int, int] = {}
        self.terms: list[tuple[int, int, int]] = []
        self.choices: dict[int, list[Choice]] = {}
        self.everyone = range(1, self.count + 1)
        self.newcomers = range(self.count + 1, self.count + NEWCOMERS + 1)
        self.single = {p: self.group(GroupKind.PERSON, p, {p}) for p in [*self.everyone, *self.newcomers]}
        self.circle_of = {p: self.group(GroupKind.CONNECTIONS, p, set()) for p in self.everyone}
        self.connect()
        self.block()
        self.make_circles()
        self.make_themed()
        self.make_audiences()
        self.voices = [min(400.0, self.random.paretovariate(0.6)) for _ in self.everyone]

    def group(self, kind: str, owner: int, members: set[int]) -> int:
        """A new group; its number."""
        number = MEMBERS + 1 + len(self.groups)
        self.groups.append((number, str(kind), owner))
        self.members[number] = members
        return number

    def anyone(self, count: int) -> set[int]:
        return {self.random.randint(1, self.count) for _ in range(count)}

    def connected(self, person: int) -> set[int]:
        return self.members[self.circle_of[person]]

    def connect(self) -> None:
        """Some seventy connections each, a few have a thousand; three in four live nearby."""
        r = self.random
        for p in self.everyone:
            degree = min(int(r.lognormvariate(4.2, 0.9)) + 3, 1500, self.count // 4)
            half = degree // 2 + 1
            near = {(p + r.randint(-200, 200) - 1) % self.count + 1 for _ in range(half * 3 // 4)}
            for q in sorted(near | self.anyone(half - half * 3 // 4 + 1)):
                if q != p:
                    self.connected(p).add(q)
                    self.connected(q).add(p)

    def block(self) -> None:
        """One person in ten has shut the door to another."""
        for p in sorted(self.anyone(self.count // 10)):
            q = self.random.randint(1, self.count)
            if q != p:
                self.blocks.add((p, q))
                self.connected(p).discard(q)
                self.connected(q).discard(p)

    def make_circles(self) -> None:
        """One to five circles each, of two to forty of one's connections."""
        r = self.random
        for p in self.everyone:
            known = sorted(self.connected(p))
            wanted = r.randint(1, 5) if len(known) >= 2 else 0
            sizes = [min(len(known), r.randint(2, 40)) for _ in range(wanted)]
            self.circles[p] = [self.group(GroupKind.CIRCLE, p, set(r.sample(known, size))) for size in sizes]

    def make_themed(self) -> None:
        """Lists, campaigns and cohorts: sources of their own, read by their members."""
        r = self.random
        source = self.count + NEWCOMERS
        for kind, count, fewest, most in ROOMS:
            for _ in range(count):
                owner, source = r.randint(1, self.count), source + 1
                size = int(math.exp(r.uniform(math.log(fewest), math.log(min(most, self.count // 2)))))
                group = self.group(kind, owner, self.anyone(size) | {owner})
                self.themed.append(Themed(source, owner, group, self.audience(owner, {group})))

    def audience(self, owner: int, include: set[int], exclude: frozenset[int] = frozenset()) -> int:
        """The number of the audience that this expression means, as the house writes it."""
        wanted = Expression(frozenset(include), exclude).canonical(self.single[owner])
        canon = wanted.text()
        if canon not in self.audiences:
            number = self.audiences[canon] = len(self.audiences) + 1
            self.owners[number] = owner
            self.terms += [(number, 1, group) for group in sorted(wanted.include)]
            self.terms += [(number, -1, group) for group in sorted(wanted.exclude)]
        return self.audiences[canon]

    def make_audiences(self) -> None:
        """What each person publishes to, and how often; about a third of what they could use they never have."""
        r = self.random
        for p in self.everyone:
            known = sorted(self.connected(p))
            found = [
                Choice(PUBLIC, 0.40),
                Choice(MEMBERS, 0.08),
                Choice(self.audience(p, {self.circle_of[p]}), 0.25),
            ]
            found += [Choice(self.audience(p, {circle}), 0.07) for circle in self.circles[p][:2]]
            if len(self.circles[p]) >= 2 and r.random() < 0.5:
                found.append(Choice(self.audience(p, set(self.circles[p][:2])), 0.04))
            if known and r.random() < 0.5:
                but = frozenset({self.single[r.choice(known)]})
                found.append(Choice(self.audience(p, {self.circle_of[p]}, but), 0.08))
            if known and r.random() < 0.3:
                some = {self.single[q] for q in r.sample(known, min(3, len(known)))}
                found.append(Choice(self.audience(p, some), 0.02))
            self.choices[p] = [choice for choice in found if r.random() < 0.68]
            self.choices[p].append(Choice(self.alone(p), 0.02))

    def alone(self, person: int) -> int:
        """The audience of nobody but its author."""
        return self.audience(person, set())

    def memberships(self) -> Iterator[tuple[int, int, int]]:
        """(group, person, opens from); one place in twenty in a circle opens only what came after it was given."""
        r = self.random
        circles = {circle for some in self.circles.values() for circle in some}
        for group, people in self.members.items():
            for person in sorted(people):
                late = group in circles and r.random() < 0.05
                yield group, person, r.randint(BEGAN, NOW) if late else 0

    def follows(self) -> Iterator[tuple[int, int]]:
        """(person, source): their connections, some others, and the lists they are in; newcomers three quiet people."""
        r = self.random
        for p in self.everyone:
            for q in sorted((self.connected(p) | self.anyone(r.randint(5, 60))) - {p}):
                yield p, q
        for one in self.themed:
            for person in sorted(self.members[one.group]):
                yield person, one.source
        quiet = sorted(self.everyone, key=lambda p: self.voices[p - 1])[
            : max(FOLLOWED_BY_A_NEWCOMER, self.count // 5)
        ]
        for newcomer in self.newcomers:
            for person in r.sample(quiet, FOLLOWED_BY_A_NEWCOMER):
                yield newcomer, person
