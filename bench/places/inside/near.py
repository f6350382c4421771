"""What is near and what is so called, as the page of a check-in asks it: through Django, with all that comes of it.

Wall time, warm, one asker. Peers are asked by their own statement alone, from this same process; where they give other
venues than reckoning through all of them does, that is said.
"""

import math
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from heapq import nsmallest

from django.db import connection
from django.test import Client

from bench.measure import percentile
from bench.report import result, say
from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Square
from parvis.lib.geo.earth import Point, metres
from parvis.rooms.places import naming
from parvis.rooms.places.finding import FAR, SHOWN, called, near
from parvis.rooms.places.models import Venue

from .earth import asked_from, edges, fill, rare, venues_wanted
from .peers import Ask, postgis, redis

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ASKED = 200
TARGET = 15
A_METRE = 1.0
SOUTH_NORTH = 111_194.0
"""Metres in a degree of latitude, on the ball that distances are reckoned on."""


def run() -> None:
    count = venues_wanted()
    Square.objects.get_or_create(pk=1, defaults={"name": "Bench", "language": "fr", "opened_at": AT})
    began = time.monotonic()
    person = fill(count, AT)
    say(f"{connection.vendor}: {count} venues after {time.monotonic() - began:.0f} s")
    began = time.monotonic()
    while naming.index_missing(most=100_000):
        pass
    say(f"their names are indexed after {time.monotonic() - began:.0f} s")
    settle()
    viewer = Viewer.of(person, AT)
    head = f"places/near/{connection.vendor}/{count}"
    places = Places()
    exact(head, viewer, places)
    speed(head, viewer, places)
    names(head, viewer, count)


def settle() -> None:
    """What a running house’s database has done of itself."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE places_venue")


class Places:
    """All venues in memory, by latitude: for reckoning through those that may be near enough."""

    def __init__(self) -> None:
        rows = Venue.objects.order_by("latitude").values_list("pk", "latitude", "longitude")
        self.rows = list(rows.iterator(chunk_size=50_000))
        self.latitudes = [lat for _pk, lat, _lon in self.rows]

    def nearest(self, point: Point, count: int, most: float) -> Sequence[tuple[int, float]]:
        reach = most / SOUTH_NORTH + 1e-6
        first = bisect_left(self.latitudes, point.lat - reach)
        last = bisect_right(self.latitudes, point.lat + reach)
        away = ((pk, metres(point.lat, point.lon, lat, lon)) for pk, lat, lon in self.rows[first:last])
        return nsmallest(count, ((pk, one) for pk, one in away if one <= most), key=lambda pair: pair[1])

    def __iter__(self) -> Iterator[tuple[int, float, float]]:
        return iter(self.rows)


def distances(found: Sequence[tuple[int, float]]) -> list[float]:
    return [away for _number, away in found]


def ours(viewer: Viewer) -> Ask:
    def ask(point: Point, count: int, most: float) -> Sequence[tuple[int, float]]:
        return [(one.venue.pk, one.metres or 0.0) for one in near(viewer, point, count=count)]

    return ask


def exact(head: str, viewer: Viewer, places: Places) -> None:
    """How many of these answers are not those of reckoning through all, at ordinary places and where it goes wrong first."""
    some = [*asked_from(40), *edges(20)]
    wrong = differing(ours(viewer), places, some)
    result(
        f"{head}/differing", f"answers of {len(some)} that differ from reckoning through all", wrong, target=0
    )


def differing(ask: Ask, places: Places, some: Sequence[Point]) -> int:
    """Answers whose distances are not those of the nearest, to a metre; which of two at one distance does not matter."""
    wrong = 0
    for point in some:
        told, truth = distances(ask(point, SHOWN, FAR)), distances(places.nearest(point, SHOWN, FAR))
        same = len(told) == len(truth) and all(
            math.isclose(one, other, abs_tol=A_METRE, rel_tol=0.006)
            for one, other in zip(told, truth, strict=True)
        )
        wrong += not same
    return wrong


def speed(head: str, viewer: Viewer, places: Places) -> None:
    """Thirty of them, as the page gets them; the whole page beside it; the peers."""
    some = asked_from(ASKED)
    mine = timed(ours(viewer), some)
    peer = postgis()
    told = percentile(timed(peer, some), 0.95) if not isinstance(peer, str) else peer
    result(
        f"{head}/postgis",
        "ms, p95, 30 nearest, beside PostGIS KNN",
        percentile(mine, 0.95),
        peer=told,
        target=TARGET,
    )
    if not isinstance(peer, str):
        wrong = differing(peer, places, [*some[:40], *edges(20)])
        say(f"PostGIS: {wrong} of 65 answers differ (it reckons on the spheroid, ours on the ball)")
    with redis(iter(places)) as other:
        told = percentile(timed(other, some), 0.95) if not isinstance(other, str) else other
        result(
            f"{head}/redis",
            "ms, p95, 30 nearest, beside Redis GEO",
            percentile(mine, 0.95),
            peer=told,
            target=TARGET,
        )
    result(f"{head}/middle", "ms, p50, 30 nearest", percentile(mine, 0.5))
    page(head, viewer, some)


def timed(ask: Ask, some: Sequence[Point]) -> list[float]:
    """Milliseconds for each, after a first round."""
    for point in some[:20]:
        ask(point, SHOWN, FAR)
    return [milliseconds(lambda point=point: ask(point, SHOWN, FAR)) for point in some]


def milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1_000


def page(head: str, viewer: Viewer, some: Sequence[Point]) -> None:
    """The whole page of a check-in, from the request to its last byte."""
    from parvis.core.people.models import Person

    client = Client(headers={"host": "localhost"})
    person = Person.objects.get(pk=viewer.person_id)
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["used_at"] = int(time.time())
    session.save()

    def ask(point: Point) -> None:
        answer = client.post("/places/check-in/", {"latitude": point.lat, "longitude": point.lon})
        assert answer.status_code == 200, answer.status_code

    for point in some[:5]:
        ask(point)
    times = [milliseconds(lambda point=point: ask(point)) for point in some[:60]]
    result(f"{head}/page", "ms, p95, the whole page with them", percentile(times, 0.95))


def names(head: str, viewer: Viewer, count: int) -> None:
    """By a word of its own, by its beginning, and by one that a tenth of all have; beside a walk through all names."""
    here = asked_from(1)[0]
    asked = {
        "rare": [rare(number * 7 % count) for number in range(60)],
        "begun": [f"boulangerie {rare(number * 7 % count)[:5]}" for number in range(60)],
        "common": ["cafe", "musee", "etoile", "theatre du"] * 5,
    }
    for name, some in asked.items():
        times = [milliseconds(lambda words=words: called(viewer, words, point=here)) for words in some]
        walks = [milliseconds(lambda words=words: walk(words)) for words in some[:3]]
        result(
            f"{head}/called/{name}",
            "ms, p95, by name",
            percentile(times, 0.95),
            peer=percentile(walks, 0.95),
            target=TARGET,
        )


def walk(words: str) -> object:
    """What was asked before there was an index: it finds no accents that were not typed."""
    rows = Venue.objects.filter(is_shared=True, merged_into=None)
    for word in words.split():
        rows = rows.filter(name__icontains=word)
    return list(rows.order_by("name")[:SHOWN])
