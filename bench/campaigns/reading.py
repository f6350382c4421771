"""A campaign in its last hour: `parvis serve` under a thousand readers with a connection each, while others pledge."""

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.databases import command, environment, folder, postgresql
from bench.programs import PARVIS, answer, free_port, parvis, running, until
from bench.report import result, say

READERS = int(os.environ.get("BENCH_CROWD", "1000"))
SECONDS = int(os.environ.get("BENCH_CROWD_SECONDS", "20"))
PATIENCE = 10
"""Seconds after which a reader has waited too long."""
BARS_A_SECOND = 1_000
ASKS_AGAIN = 5_000
"""Milliseconds after which an open page asks how it stands (templates/campaigns/bar.html)."""
SCRIPT = Path(__file__).with_name("readers.lua")
LISTENS = "0A"


@dataclass(frozen=True)
class Crowd:
    """How readers behave: one page among so many requests (0: none), and milliseconds before the next request of each."""

    name: str
    among: int
    pause: int
    target: int | None = None


CROWDS = (
    Crowd("bar", among=0, pause=0, target=BARS_A_SECOND),
    Crowd("mix", among=10, pause=0),
    Crowd("open", among=10, pause=ASKS_AGAIN),
)


@dataclass(frozen=True)
class House:
    """A square that answers, and what is read there."""

    database: str
    port: int
    page: str
    bar: str
    env: Mapping[str, str]


def main() -> None:
    if shutil.which("wrk") is None:
        raise SystemExit("This bench needs wrk (Debian: wrk).")
    asked = os.environ.get("BENCH_DATABASES", "sqlite,postgresql").split(",")
    if "sqlite" in asked:
        measure("sqlite")
    if "postgresql" in asked:
        with postgresql() as url:
            if url is not None:
                measure("postgresql", PARVIS_DATABASE_URL=url)


def measure(database: str, **more: str) -> None:
    """Each crowd for some seconds, one after the other."""
    with folder() as data, house(database, data, **more) as square:
        for crowd in CROWDS:
            pledges: dict[str, float] = {}
            with pledging(square, crowd.name, pledges), watched(square.port) as outside:
                seen = read(square, crowd)
            tell(square, crowd, seen, pledges, max(outside, default=0))


@contextmanager
def house(database: str, data: Path, **more: str) -> Iterator[House]:
    """Parvis as it is served, with a campaign that ends within the hour."""
    env, log, port = environment(data, **more), data / "serve.log", free_port()
    parvis(env, "init", "--owner-email", "owner@parvis.example", "--owner-name", "Owner")
    said = subprocess.run(
        command("campaigns.inside.reading", "fill"), env=env, check=True, text=True, stdout=subprocess.PIPE
    )
    paths = json.loads(said.stdout)
    with running([*PARVIS, "serve", "--bind", f"127.0.0.1:{port}"], env, log) as process:
        until(lambda: answer(port, paths["page"])[0] == 200, process, log)
        for path in paths.values():
            status, size = answer(port, path)
            say(f"{database}: {path} answers {status}, {size / 1000:.1f} kB")
        yield House(database, port, paths["page"], paths["bar"], env)


@contextmanager
def pledging(square: House, name: str, into: dict[str, float]) -> Iterator[None]:
    """Somebody pledges several times a second for as long; how many did, and what it took them."""
    words = command("campaigns.inside.reading", "pledge", name)
    process = subprocess.Popen(
        words, env=dict(square.env), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdout.readline()  # it has begun
        yield
        process.stdin.close()
        into.update(json.loads(process.stdout.readline()))
    finally:
        process.stdin.close()
        if process.wait(60) != 0:
            raise SystemExit("Those who pledge did not come to their end.")


@contextmanager
def watched(port: int) -> Iterator[list[int]]:
    """How many connections wait to be taken, each second once the crowd has come; wrk does not count who is never answered."""
    found: list[int] = []
    over = threading.Event()

    def look() -> None:
        over.wait(3)
        while not over.wait(1):
            found.append(waiting(port))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield found
    finally:
        over.set()
        watcher.join()


def waiting(port: int) -> int:
    """The length of the queue before a port that listens (proc(5): rx_queue of a listening socket)."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ours = [row for row in rows if row[3] == LISTENS and int(row[1].rpartition(":")[2], 16) == port]
    return sum(int(row[4].partition(":")[2], 16) for row in ours)


def read(square: House, crowd: Crowd) -> dict[str, float]:
    """What the readers have seen. Raises CalledProcessError when wrk cannot do it."""
    words = ["wrk", "-t2", f"-c{READERS}", f"-d{SECONDS}s", f"--timeout={PATIENCE}s", "-s", str(SCRIPT)]
    asked = [square.page, square.bar, str(crowd.among), str(crowd.pause)]
    url = f"http://127.0.0.1:{square.port}"
    said = subprocess.run(
        [*words, url, "--", *asked], check=True, text=True, stdout=subprocess.PIPE, timeout=SECONDS + 120
    ).stdout
    found: dict[str, float] = json.loads(said.strip().splitlines()[-1])
    time.sleep(1)  # what was on its way ends
    return found


def tell(
    square: House, crowd: Crowd, seen: Mapping[str, float], pledges: Mapping[str, float], outside: int
) -> None:
    name = f"campaigns/reading/{square.database}/{crowd.name}"
    failed = seen["refused"] + seen["broken"] + seen["late"]
    say(f"{crowd.name}: {dict(seen)}, pledges {dict(pledges)}, {outside} not let in")
    rate = seen["requests"] / seen["seconds"]
    result(f"{name}/rate", "requests a second", rate, target=crowd.target, more_is_better=True)
    result(f"{name}/p50", "ms", seen["p50"])
    result(f"{name}/p99", "ms", seen["p99"])
    result(f"{name}/errors", "other answers, broken, or after 10 s", failed, target=0)
    result(f"{name}/outside", "readers who are not let in", outside, target=0)
    result(f"{name}/pledges", "pledges a second meanwhile", pledges["rate"], more_is_better=True)
    result(f"{name}/pledge", "ms a pledge meanwhile, p95", pledges["p95"])


if __name__ == "__main__":
    main()
