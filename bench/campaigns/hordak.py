"""The books beside django-hordak's on the same PostgreSQL: balanced transactions of two legs a second, each durable; rounds in turn.

hordak is looked for where BENCH_HORDAK says (a Python that has it), else beside us. Its database checks at each commit
that legs come to nothing; ours are checked before they are written and by the audit, carry a key that the database
takes once, and belong to a pledge. Each does that in its figure.
"""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from bench.databases import command, environment, folder, postgresql
from bench.measure import median
from bench.report import result, say

ROUNDS = 3
EACH = int(os.environ.get("BENCH_ENTRIES", "3000")) // ROUNDS
PEER = Path(__file__).with_name("hordak_peer.py")
ABSENT = "django-hordak, which is not installed here"
ROWS = (
    ("one", "one", "one", "each with a commit of its own"),
    ("batch", "batch", "together", "%(batch)d a commit, theirs by transfer_to"),
    ("bulk", "batch", "bulk", "%(batch)d a commit, theirs by bulk statements"),
)

type Rates = Mapping[str, float]


def main() -> None:
    with postgresql() as url, folder() as data:
        if url is None:
            raise SystemExit("This bench needs PostgreSQL, which hordak needs.")
        measure(url, environment(data, PARVIS_DATABASE_URL=url))


def measure(url: str, env: Mapping[str, str]) -> None:
    """Both in turn, a few times; medians at the end."""
    inside = command("campaigns.inside.hordak")
    batch = said([*inside, "prepare"], env)["batch"]
    python = hordak()
    # -P: a bench beside this script is called as the library is.
    peer = [python, "-P", str(PEER), url] if python else []
    if peer:
        subprocess.run([*peer, "prepare"], check=True)
    ours: list[Rates] = []
    theirs: list[Rates] = []
    for number in range(1, ROUNDS + 1):
        theirs += [said([*peer, str(EACH), str(batch)], None)] if peer else []
        ours.append(said([*inside, "measure", str(EACH)], env))
        say(f"round {number} of {ROUNDS}: ours {ours[-1]}, hordak {theirs[-1] if theirs else 'absent'}")
    for name, mine, other, how in ROWS:
        result(
            f"campaigns/hordak/{name}",
            f"transactions a second, {how % {'batch': batch}}",
            median(one[mine] for one in ours),
            peer=median(one[other] for one in theirs) if theirs else ABSENT,
            more_is_better=True,
        )


def hordak() -> str:
    """A Python that has it; empty for none."""
    python = os.environ.get("BENCH_HORDAK", "")
    if python:
        return python
    return sys.executable if importlib.util.find_spec("hordak") else ""


def said(words: list[str], env: Mapping[str, str] | None) -> dict[str, float]:
    """The last line that a program has printed."""
    printed = subprocess.run(
        words, env=None if env is None else dict(env), check=True, text=True, stdout=subprocess.PIPE
    ).stdout
    found: dict[str, float] = json.loads(printed.strip().splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
