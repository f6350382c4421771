"""Bytes read with a wary eye: against files that are built to exhaust the memory of whoever reads them."""

from typing import Protocol

from .records import Reason, Unreadable

A_PIECE = 64 * 1024
A_SLICE = 4 * 1024
LONGEST_TOKEN = 8 * 2**20
"""Bytes between two signs of structure: no text or number of such a file is longer."""
DEEPEST = 1_000
"""Brackets open at once, those in texts counted too."""
BOM = b"\xef\xbb\xbf"


class Bytes(Protocol):
    """What gives bytes, some at a time."""

    def read(self, size: int = -1, /) -> bytes: ...


class Guarded:
    """Gives the bytes of `file` on, without a byte order mark or blanks before them.

    Raises Unreadable where a text between two of `marks` is too long, or, for `brackets`, where too many are open.
    """

    def __init__(self, file: Bytes, marks: bytes, brackets: tuple[bytes, bytes] = (b"", b"")) -> None:
        self.file, self.marks = file, marks
        self.opening, self.closing = brackets
        self.quiet = self.depth = 0
        self.begun = False

    def read(self, size: int = A_PIECE) -> bytes:
        """The next bytes; a read of none gives none, as parsers ask to learn the type."""
        if size == 0:
            return b""
        piece = self.file.read(size if size > 0 else A_PIECE)
        while piece and not self.begun:
            piece = piece.removeprefix(BOM).lstrip(b" \t\r\n")
            self.begun = bool(piece)
            piece = piece or self.file.read(A_PIECE)
        self.look_at(piece)
        return piece

    def look_at(self, piece: bytes) -> None:
        self.quiet = (
            0 if any(mark in piece for mark in (self.marks[:1], self.marks[1:])) else self.quiet + len(piece)
        )
        if self.quiet > LONGEST_TOKEN:
            raise Unreadable(Reason.TOO_LARGE)
        if not self.opening:
            return
        for start in range(0, len(piece), A_SLICE):
            part = piece[start : start + A_SLICE]
            opened = sum(part.count(bytes([each])) for each in self.opening)
            closed = sum(part.count(bytes([each])) for each in self.closing)
            self.depth = max(0, self.depth + opened - closed)
            if self.depth > DEEPEST:
                raise Unreadable(Reason.TOO_DEEP)


def all_of(file: Bytes, most: int) -> bytes:
    """Everything, where it is no more than `most` bytes. Raises Unreadable."""
    pieces, size = [], 0
    while piece := file.read(A_PIECE):
        size += len(piece)
        if size > most:
            raise Unreadable(Reason.TOO_LARGE)
        pieces.append(piece)
    return b"".join(pieces)
