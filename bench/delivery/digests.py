"""Digests of three themes for ten thousand readers: composed, each for its own reader, and sent."""

import json
import os
import subprocess
from collections.abc import Mapping

from bench.databases import command, environment, folder, postgresql
from bench.programs import parvis
from bench.report import result, say

from .sinks import a_sink

READERS = int(os.environ.get("BENCH_READERS", "10000"))
SECONDS, MEMORY = 300, 220


def main() -> None:
    asked = os.environ.get("BENCH_DATABASES", "sqlite,postgresql").split(",")
    with folder() as data, a_sink(data / "sink.log") as port:
        if "sqlite" in asked:
            composed("sqlite", environment(data / "sqlite"), port)
        if "postgresql" in asked:
            with postgresql() as url:
                if url is not None:
                    composed("postgresql", environment(data / "pg", PARVIS_DATABASE_URL=url), port)


def composed(database: str, env: Mapping[str, str], port: int) -> None:
    """On one database."""
    parvis(env, "init", "--owner-email", "owner@parvis.example", "--owner-name", "Owner")
    subprocess.run(
        command("delivery.inside.digests", "fill", str(port), str(READERS)), env=dict(env), check=True
    )
    words = command("delivery.inside.digests", "send", str(port), str(READERS))
    found = json.loads(subprocess.run(words, env=dict(env), check=True, stdout=subprocess.PIPE).stdout)
    name, scale = f"delivery/digests/{database}", 10_000 / READERS
    say(f"{name}: {found['seconds']:.1f} s for {READERS}, {found['octets']:.0f} octets each")
    result(f"{name}/time", "s for 10000 readers", found["seconds"] * scale, target=SECONDS)
    result(f"{name}/cpu", "ms of CPU a digest", 1000 * found["cpu"] / READERS)
    result(f"{name}/memory", "MB at the most", found["memory"], target=MEMORY)


if __name__ == "__main__":
    main()
