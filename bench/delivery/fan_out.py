"""One publication to a thousand and to a hundred thousand mail subscribers, each with their own copy, into a counting sink."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.databases import command, environment, folder, postgresql
from bench.programs import parvis
from bench.report import result, say

from .sinks import a_sink

SIZES = [int(size) for size in os.environ.get("BENCH_COPIES", "1000,100000").split(",")]
A_SECOND, FIRST = 1000, 1.0


def main() -> None:
    asked = os.environ.get("BENCH_DATABASES", "sqlite,postgresql").split(",")
    if "sqlite" in asked:
        with folder() as data:
            ours("sqlite", environment(data), data)
    if "postgresql" in asked:
        with postgresql() as url, folder() as data:
            if url is not None:
                ours("postgresql", environment(data, PARVIS_DATABASE_URL=url), data)


def ours(database: str, env: Mapping[str, str], data: Path) -> None:
    """Ours on one database."""
    parvis(env, "init", "--owner-email", "owner@parvis.example", "--owner-name", "Owner")
    with a_sink(data / "sink.log") as port:
        for size in SIZES:
            found = sent(env, str(port), str(size), f"theme{size}")
            tell(f"delivery/fan_out/{database}/{size}", size, found)


def sent(env: Mapping[str, str], *words: str) -> dict[str, Any]:
    done = subprocess.run(
        command("delivery.inside.fan_out", *words), env=dict(env), check=True, stdout=subprocess.PIPE
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def tell(name: str, size: int, found: Mapping[str, Any]) -> None:
    say(
        f"{name}: {found['seconds']:.1f} s, {found['octets']:.0f} octets a copy, {found['memory']:.0f} MB at the most"
    )
    result(f"{name}/rate", "copies a second", size / found["seconds"], target=A_SECOND, more_is_better=True)
    result(f"{name}/first", "s to the first copy", found["first"], target=FIRST)
    result(f"{name}/cpu", "ms of CPU a copy", 1000 * found["cpu"] / size)
    result(f"{name}/memory", "MB at the most", found["memory"])


if __name__ == "__main__":
    main()
