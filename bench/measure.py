"""Reads from the system what work has cost: processor time and memory of threads, processes and their children."""

import os
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which `share` of all values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def backend_ms(process: int) -> float:
    """Processor time of a process with one thread, in milliseconds, to the microsecond.

    /proc/PID/stat counts in hundredths of a second, which is more than one query takes; schedstat in nanoseconds.
    """
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e6


def fields(process: int) -> Sequence[str]:
    """The fields of /proc/PID/stat after the name of the program (proc(5)): state, parent, …"""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


def tree(root: int) -> list[int]:
    """A process and all that descend from it."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents.setdefault(int(fields(int(folder.name))[1]), []).append(int(folder.name))
            except (OSError, IndexError):
                continue
    found = [root]
    for process in found:
        found += parents.get(process, [])
    return found


def cpu_seconds(roots: Iterable[int]) -> float:
    """Processor time, user and system, of these processes and their descendants, the ended ones they waited for too."""
    total = 0
    for process in {one for root in roots for one in tree(root)}:
        try:
            total += sum(int(count) for count in fields(process)[11:15])
        except OSError:
            continue
    return total / TICKS


def pss_megabytes(root: int) -> float:
    """Memory of a process and its descendants, each shared page counted once in all (proportional set size)."""
    total = 0
    for process in tree(root):
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024
