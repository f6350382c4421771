"""A square with its world in it, filled fast and then as a running house finds it; and the readers to measure."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction

from bench.measure import backend_ms, median
from bench.report import say
from parvis.core.audiences.rule import Viewer

from .people import NOW
from .world import World

ORDINARY = 200
HEAVIEST = 40


def settled(people: int) -> World:
    """The house as its first start makes it, with everyone in it and nothing said yet."""
    world = World(people)
    say(f"{connection.vendor}: {people} people, {len(world.society.groups)} groups")
    with filling(*SETTLED):
        world.settle()
    return world


@contextmanager
def filling(*tables: str) -> Iterator[None]:
    """Without the care that a real square takes of each row, and with statistics afterwards where those are kept."""
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        if is_sqlite:
            for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000"):
                cursor.execute(f"PRAGMA {pragma}")
        else:
            cursor.execute("SET session_replication_role = replica")
    with transaction.atomic(), without_indexes(tables):
        yield
    with connection.cursor() as cursor:
        # PostgreSQL does this by itself after a while; SQLite's squares have no statistics, so these get none.
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)" if is_sqlite else "VACUUM ANALYZE")
    connection.close()


INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND ({tables})",
    "postgresql": """SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND ({tables})
        AND indexname NOT IN (SELECT conname FROM pg_constraint)""",
}
SETTLED = ("audiences_membership", "stream_follow")
PUBLISHED = ("stream_publication", "stream_placement", "stream_words")


@contextmanager
def without_indexes(tables: Sequence[str]) -> Iterator[None]:
    """These tables without their indexes, which are made anew, and the same, from all rows at once."""
    column = "tbl_name" if connection.vendor == "sqlite" else "tablename"
    text = INDEXES[connection.vendor].format(tables=" OR ".join(f"{column} = '{table}'" for table in tables))
    with connection.cursor() as cursor:
        cursor.execute(text)
        found = cursor.fetchall()
        for name, _sql in found:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _name, sql in found:
            cursor.execute(sql)


def publish(world: World, until: int, *, words: bool = False) -> None:
    """Publications until there are so many in all."""
    began = time.monotonic()
    with filling(*PUBLISHED):
        world.publish(until - world.count, words=words)
    say(
        f"{connection.vendor}: {world.count} publications, {len(world.streams)} streams ({time.monotonic() - began:.0f} s)"
    )


def member(person: int) -> Viewer:
    """This person, as the rule knows them."""
    return Viewer(at=NOW, person_id=person, is_member=True)


def readers(world: World) -> dict[str, Sequence[int]]:
    """Ordinary readers, newcomers who follow three quiet people, and those who follow the most."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id FROM stream_follow GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT %s", [HEAVIEST]
        )
        heaviest = [person for (person,) in cursor.fetchall()]
    everyone = world.society.everyone
    ordinary = random.Random(3).sample(everyone, min(ORDINARY, len(everyone)))
    return {"ordinary": ordinary, "new": list(world.society.newcomers), "heaviest": heaviest}


def clock(*, with_ours: bool) -> Callable[[], float]:
    """Reads the processor time spent so far, in milliseconds.

    SQLite works in our own thread, so that is what counts. PostgreSQL works in a process of its own; our thread is
    added to it when `with_ours`.
    """

    def mine() -> float:
        return time.thread_time() * 1e3

    if connection.vendor == "sqlite":
        return mine
    connection.ensure_connection()
    process = connection.connection.info.backend_pid
    if with_ours:
        return lambda: mine() + backend_ms(process)
    return lambda: backend_ms(process)


def costs(work: Sequence[Callable[[], object]], *, with_ours: bool, times: int = 3) -> list[float]:
    """What each piece of work costs, in milliseconds: the median of some times, so that a neighbour's noise is not ours."""
    now = clock(with_ours=with_ours)
    for one in work[:5]:
        one()
    found = []
    for one in work:
        spent = []
        for _ in range(times):
            before = now()
            one()
            spent.append(now() - before)
        found.append(median(spent))
    return found
