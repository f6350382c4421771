"""Runs the benches of one group, or of all, one after the other; each in a process of its own that ends in time."""

import importlib
import os
import pkgutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence

import bench
from bench.report import say

LONGEST = 40 * 60


def groups() -> dict[str, Sequence[str]]:
    """The benches by group; a group is a folder here that says `BENCHES`."""
    folders = [found.name for found in pkgutil.iter_modules(bench.__path__) if found.ispkg]
    return {name: importlib.import_module(f"bench.{name}").BENCHES for name in sorted(folders)}


def wanted(asked: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What was asked for, as (group, bench). Raises SystemExit for a name that nothing bears."""
    known = groups()
    for name in asked or known:
        group, _slash, one = name.partition("/")
        if group not in known or (one and one not in known[group]):
            every = ", ".join([*known, *(f"{group}/{one}" for group in known for one in known[group])])
            raise SystemExit(f"There is no bench named {name}. There are: {every}.")
        yield from ((group, each) for each in ([one] if one else known[group]))


def run(group: str, name: str) -> bool:
    """One bench to its end; False when it failed or did not end in time."""
    say(f"{group}/{name}", began=True)
    process = subprocess.Popen([sys.executable, "-m", f"bench.{group}.{name}"], start_new_session=True)
    try:
        return process.wait(LONGEST) == 0
    except subprocess.TimeoutExpired:
        say(f"{group}/{name} has not ended within {LONGEST // 60} minutes and is stopped.")
        return False
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def main(asked: Sequence[str]) -> int:
    """Run them; 1 when one of them failed."""
    results = [run(group, name) for group, name in list(wanted(asked))]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
