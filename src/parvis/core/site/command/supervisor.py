"""Keeps the parts of the house running: starts them, starts again what dies, and stops all of them together."""

import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

from .parent import follow_parent
from .words import _, warn

STOPS_WITHIN = 2.6
SHORT_LIFE = 10.0
WAITS = (0.0, 0.5, 1.0, 2.0, 5.0, 15.0, 30.0)


@dataclass
class Part:
    """One child process; `run` is all it does. Times are of the monotonic clock."""

    name: str
    run: Callable[[], None]
    process: int = 0
    born_at: float = 0.0
    start_at: float = 0.0
    short_lives: int = 0


class Supervisor:
    """Runs parts as children by fork, so that they share the memory of what is loaded already."""

    def __init__(self, parts: Sequence[Part], *, ready: Callable[[], bool] | None = None) -> None:
        self.parts = parts
        self.ready = ready
        self.stopping = False

    def run(self) -> None:
        """Until SIGINT, SIGTERM or SIGHUP; then every part stops, and is ended if it does not within the time."""
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        before = {
            sign: signal.signal(sign, self.heard) for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        try:
            while not self.stopping:
                self.start_what_is_due()
                self.wait(reader)
                self.bury()
        finally:
            self.stopping = True
            self.stop(reader)
            signal.set_wakeup_fd(-1)
            for sign, handler in before.items():
                signal.signal(sign, handler)
            os.close(reader)
            os.close(writer)

    def heard(self, number: int, frame: FrameType | None) -> None:
        """Somebody asks us to stop."""
        self.stopping = True

    def start_what_is_due(self) -> None:
        """Start the parts that do not run, each when its wait is over."""
        for part in self.parts:
            if not part.process and part.start_at <= time.monotonic():
                self.start(part)

    def start(self, part: Part) -> None:
        """Fork; the child runs its part and nothing else."""
        me = os.getpid()
        part.born_at = time.monotonic()
        part.process = os.fork()
        if part.process:
            return
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
                signal.signal(sign, signal.SIG_DFL)
            follow_parent(me)
            part.run()
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def wait(self, reader: int) -> None:
        """Sleep until something happens: a signal, a child's end, a part that is due."""
        dues = [part.start_at - time.monotonic() for part in self.parts if not part.process]
        timeout = max(0.0, min(dues)) if dues else None
        if self.ready is not None:
            timeout = 0.02
            if self.ready():
                self.ready = None
                return
        if self.stopping:
            return
        readable, _writable, _errors = select.select([reader], [], [], timeout)
        if readable:
            os.read(reader, 512)

    def bury(self) -> None:
        """Take note of the parts that have ended, and plan their return."""
        for part in self.parts:
            if part.process and gone(part.process):
                lived = time.monotonic() - part.born_at
                part.short_lives = part.short_lives + 1 if lived < SHORT_LIFE else 0
                pause = WAITS[min(part.short_lives, len(WAITS) - 1)]
                part.process, part.start_at = 0, time.monotonic() + pause
                if not self.stopping:
                    warn(
                        _("The part “%(part)s” has stopped by itself; it is started again.")
                        % {"part": part.name}
                    )

    def stop(self, reader: int) -> None:
        """Ask every part to stop; end those that have not after the time."""
        running = [part for part in self.parts if part.process]
        for part in running:
            send(part.process, signal.SIGTERM)
        until = time.monotonic() + STOPS_WITHIN
        while any(part.process for part in running) and time.monotonic() < until:
            select.select([reader], [], [], 0.02)
            self.bury()
        for part in running:
            if part.process:
                send(part.process, signal.SIGKILL)
                os.waitpid(part.process, 0)
                part.process = 0


def gone(process: int) -> bool:
    """Whether this child has ended."""
    try:
        return os.waitpid(process, os.WNOHANG)[0] == process
    except ChildProcessError:
        return True


def send(process: int, sign: signal.Signals) -> None:
    """Signal a process that may be gone already."""
    try:
        os.kill(process, sign)
    except ProcessLookupError:
        return
