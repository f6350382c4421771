"""Dense worlds: a few people and groups in which everything coincides, for realistic worlds miss half of the mistakes."""

import random
from datetime import UTC, datetime, timedelta

from parvis.core.audiences.models import MEMBERS, Audience, Block, Group, Membership, Term
from parvis.core.audiences.rule import moment
from parvis.core.people.models import Person
from parvis.core.stream.actions.comments import EDIT_FOR
from parvis.core.stream.models import Comment, Follow, Placement, Publication, Source, Stream
from parvis.core.stream.search import index

from .oracle import Eyes

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
NOW = 1000
LATER = 5000
NO_MORE_TO_EDIT = moment(NOW) - EDIT_FOR
SPOKEN_AT_LENGTH = 100


def dense(seed: int, publications: int = 90) -> list[Eyes]:
    """Make one world; returns who looks at it: passers-by, an owner, a guest, one who is suspended, members.

    Half of them have opened a link or a password; one passer-by looks as a member whom nobody knows.
    """
    r = random.Random(seed)
    roles = ["owner", "member", "member", "member", "member", "member", "guest", "member"]
    people = [
        Person.objects.create(
            name=f"p{n}", role=role, joined_at=BEGAN, suspended_at=BEGAN if n == 7 else None
        )
        for n, role in enumerate(roles)
    ]
    groups = [
        Group.objects.create(kind="circle" if n else "person", label=f"{seed}.{n}", owner=people[0])
        for n in range(6)
    ]
    keys = [Group.objects.create(kind=kind, owner=people[1]) for kind in ("link", "password")]
    begins = publications + SPOKEN_AT_LENGTH
    Membership.objects.bulk_create(
        Membership(
            group=g,
            person=p,
            opens_from=r.choice([0, r.randrange(1, publications + 1), begins + r.randrange(4)]),
            added_at=r.choice([BEGAN, BEGAN + DAY]),
        )
        for g in groups
        for p in people
        if r.random() < 0.5
    )
    sources = [Source.objects.create(kind="person", person=p) for p in people] + [
        Source.objects.create(kind="x"),
        Source.objects.create(kind="y"),
        Source.objects.create(kind="z"),
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
        *(audience(r, seed, n, groups, keys) for n in range(12)),
    ]
    rows = [publication(r, n, people) for n in range(1, publications + 1)]
    for row in rows:
        for source in r.sample([Source.objects.get(person=row.author), sources[-1]], r.choice([0, 1, 1, 2])):
            stand(r, row, source, r.choice(audiences))
    answer_each_other(r, rows, people, sources[-1], audiences, publications + 1)
    speak_at_length(r, people, sources[-3:], r.choice(audiences[1:]), begins)
    come_out_now_and_later(people, sources[-1], audiences)
    index(Publication.objects.unguarded("a world is made findable"))
    stranger = Eyes(is_stranger=True)
    by_name = [Eyes(p.pk, frozenset(g.pk for g in keys if r.random() < 0.4)) for p in people]
    return [Eyes(), Eyes(held=frozenset({keys[0].pk})), stranger, *by_name]


def audience(r: random.Random, seed: int, number: int, groups: list[Group], keys: list[Group]) -> Audience:
    """An audience of some groups and whoever holds some keys, less some others; a key never keeps anyone out."""
    made = Audience.objects.create(canon=f"world {seed}.{number}")
    everyone_here = Group.objects.get(pk=2)
    let_in = set(r.sample([everyone_here, *keys, *groups, *groups], r.choice([1, 1, 2, 3])))
    kept_out = set(r.sample([*keys[:1], *groups], r.choice([0, 0, 1, 2])))
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
        kind="stream.comment" if under else r.choice(["stream.status", "journal.post"]),
        author=r.choice(people),
        ord=number,
        made_at=BEGAN,
        published_at=r.choice([None, *[BEGAN] * 14, *[NO_MORE_TO_EDIT, NO_MORE_TO_EDIT - EDIT_FOR / 2] * 3]),
        comments_closed_at=BEGAN if r.random() < 0.2 else None,
        audience_id=r.choice([None, MEMBERS, MEMBERS, MEMBERS]),
        audience_at=r.choice([None, BEGAN, BEGAN + DAY]),
        language=r.choice(["fr", "en"]),
        text=r.choice(["parvis", "parvis", "river"]),
        under=under,
        deleted_at=BEGAN if r.random() < 0.1 else None,
    )


def answer_each_other(
    r: random.Random,
    rows: list[Publication],
    people: list[Person],
    source: Source,
    audiences: list[Audience],
    first: int,
) -> None:
    """Comments under a few publications and under one another: some wait, are hidden, are taken back."""
    threads: list[list[Comment]] = [[] for _ in range(4)]
    for subject, thread in zip(r.sample(rows, 4), threads, strict=True):
        for number in range(first, first + 12):
            below = publication(r, number, people, under=subject)
            if r.random() < 0.7:
                open_to(below, source, audiences[r.randrange(2)])
            else:
                stand(r, below, source, r.choice(audiences))
            hides = r.choice([subject.author, *people])
            thread.append(
                Comment.objects.create(
                    publication=below,
                    parent=r.choice([None, *thread[-2:], *thread[-1:] * 5]),
                    is_pending=r.random() < 0.15,
                    hidden_at=(hidden := BEGAN if r.random() < 0.15 else None),
                    hidden_by=hides if hidden else None,
                    withdrawn_at=BEGAN if r.random() < 0.15 else None,
                )
            )
        first += 12


def speak_at_length(
    r: random.Random, people: list[Person], sources: list[Source], audience: Audience, first: int
) -> None:
    """One author puts more in the same streams, one after another, than a page holds; then another says a word."""
    author, other = r.sample(people, 2)
    for number in range(first, first + 9):
        row = publication(r, number, [author])
        for source in sources:
            open_to(row, source, audience)
    open_to(publication(r, first + 9, [other]), sources[0], audience)


def open_to(row: Publication, source: Source, audience: Audience) -> None:
    """Place it for good."""
    stream = Stream.objects.get_or_create(source=source, audience=audience, author=row.author)[0]
    Placement.objects.create(
        publication=row, stream=stream, ord=row.ord, visible_from=min(row.ord, NOW + 1), visible_until=LATER
    )


def come_out_now_and_later(people: list[Person], source: Source, audiences: list[Audience]) -> None:
    """What comes out exactly at NOW, and what comes out just after."""
    for number, author in zip((NOW, NOW + 1), people[1:], strict=False):
        row = publication(random.Random(number), number, [author])
        row.text, row.published_at, row.deleted_at = "parvis", BEGAN, None
        row.save()
        open_to(row, source, audiences[1])


def stand(r: random.Random, row: Publication, source: Source, audience: Audience) -> None:
    """Place it, with edges exactly at NOW."""
    stream = Stream.objects.get_or_create(source=source, audience=audience, author=row.author)[0]
    begins = r.choice([0, 0, 0, 400, NOW, NOW + 1])
    ends = r.choice([LATER, LATER, LATER, NOW, NOW + 1, 500])
    if begins < ends:
        Placement.objects.create(
            publication=row, stream=stream, ord=row.ord, visible_from=begins, visible_until=ends
        )
