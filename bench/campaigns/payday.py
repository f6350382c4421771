"""Settlement beside the shape of Liberapay's payday, on the same PostgreSQL, as many pledges as tips; see payday_peer.py for what it is and leaves out.

Ours asks a provider for each pledge (one that answers at once, within the process), writes down beforehand that it does
and afterwards what was answered, two hundred at a time, books each twice and gives each a numbered receipt; killed
anywhere, it goes on where it was. Theirs shares out what was paid weeks before.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from bench.databases import command, environment, folder, postgresql
from bench.report import result, say

COUNT = os.environ.get("BENCH_TIPS", "100000")
PEER = Path(__file__).with_name("payday_peer.py")


def main() -> None:
    with postgresql() as url:
        if url is None:
            raise SystemExit("This bench needs PostgreSQL, which payday is written for.")
        say(f"{COUNT} tips on a payday")
        theirs = said([sys.executable, str(PEER), url, COUNT], os.environ)
    # A database of its own, so that neither has what the other has left.
    with postgresql() as url, folder() as data:
        assert url is not None
        env = environment(data, PARVIS_DATABASE_URL=url)
        ours = said(command("campaigns.inside.payday", COUNT), env)["ours"]
    for name, what in (("published", "each durable as it is made real"), ("at_once", "theirs in one commit")):
        result(
            f"campaigns/payday/{COUNT}/{name}",
            f"pledges, or tips, a second, {what}",
            ours,
            peer=theirs[name],
            more_is_better=True,
        )


def said(words: list[str], env: Mapping[str, str]) -> dict[str, float]:
    """The last line that a program has printed."""
    printed = subprocess.run(words, env=dict(env), check=True, text=True, stdout=subprocess.PIPE).stdout
    found: dict[str, float] = json.loads(printed.strip().splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
