"""List servers that write a copy of its own to each reader: mlmmj (C) and Mailman with VERP (Python).

mlmmj is Debian's package of this name. Mailman is looked for on the path, or where BENCH_MAILMAN says (`…/bin/mailman`
of an environment of its own: `pip install mailman==3.3.10` under Python 3.11).
"""

import json
import os
import shutil
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bench.measure import cpu_seconds, pss_megabytes
from bench.programs import free_port, running, until
from bench.report import say

from .posts import post
from .sinks import forget, seen

PATIENCE = 600.0
MEMBERS_OF_MAILMAN, POSTS_TO_MAILMAN = 200, 2  # to take in a member costs it a tenth of a second
POSTS_TO_MLMMJ = 5


@dataclass(frozen=True)
class Found:
    """What a list server took for its copies."""

    rate: float
    cpu: float  # milliseconds a copy
    first: float  # seconds
    memory: float  # megabytes


def members(count: int) -> Sequence[str]:
    return [f"m{number}@d{number % 50}.example" for number in range(count)]


def mlmmj(port: int, size: int, folder: Path) -> Found | str:
    """mlmmj as Debian has it, where each copy has an envelope sender of its own."""
    receive = shutil.which("mlmmj-receive")
    if receive is None:
        return "mlmmj, which is not installed here"
    answers = "lists.example\nowner@lists.example\nen\nn\nn\n"
    subprocess.run(
        ["mlmmj-make-ml", "-L", "bench", "-s", str(folder)],
        input=answers,
        text=True,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    home = folder / "bench"
    for name, value in (("relayhost", "127.0.0.1"), ("smtpport", str(port)), ("nosubconfirm", "")):
        (home / "control" / name).write_text(f"{value}\n")
    (home / "subscribers.d" / "m").write_text("".join(f"{one}\n" for one in members(size)))
    forget(port)
    began = time.monotonic()
    command = [
        sys.executable,
        "-m",
        "bench.delivery.pipe",
        receive,
        str(home),
        str(POSTS_TO_MLMMJ),
        members(1)[0],
    ]
    said = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    first = seen(port)["first"] - began
    return counted("mlmmj", port, size * POSTS_TO_MLMMJ, began, first, said["cpu"], said["memory"])


MAILMAN = """[mailman]
site_owner: owner@lists.example
layout: bench
[paths.bench]
var_dir: {home}
bin_dir: {bin}
[mta]
incoming: mailman.mta.null.NullMTA
outgoing: mailman.mta.deliver.deliver
smtp_host: 127.0.0.1
smtp_port: {port}
lmtp_host: 127.0.0.1
lmtp_port: {lmtp}
verp_delivery_interval: 1
[webservice]
port: {rest}
[archiver.prototype]
enable: no
"""


def mailman(port: int, folder: Path) -> Found | str:
    """Mailman's core with `verp_delivery_interval: 1`: each copy has an envelope sender of its own."""
    program = os.environ.get("BENCH_MAILMAN") or shutil.which("mailman")
    if program is None:
        return "Mailman, which is not installed here"
    lmtp, home = free_port(), folder / "mailman"
    home.mkdir()
    written = MAILMAN.format(home=home, bin=Path(program).parent, port=port, lmtp=lmtp, rest=free_port())
    (folder / "mailman.cfg").write_text(written)
    env = os.environ | {
        "MAILMAN_CONFIG_FILE": str(folder / "mailman.cfg"),
        "PATH": f"{Path(program).parent}:{os.environ['PATH']}",
    }

    def run(*asked: str) -> None:
        command = [program, "--run-as-root", *asked]
        subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    run("create", "bench@lists.example")
    names = folder / "members.txt"
    names.write_text("".join(f"{one}\n" for one in members(MEMBERS_OF_MAILMAN)))
    say(f"Mailman takes in {MEMBERS_OF_MAILMAN} members")
    run("addmembers", "-W", str(names), "bench@lists.example")
    log = folder / "mailman.log"
    master: list[str | Path] = [Path(program).parent / "master", "--force"]
    with running([*master, "-C", folder / "mailman.cfg"], env, log) as process:
        until(lambda: is_open(lmtp), process, log)
        time.sleep(5)  # its other processes are starting
        forget(port)
        began, cpu = time.monotonic(), cpu_seconds([process.pid])
        with smtplib.LMTP("127.0.0.1", lmtp) as line:
            for number in range(POSTS_TO_MAILMAN):
                sender = members(1)[0]
                line.sendmail(sender, ["bench@lists.example"], post(number, "bench@lists.example", sender))
        wanted = MEMBERS_OF_MAILMAN * POSTS_TO_MAILMAN
        wait(lambda: seen(port)["copies"] >= wanted)
        cpu, memory = cpu_seconds([process.pid]) - cpu, pss_megabytes(process.pid)
        return counted("Mailman", port, wanted, began, seen(port)["first"] - began, cpu, memory)


def counted(
    name: str, port: int, wanted: int, began: float, first: float, cpu: float, memory: float
) -> Found:
    """The figures of a run. Raises SystemExit when the sink has seen something else than was due."""
    numbers = seen(port)
    if numbers["copies"] != wanted or numbers["senders"] < numbers["recipients"]:
        raise SystemExit(f"{name} was to send {wanted} copies of their own, and the sink saw {numbers}.")
    seconds = numbers["last"] - began
    say(f"{name}: {wanted} copies in {seconds:.1f} s, {cpu:.2f} s of CPU")
    return Found(wanted / seconds, 1000 * cpu / wanted, first, memory)


def is_open(port: int) -> bool:
    with suppress(OSError), smtplib.LMTP("127.0.0.1", port):
        return True
    return False


def wait(done: Callable[[], bool]) -> None:
    """Raises SystemExit when it takes too long."""
    limit = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > limit:
            raise SystemExit("A list server has not sent its copies in time.")
        time.sleep(0.05)
