"""One house at a time on a data folder: a lock that the system frees when its last holder is gone."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from parvis.lib.refusal import Refusal

from .words import _

FILE = "parvis.lock"
PATIENCE = 5.0


class AlreadyRuns(Refusal):
    def __init__(self, holder: "Holder", data: Path) -> None:
        super().__init__(
            _(
                "Parvis already runs on this folder (process %(process)d, since %(since)s). Stop it first, "
                "or choose another folder with --data. The folder is %(folder)s."
            )
            % {"process": holder.process, "since": holder.since, "folder": data}
        )


@dataclass(frozen=True)
class Holder:
    """Who holds the lock: a process number (0: unknown), and since when."""

    process: int
    since: str

    @property
    def lives(self) -> bool:
        """Whether that process is still there."""
        if not self.process:
            return False
        try:
            os.kill(self.process, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True


def holder_of(data: Path) -> Holder:
    """What the lock's file says; it may speak of a process long gone."""
    try:
        said: dict[str, Any] = json.loads((data / FILE).read_text(encoding="utf-8"))
        return Holder(int(said["process"]), str(said["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Holder(0, "?")


@contextmanager
def the_lock(data: Path, *, alone: bool = True) -> Iterator[None]:
    """Hold the folder, alone or beside others who do not ask to be alone. Raises AlreadyRuns.

    The lock is the system's (flock), so a file left by a killed process is no obstacle. Children that outlive a
    killed parent by a moment still hold it; they are given that moment.
    """
    descriptor = os.open(data / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        patient_until = time.monotonic() + PATIENCE
        while not taken(descriptor, alone=alone):
            holder = holder_of(data)
            if holder.lives or time.monotonic() > patient_until:
                raise AlreadyRuns(holder, data)
            time.sleep(0.05)
        sign(descriptor)
        yield
    finally:
        os.close(descriptor)


def taken(descriptor: int, *, alone: bool) -> bool:
    """Try to take the lock; False when someone has it."""
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def sign(descriptor: int) -> None:
    """Write into the lock's file who holds it."""
    since = datetime.now(UTC).astimezone().strftime("%Y-%m-%d %H:%M")
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps({"process": os.getpid(), "since": since}).encode(), 0)
