"""Dense worlds: a few people and groups in which everything coincides, for realistic worlds miss half of the mistakes."""

import random
from datetime import UTC, datetime

from parvis.core.audiences.models import Audience, Block, Group, Membership, Term
from parvis.core.people.models import Person
from parvis.core.stream.models import Follow, Placement, Publication, Source, Stream

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
NOW = 1000
LATER = 5000


def dense(seed: int, publications: int = 90) -> list[int]:
    """Make one world; returns the numbers of its people, of whom one is a guest."""
    r = random.Random(seed)
    people = [
        Person.objects.create(name=f"p{n}", role="guest" if n == 6 else "member", joined_at=BEGAN)
        for n in range(7)
    ]
    groups = [Group.objects.create(kind="circle", label=f"{seed}.{n}", owner=people[0]) for n in range(6)]
    Membership.objects.bulk_create(
        Membership(group=g, person=p, opens_from=r.choice([0, r.randrange(1, 91)]), added_at=BEGAN)
        for g in groups
        for p in people
        if r.random() < 0.5
    )
    sources = [Source.objects.create(kind="person", person=p) for p in people] + [
        Source.objects.create(kind="x")
    ]
    Follow.objects.bulk_create(
        Follow(person=p, source=s, at=BEGAN)
        for p in people
        for s in sources
        if s.person_id != p.pk and r.random() < 0.85
    )
    Block.objects.bulk_create(
        Block(person=p, owner=q, by=q, at=BEGAN)
        for p in people
        for q in people
        if p != q and r.random() < 0.15
    )
    audiences = [
        Audience.objects.get(pk=1),
        Audience.objects.get(pk=2),
        *(audience(r, seed, n, groups) for n in range(12)),
    ]
    rows = [publication(r, n, people) for n in range(1, publications + 1)]
    for row in rows:
        for source in r.sample([Source.objects.get(person=row.author), sources[-1]], r.choice([0, 1, 1, 2])):
            stand(r, row, source, r.choice(audiences))
    for n in range(12):
        above = r.choice(rows)
        below = publication(r, publications + 1 + n, people, under=above)
        stand(r, below, sources[-1], r.choice(audiences))
    return [p.pk for p in people]


def audience(r: random.Random, seed: int, number: int, groups: list[Group]) -> Audience:
    """An audience of some groups, less some others."""
    made = Audience.objects.create(canon=f"world {seed}.{number}")
    everyone_here = Group.objects.get(pk=2)
    let_in = set(r.sample([everyone_here, *groups, *groups], r.choice([1, 1, 2, 3])))
    kept_out = set(r.sample(groups, r.choice([0, 0, 1, 2])))
    Term.objects.bulk_create(
        [Term(audience=made, sign=1, group=g) for g in let_in]
        + [Term(audience=made, sign=-1, group=g) for g in kept_out]
    )
    return made


def publication(
    r: random.Random, number: int, people: list[Person], under: Publication | None = None
) -> Publication:
    """One publication, sometimes deleted by its author."""
    return Publication.objects.create(
        kind="stream.comment" if under else "stream.status",
        author=r.choice(people),
        ord=number,
        made_at=BEGAN,
        published_at=BEGAN,
        under=under,
        deleted_at=BEGAN if r.random() < 0.1 else None,
    )


def stand(r: random.Random, row: Publication, source: Source, audience: Audience) -> None:
    """Place it, with edges exactly at NOW."""
    stream = Stream.objects.get_or_create(source=source, audience=audience, author=row.author)[0]
    begins = r.choice([0, 0, 0, 400, NOW, NOW + 1])
    ends = r.choice([LATER, LATER, LATER, NOW, NOW + 1, 500])
    if begins < ends:
        Placement.objects.create(
            publication=row, stream=stream, ord=row.ord, visible_from=begins, visible_until=ends
        )
