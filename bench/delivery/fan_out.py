"""One publication to a thousand and to a hundred thousand mail subscribers, each with their own copy, into a counting sink."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from bench.databases import command, environment, folder, postgresql
from bench.programs import parvis
from bench.report import result, say

from .peers import Found, mailman, mlmmj
from .sinks import a_sink

SIZES = [int(size) for size in os.environ.get("BENCH_COPIES", "1000,100000").split(",")]
SIGNED = [int(size) for size in os.environ.get("BENCH_SIGNED", "1000,10000").split(",")]
A_SECOND, SIGNED_A_SECOND, FIRST, MEMORY = 1000, 400, 1.0, 220


def main() -> None:
    with folder() as data, a_sink(data / "sink.log") as port:
        peer = mailman(port, data)
        smallest = mlmmj(port, SIZES[0], data)
        for name, found in (("mailman", peer), ("mlmmj", smallest)):
            if isinstance(found, Found):
                result(f"delivery/fan_out/{name}/first", "s to the first copy", found.first)
        asked = os.environ.get("BENCH_DATABASES", "sqlite,postgresql").split(",")
        if "sqlite" in asked:
            ours("sqlite", environment(data / "sqlite"), port, (peer, smallest))
        if "postgresql" in asked:
            with postgresql() as url:
                if url is not None:
                    env = environment(data / "postgresql", PARVIS_DATABASE_URL=url)
                    ours("postgresql", env, port, (peer, smallest))


def ours(database: str, env: Mapping[str, str], port: int, peers: Sequence[Found | str]) -> None:
    """Ours on one database."""
    parvis(env, "init", "--owner-email", "owner@parvis.example", "--owner-name", "Owner")
    for size in SIZES:
        found = sent(env, str(port), str(size), f"theme{size}", "unsigned")
        tell(f"delivery/fan_out/{database}/{size}", size, found, peers)
    for size in SIGNED:  # last, since the keys stay
        found = sent(env, str(port), str(size), f"signed{size}", "signed")
        name, rate = f"delivery/fan_out/{database}/signed/{size}", size / found["seconds"]
        say(f"{name}: {found['seconds']:.1f} s")
        result(f"{name}/rate", "copies a second", rate, target=SIGNED_A_SECOND, more_is_better=True)
        result(f"{name}/cpu", "ms of CPU a copy", 1000 * found["cpu"] / size)


def sent(env: Mapping[str, str], *words: str) -> dict[str, Any]:
    subprocess.run(command("delivery.inside.fan_out", "fill", *words), env=dict(env), check=True)
    done = subprocess.run(
        command("delivery.inside.fan_out", "send", *words), env=dict(env), check=True, stdout=subprocess.PIPE
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def tell(name: str, size: int, found: Mapping[str, Any], peers: Sequence[Found | str]) -> None:
    say(
        f"{name}: {found['seconds']:.1f} s, {found['octets']:.0f} octets a copy, {found['memory']:.0f} MB at the most"
    )
    rate, cpu = size / found["seconds"], 1000 * found["cpu"] / size
    slow, quick = [figures(peer) for peer in peers]
    unit = "copies a second, beside "
    result(f"{name}/rate", f"{unit}Mailman", rate, peer=slow[0], target=A_SECOND, more_is_better=True)
    result(f"{name}/rate_mlmmj", f"{unit}mlmmj", rate, peer=quick[0], more_is_better=True)
    result(f"{name}/cpu", "ms of CPU a copy, beside Mailman", cpu, peer=slow[1])
    result(f"{name}/cpu_mlmmj", "ms of CPU a copy, beside mlmmj", cpu, peer=quick[1])
    result(f"{name}/first", "s to the first copy", found["first"], target=FIRST)
    result(f"{name}/memory", "MB at the most", found["memory"], target=MEMORY)


def figures(peer: Found | str) -> tuple[float | str, float | str]:
    """Its rate and its CPU, or who could not be measured."""
    return (peer.rate, peer.cpu) if isinstance(peer, Found) else (peer, peer)


if __name__ == "__main__":
    main()
