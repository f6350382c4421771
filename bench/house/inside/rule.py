"""The rule where it is asked most: one object, everyone by name, a person's page, the search.

Counted is the whole work, that of our own thread and that of the database. The peers say what the rule adds: the same
row, or the same search, without any rule, and for a person's page a walk along that person's publications.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import cycle

from django.db import connection

from bench.databases import people, sizes
from bench.measure import percentile
from bench.report import result, say
from parvis.core.audiences.rule import MARK, bind, probe
from parvis.core.stream.models import Publication
from parvis.core.stream.pages import page_of
from parvis.core.stream.search import LANGUAGES, search
from parvis.core.stream.who import who_can_see
from parvis.lib.text.search import query_words, snippet

from .people import NOW
from .world import World
from .worlds import costs, member, publish, readers, settled

PAGE = 15
STREAM = {"sqlite": 5, "postgresql": 10}
ASKED = 200
ON_A_PAGE = 20
COMMON, RARE = 0, 2000

type Work = Sequence[Callable[[], object]]

HERS = """SELECT p.publication_id, p.ord FROM stream_publication b JOIN stream_placement p ON p.publication_id = b.id
JOIN stream_stream s ON s.id = p.stream_id WHERE b.author_id = :author AND s.source_id = :author
  AND p.visible_from <= :now AND p.visible_until > :now AND {rule} ORDER BY b.ord DESC LIMIT :k"""
FREE = {
    "sqlite": "SELECT rowid FROM stream_words WHERE stream_words MATCH %s ORDER BY rowid DESC LIMIT 21 /*the rule*/",
    "postgresql": """SELECT ord FROM stream_words WHERE words @@ to_tsquery('simple', %s) ORDER BY ord DESC LIMIT 21
        /*the rule*/""",
}


def run() -> None:
    """At the smallest of the sizes: what one object costs does not depend on the total, and home_stream shows the rest."""
    world = settled(people())
    publish(world, sizes()[0], words=True)
    r = random.Random(5)
    viewers = cycle(readers(world)["ordinary"])
    objects = [r.randint(1, world.count) for _ in range(ASKED)]
    one_object(viewers, objects)
    everyone_by_name(objects)
    persons(world, viewers, r)
    for name, rank in (("common", COMMON), ("rare", RARE)):
        found(name, world.words[min(rank, len(world.words) - 1)], viewers)


def one_object(viewers: Iterator[int], objects: Sequence[int]) -> None:
    """What every page of one publication asks first."""
    rows = Publication.objects
    ours = [partial(rows.visible_to(member(next(viewers))).filter(pk=pk).first) for pk in objects]
    peer = [partial(rows.unguarded("what the rule adds").filter(pk=pk).first) for pk in objects]
    compare("can_see", ours, peer, PAGE)


def everyone_by_name(objects: Sequence[int]) -> None:
    """What an author is told: the name of everyone who reads it, and why."""
    rows = Publication.objects.unguarded("the author asks").select_related("author", "audience")
    some = rows.filter(pk__in=objects).exclude(audience__in=[1, 2])
    ours = [partial(who_can_see, row, member(row.author_id)) for row in some]
    compare("who_can_see", ours, [], PAGE)


def persons(world: World, viewers: Iterator[int], r: random.Random) -> None:
    """The first page of somebody's publications, as others see it."""
    pairs = [(next(viewers), r.choice(world.society.everyone)) for _ in range(ASKED // 2)]
    ours = [partial(page_of, member(viewer), [person]) for viewer, person in pairs]
    compare(
        "person_page",
        ours,
        [partial(hers, viewer, person) for viewer, person in pairs],
        STREAM[connection.vendor],
    )


def hers(viewer_id: int, person: int) -> list[tuple[int, int]]:
    """The same page by walking along that person's publications, then its rows."""
    viewer = member(viewer_id)
    rule = probe(viewer, audience="s.audience_id", author="s.author_id", ord="p.ord")
    with connection.cursor() as cursor:
        cursor.execute(
            *bind(MARK + HERS.format(rule=rule), viewer.values() | {"author": person, "k": ON_A_PAGE + 1})
        )
        numbers = [(int(pk), int(ord_)) for pk, ord_ in cursor.fetchall()]
    shown = Publication.objects.visible_to(viewer).select_related("author", "audience")
    list(shown.in_bulk([pk for pk, _ord in numbers[:ON_A_PAGE]]))
    return numbers


def found(name: str, word: str, viewers: Iterator[int]) -> None:
    """The first page of a search, with the pieces of text that say why."""
    some = [next(viewers) for _ in range(ASKED // 4)]
    ours = [partial(search, member(viewer), word) for viewer in some]
    compare(f"search_{name}", ours, [partial(unruled, word) for _ in some], PAGE)


def unruled(word: str) -> list[object]:
    """The same words, asked of the index without the rule; the rows and pieces of text are made alike."""
    query = query_words(word, LANGUAGES)
    match = query.fts5() if connection.vendor == "sqlite" else query.tsquery()
    with connection.cursor() as cursor:
        cursor.execute(FREE[connection.vendor], [match])
        ords = [ord_ for (ord_,) in cursor.fetchall()]
    rows = Publication.objects.unguarded("what the rule adds").select_related("author", "audience")
    return [
        snippet(row.text, query, row.language) for row in rows.filter(ord__in=ords[:ON_A_PAGE], ord__lte=NOW)
    ]


def compare(name: str, ours: Work, peer: Work, target: float) -> None:
    """One result."""
    spent, others = costs(ours, with_ours=True), costs(peer, with_ours=True)
    beside = percentile(others, 0.95) if others else None
    middle = f"; the peer {percentile(others, 0.5):.2f} ms" if others else ""
    say(f"{connection.vendor}/{name}: p50 {percentile(spent, 0.5):.2f} ms{middle}")
    bench = f"house/rule/{connection.vendor}/{name}"
    result(bench, "ms of CPU, p95", percentile(spent, 0.95), peer=beside, target=target)
