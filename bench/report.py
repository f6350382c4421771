"""What a bench says: its progress on stderr, each result as one line of JSON on stdout."""

import json
import os
import sys
import time

STARTED = time.monotonic()


def say(words: str, *, began: bool = False) -> None:
    """A line of progress, with the seconds since the start and the load of the machine."""
    load = os.getloadavg()[0]
    head = f"\n== {words}" if began else f"   {time.monotonic() - STARTED:6.1f} s  load {load:4.1f}  {words}"
    print(head, file=sys.stderr, flush=True)


def result(
    bench: str,
    unit: str,
    ours: float | None,
    *,
    peer: float | str | None = None,
    target: float | None = None,
    more_is_better: bool = False,
) -> None:
    """One result. `peer` is the peer's figure, or the name of a peer that could not be measured, and why.

    `ratio` says how many times better ours is: peer ÷ ours for what something costs, ours ÷ peer for what it gives.
    `holds` is whether ours reaches the target (at most it, or at least it when more is better); true without one.
    """
    ratio = None
    if isinstance(peer, int | float) and peer and ours:
        ratio = ours / peer if more_is_better else peer / ours
    line = {
        "bench": bench,
        "unit": unit,
        "ours": rounded(ours),
        "peer": peer if isinstance(peer, str) else rounded(peer),
        "ratio": rounded(ratio),
        "target": target,
        "holds": target is None
        or (ours is not None and (ours >= target if more_is_better else ours <= target)),
    }
    print(json.dumps(line, ensure_ascii=False), flush=True)


def rounded(number: float | None) -> float | None:
    """Three digits that mean something."""
    return None if number is None else float(f"{number:.3g}")
