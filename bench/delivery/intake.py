"""Mail that comes in over LMTP, durable before it is answered, beside aiosmtpd with one row of SQLite for each mail.

aiosmtpd is looked for where BENCH_AIOSMTPD says (a Python that has it), else beside us.
"""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.databases import command, environment, folder, postgresql
from bench.measure import cpu_seconds
from bench.programs import PARVIS, free_port, parvis, running, until
from bench.report import result, say

from .hand_in import hand_in
from .peers import is_open

MAILS = int(os.environ.get("BENCH_MAILS_IN", "5000"))
DOMAIN = "in.parvis.example"
A_SECOND = 500


def main() -> None:
    asked = os.environ.get("BENCH_DATABASES", "sqlite,postgresql").split(",")
    with folder() as data:
        peer = aiosmtpd(data)
        if "sqlite" in asked:
            ours("sqlite", data / "sqlite", peer)
        if "postgresql" in asked:
            with postgresql() as url:
                if url is not None:
                    ours("postgresql", data / "postgresql", peer, PARVIS_DATABASE_URL=url)


def ours(database: str, data: Path, peer: tuple[float, float] | str, **more: str) -> None:
    """Ours on one database: the real command, and what is in the database at the end."""
    port = free_port()
    env = environment(data, PARVIS_MAIL_IN_DOMAIN=DOMAIN, PARVIS_LMTP=str(port), **more)
    parvis(env, "init", "--owner-email", "owner@parvis.example", "--owner-name", "Owner")
    addresses = json.loads(said(env, str(MAILS)))
    rate, cpu = measured([*PARVIS, "lmtp"], env, port, data / "lmtp.log", addresses)
    count = json.loads(said(env, "count"))
    if count != MAILS:
        raise SystemExit(f"{MAILS} mails were answered with 250, and {count} are there.")
    name = f"delivery/intake/{database}"
    rates, costs = peer if isinstance(peer, tuple) else (peer, peer)
    result(f"{name}/rate", "mails a second, durable", rate, peer=rates, target=A_SECOND, more_is_better=True)
    result(f"{name}/cpu", "ms of CPU a mail", cpu, peer=costs)


def said(env: Mapping[str, str], asked: str) -> str:
    words = command("delivery.inside.addresses", asked)
    return subprocess.run(words, env=dict(env), check=True, text=True, stdout=subprocess.PIPE).stdout


def aiosmtpd(data: Path) -> tuple[float, float] | str:
    """The peer's rate and CPU, or that it is not here."""
    python = os.environ.get("BENCH_AIOSMTPD") or sys.executable
    if python == sys.executable and importlib.util.find_spec("aiosmtpd") is None:
        return "aiosmtpd, which is not installed here"
    port = free_port()
    words = [python, str(Path(__file__).with_name("intake_peer.py")), str(port), str(data / "peer.sqlite3")]
    addresses = [f"leave+{number}@{DOMAIN}" for number in range(MAILS)]
    return measured(words, None, port, data / "peer.log", addresses)


def measured(
    words: Sequence[str], env: Mapping[str, str] | None, port: int, log: Path, addresses: Sequence[str]
) -> tuple[float, float]:
    """Mails a second, and milliseconds of CPU a mail, of a program that listens at a port."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with running(words, env, log) as process:
        until(lambda: is_open(port), process, log)
        hand_in(port, addresses[:100])  # as warm as one that has been running
        cpu = cpu_seconds([process.pid])
        seconds = hand_in(port, addresses[100:])
        cpu = cpu_seconds([process.pid]) - cpu
    count = len(addresses) - 100
    say(f"{Path(words[0]).name} {words[-1]}: {count} mails in {seconds:.1f} s, {cpu:.2f} s of CPU")
    return count / seconds, 1000 * cpu / count


if __name__ == "__main__":
    main()
