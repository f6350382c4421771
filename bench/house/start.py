"""How soon `parvis serve` answers on a folder that exists, how soon it is gone, and what it takes when nothing happens."""

import time
from contextlib import suppress

from bench.databases import environment, folder
from bench.measure import median, pss_megabytes
from bench.programs import PARVIS, answer, free_port, parvis, running, stop, until
from bench.report import result, say

TIMES = 5
STARTS, STOPS, MEMORY = 3, 3, 220
REQUESTS = 20
IDLE = 4.0


def main() -> None:
    """Start and stop it some times; its memory is read the last time, after some requests and a rest."""
    starts, stops, memory = [], [], 0.0
    with folder() as data:
        env, log = environment(data), data / "serve.log"
        parvis(env, "init", "--owner-email", "owner@parvis.example", "--owner-name", "Owner")
        for number in range(TIMES + 1):
            port = free_port()
            began = time.monotonic()
            with running([*PARVIS, "serve", "--bind", f"127.0.0.1:{port}"], env, log) as process:
                until(lambda at=port: answer(at, "/")[0] == 200, process, log)  # type: ignore[misc]
                started = time.monotonic() - began
                if number == TIMES:
                    memory = rested(port, process.pid)
                ended = stop(process)
            if number:  # the first start gathers the static files
                starts.append(started)
                stops.append(ended)
            say(f"start {started:.2f} s, stop {ended:.2f} s")
    result("house/start/first_answer", "s, median of 5", median(starts), target=STARTS)
    result("house/start/stop", "s, median of 5", median(stops), target=STOPS)
    result("house/start/memory", "MB of PSS, idle, all processes", memory, target=MEMORY)


def rested(port: int, process: int) -> float:
    """Memory after some requests, so that every process has worked, and a rest."""
    for _ in range(REQUESTS):
        with suppress(OSError):
            answer(port, "/")
    time.sleep(IDLE)
    return pss_megabytes(process)


if __name__ == "__main__":
    main()
