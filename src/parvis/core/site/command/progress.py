"""A bar that shows how far long work has come: on a terminal, and only there."""

import shutil
import sys
import time
from types import TracebackType
from typing import Self, TextIO

FULL, EMPTY = "━", "·"
SELDOM = 0.1


def bar(done: int, total: int, width: int) -> str:
    """`width` characters, filled as `done` is to `total`."""
    filled = width if total <= 0 else min(width, width * max(done, 0) // total)
    return FULL * filled + EMPTY * (width - filled)


class Progress:
    """Draws one line, at most ten times a second; writes nothing into a pipe or a file.

    with Progress("Importing") as progress:
        progress.to(12, 300, "posts")
    """

    def __init__(self, label: object, stream: TextIO | None = None) -> None:
        self.label = str(label)
        self.stream = sys.stderr if stream is None else stream
        self.drawn_at = float("-inf")
        self.is_drawn = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.is_drawn:
            self.stream.write("\r\x1b[K")
            self.stream.flush()

    def to(self, done: int, total: int, words: object = "") -> None:
        """So much is done, of so much."""
        moment = time.monotonic()
        if not self.stream.isatty() or (moment - self.drawn_at < SELDOM and done < total):
            return
        self.drawn_at, self.is_drawn = moment, True
        self.stream.write(f"\r\x1b[K{self.line(done, total, words, shutil.get_terminal_size().columns)}")
        self.stream.flush()

    def line(self, done: int, total: int, words: object, columns: int) -> str:
        """Label, bar, numbers and words, no wider than the terminal."""
        figures = f"{done}/{total} {words}".rstrip()
        room = columns - len(self.label) - len(figures) - 3
        drawn = bar(done, total, min(40, room)) + " " if room >= 5 else ""
        return f"{self.label} {drawn}{figures}"[: max(columns - 1, 1)]
