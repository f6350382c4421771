"""Others that tell what is near: PostGIS in the same database, Redis in a process of its own."""

import shutil
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import DatabaseError, connection

from bench.programs import free_port, running, until
from bench.report import say
from parvis.lib.geo.earth import Point

type Ask = Callable[[Point, int, float], Sequence[tuple[int, float]]]
"""The nearest to a point, so many at most and no farther than so many metres: their numbers and distances."""

KNN = """SELECT id, d FROM (SELECT id, place <-> ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography AS d
FROM bench_places ORDER BY place <-> ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography LIMIT %s) found WHERE d <= %s"""


def postgis() -> Ask | str:
    """PostGIS’s index for nearest neighbours over the same venues; why not, where it cannot be had."""
    if connection.vendor != "postgresql":
        return "PostGIS, which is not SQLite"
    try:
        with connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS postgis")
            cursor.execute(
                """CREATE TABLE bench_places AS SELECT id,
                ST_SetSRID(ST_MakePoint(longitude, latitude), 4326)::geography AS place FROM places_venue"""
            )
            cursor.execute("CREATE INDEX ON bench_places USING gist (place)")
            cursor.execute("ANALYZE bench_places")
    except DatabaseError as error:
        say(f"PostGIS is not measured: {' '.join(str(error).split())[:100]}")
        return "PostGIS, which is not installed"

    def ask(point: Point, count: int, most: float) -> Sequence[tuple[int, float]]:
        with connection.cursor() as cursor:
            cursor.execute(KNN, [point.lon, point.lat, point.lon, point.lat, count, most])
            return [(int(number), float(away)) for number, away in cursor.fetchall()]

    return ask


class Redis:
    """As little of Redis’s protocol (RESP) as this takes."""

    def __init__(self, port: int) -> None:
        self.line = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.file = self.line.makefile("rb")

    def send(self, *words: object) -> None:
        parts = [str(word).encode() for word in words]
        self.line.sendall(
            b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
        )

    def read(self) -> object:
        head = self.file.readline().rstrip()
        kind, rest = head[:1], head[1:]
        if kind == b"$":
            return self.file.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return [self.read() for _one in range(int(rest))]
        if kind == b"-":
            raise RuntimeError(rest.decode())
        return rest

    def near(self, point: Point, count: int, most: float) -> Sequence[tuple[int, float]]:
        where = ("FROMLONLAT", point.lon, point.lat, "BYRADIUS", most, "m")
        self.send("GEOSEARCH", "places", *where, "ASC", "COUNT", count, "WITHDIST")
        found = self.read()
        assert isinstance(found, list)
        return [(int(number), float(away)) for number, away in found]


@contextmanager
def redis(places: Iterator[tuple[int, float, float]]) -> Iterator[Ask | str]:
    """A Redis of our own with these venues, without those beyond ±85.05°, which it does not take; why not, else."""
    program = shutil.which("redis-server")
    if program is None:
        yield "Redis, which is not installed"
        return
    port = free_port()
    with TemporaryDirectory(prefix="parvis-bench-") as folder:
        log = Path(folder) / "redis.log"
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        with running(command, None, log) as process:
            until(lambda: listens(port), process, log)
            server = Redis(port)
            load(server, places)
            yield server.near
            server.line.close()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def load(server: Redis, places: Iterator[tuple[int, float, float]]) -> None:
    began, some = time.monotonic(), []
    for number, lat, lon in places:
        if abs(lat) < 85.05:
            some += [lon, lat, number]
        if len(some) >= 3_000:
            server.send("GEOADD", "places", *some)
            server.read()
            some = []
    if some:
        server.send("GEOADD", "places", *some)
        server.read()
    say(f"Redis has them after {time.monotonic() - began:.0f} s")
