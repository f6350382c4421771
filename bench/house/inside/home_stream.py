"""The home stream among ten thousand people: what one page costs the database, for whom, and at which total.

The peer is the other honest way to read with a live rule and without stored inboxes: walk the publications from the
newest on, and ask the rule about each until the page is full (a fan-in walk), with an index of its own to walk along.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from django.db import connection

from bench.databases import people, sizes
from bench.measure import percentile
from bench.report import result, say
from parvis.core.audiences.rule import FOREVER, MARK, bind, probe
from parvis.core.stream.pages import FOLLOWED, numbers

from .worlds import costs, member, publish, readers, settled

type Found = dict[str, float]

TARGETS = {
    "sqlite": {"ordinary": 5, "new": 5, "heaviest": 10},
    "postgresql": {"ordinary": 10, "new": 10, "heaviest": 25},
}
FLAT = 1.5
ON_A_PAGE = 21
WALKERS = {"ordinary": 40, "new": 8, "heaviest": 20}
COMPARED = 4

WALK = """SELECT p.publication_id, p.ord FROM stream_placement p {indexed} CROSS JOIN stream_stream s
WHERE s.id = p.stream_id AND p.ord < :before AND p.visible_from <= :now AND p.visible_until > :now
  AND s.source_id IN ({wanted}) AND {rule} ORDER BY p.ord DESC LIMIT :k"""


def run() -> None:
    """Fill this process's database, and measure at each size on the way."""
    world, steps = settled(people()), sizes()
    found: dict[int, Found] = {}
    for size in steps:
        publish(world, size)
        found[size] = at_size(size, readers(world))
    for size in steps[1:]:
        growth = max(found[size][who] / found[steps[0]][who] for who in found[size])
        name = f"house/home_stream/{connection.vendor}/{size}/growth"
        result(name, f"p95 ÷ p95 at {steps[0]} publications", growth, target=FLAT)


def at_size(size: int, some: Mapping[str, Sequence[int]]) -> Found:
    """Measure ours, then the peer with its index; p95 of ours by kind of reader."""
    ours = {who: spent(them, stream) for who, them in some.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE INDEX bench_walk ON stream_placement (ord DESC, stream_id, visible_from, visible_until)"
        )
    agree(some)
    for who, them in some.items():
        peer = spent(them[: WALKERS[who]], walk, times=1)
        tell(f"{connection.vendor}/{size}/{who}", ours[who], peer, TARGETS[connection.vendor][who])
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX bench_walk")
    return {who: percentile(values, 0.95) for who, values in ours.items()}


def spent(some: Sequence[int], page: Callable[[int], object], times: int = 3) -> list[float]:
    """Database CPU, in milliseconds, of a page for each of these readers."""
    return costs([partial(page, person) for person in some], with_ours=False, times=times)


def stream(person: int) -> list[tuple[int, int]]:
    """Ours."""
    return numbers(member(person), FOLLOWED, before=FOREVER, limit=ON_A_PAGE)


def walk(person: int) -> list[tuple[int, int]]:
    """The peer's."""
    viewer = member(person)
    rule = probe(viewer, audience="s.audience_id", author="s.author_id", ord="p.ord")
    indexed = "INDEXED BY bench_walk" if connection.vendor == "sqlite" else ""
    text = MARK + WALK.format(indexed=indexed, wanted=FOLLOWED, rule=rule)
    with connection.cursor() as cursor:
        cursor.execute(*bind(text, viewer.values() | {"before": FOREVER, "k": ON_A_PAGE}))
        return [(int(pk), int(ord_)) for pk, ord_ in cursor.fetchall()]


def agree(some: Mapping[str, Sequence[int]]) -> None:
    """Both ways must show the same page, or the comparison says nothing."""
    for them in some.values():
        for person in them[:COMPARED]:
            if stream(person) != walk(person):
                raise SystemExit(f"The two ways do not show reader {person} the same page.")


def tell(name: str, ours: list[float], peer: list[float], target: float) -> None:
    """One result."""
    halves = [percentile(values, 0.5) for values in (ours, peer)]
    say(f"{name}: ours p50 {halves[0]:.2f} ms; the walk p50 {halves[1]:.2f} ms")
    result(
        f"house/home_stream/{name}",
        "ms of database CPU, p95",
        percentile(ours, 0.95),
        peer=percentile(peer, 0.95),
        target=target,
    )
