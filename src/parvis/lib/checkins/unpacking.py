"""The files in what was sent: a file, a folder, a zip or a gzip; of a zip that breaks off, those that are there."""

import gzip
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from .guarded import A_PIECE, Bytes
from .records import Reason, Report, Unreadable

MOST_PARTS = 10_000
ALWAYS = 500 * 2**20
AT_MOST_TIMES = 120
"""What JSON of positions is packed to is a tenth or a thirtieth; a bomb is a thousandth and less."""
ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"
HEADER = struct.Struct("<4sHHHHHIIIHH")
STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
DAMAGE = (zlib.error, EOFError, zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, struct.error)

type Opening = Callable[[ExitStack], Bytes]


@dataclass
class Budget:
    """How many bytes may still be unpacked."""

    left: int

    def spend(self, size: int) -> None:
        """Raises Unreadable when it is spent."""
        self.left -= size
        if self.left < 0:
            raise Unreadable(Reason.TOO_LARGE)


@dataclass(frozen=True)
class Part:
    """One file of what was sent; `size` in bytes, as far as is known before it is unpacked."""

    name: str
    size: int
    opening: Opening
    budget: Budget | None = None

    @contextmanager
    def open(self, report: Report) -> Iterator["Watched"]:
        """Its bytes; where they are damaged they end, and the report says so."""
        with ExitStack() as stack:
            try:
                file = self.opening(stack)
            except DAMAGE:
                report.broke(0)
                file = Nothing()
            yield Watched(file, self.budget, report)


class Nothing:
    def read(self, _size: int = -1, /) -> bytes:
        return b""


class Watched:
    """Counts what is read, and ends where it is damaged."""

    def __init__(self, file: Bytes, budget: Budget | None, report: Report) -> None:
        self.file, self.budget, self.report = file, budget, report
        self.done = 0

    def read(self, size: int = A_PIECE, /) -> bytes:
        try:
            piece = self.file.read(size if size >= 0 else A_PIECE)
        except DAMAGE:
            self.file = Nothing()
            self.report.broke(0)
            return b""
        self.done += len(piece)
        if self.budget is not None:
            self.budget.spend(len(piece))
        return piece


def parts_of(path: Path, report: Report) -> list[Part]:
    """The files in what was sent, in the order of their names. Raises Unreadable."""
    if not path.is_dir():
        return parts_of_file(path, path.name, report)
    found = []
    for folder, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            each = Path(folder) / name
            if each.is_symlink() or not each.is_file():
                continue
            found += parts_of_file(each, str(each.relative_to(path)), report)
            if len(found) > MOST_PARTS:
                raise Unreadable(Reason.TOO_LARGE)
    return found


def parts_of_file(path: Path, name: str, report: Report) -> list[Part]:
    """A file, or what is packed in it."""
    with path.open("rb") as file:
        magic = file.read(4)
    size = path.stat().st_size
    budget = Budget(ALWAYS + AT_MOST_TIMES * size)
    if magic == ZIP:
        return parts_of_zip(path, report, budget)
    if magic[:2] == GZIP:
        return [Part(name, size, lambda stack: stack.enter_context(gzip.open(path)), budget)]
    return [Part(name, size, lambda stack: stack.enter_context(path.open("rb")))]


def parts_of_zip(path: Path, report: Report, budget: Budget) -> list[Part]:
    """The files of a zip, by its directory; without one, by what stands before each of them."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, struct.error, OverflowError, NotImplementedError):
        report.part = path.name
        found = list(salvaged(path, budget))
        report.broke(len(found))
        return found
    if len(infos) > MOST_PARTS:
        raise Unreadable(Reason.TOO_LARGE)
    found = []
    for info in sorted(infos, key=lambda each: each.filename):
        if info.is_dir():
            continue
        if info.flag_bits & 1:
            report.leave(info.filename, Reason.ENCRYPTED)
        elif info.compress_type not in {STORED, DEFLATED}:
            report.leave(info.filename, Reason.UNKNOWN)
        else:
            found.append(Part(info.filename, info.file_size, member_of(path, info), budget))
    return found


def member_of(path: Path, info: zipfile.ZipInfo) -> Opening:
    """How one file of a zip is opened."""
    return lambda stack: stack.enter_context(stack.enter_context(zipfile.ZipFile(path)).open(info))


def salvaged(path: Path, budget: Budget) -> Iterator[Part]:
    """The files of a zip whose directory is lost, one behind the other, up to where it breaks (APPNOTE.TXT 4.3.7)."""
    end = path.stat().st_size
    with path.open("rb") as file:
        place = 0
        while place < end:
            file.seek(place)
            head = file.read(HEADER.size)
            if len(head) < HEADER.size or head[:4] != ZIP:
                return
            _sign, _version, flags, method, _time, _day, _crc, packed, size, letters, extra = HEADER.unpack(
                head
            )
            name = file.read(letters).decode("utf-8", "replace")
            begins = place + HEADER.size + letters + extra
            if method not in {STORED, DEFLATED} or flags & 1 or packed == 0xFFFFFFFF:
                return
            yield Part(name, size, piece_of(path, begins, packed if not flags & 8 else None, method), budget)
            if not flags & 8:
                place = begins + packed
                continue
            length = packed_length(file, begins, budget) if method == DEFLATED else None
            if length is None:
                return
            place = next_header(file, begins + length)


def piece_of(path: Path, begins: int, packed: int | None, method: int) -> Opening:
    """How a file is opened that begins there and takes so many bytes, or as many as it says itself."""
    return lambda stack: Inflated(stack.enter_context(path.open("rb")), begins, packed, method)


class Inflated:
    """The bytes of a file in a zip, read without the zip's directory. Raises EOFError where they are cut off."""

    def __init__(self, file: "Bytes", begins: int, packed: int | None, method: int) -> None:
        self.file = file
        file.seek(begins)  # type: ignore[attr-defined]
        self.left = packed
        self.inflate = zlib.decompressobj(-zlib.MAX_WBITS) if method == DEFLATED else None
        self.rest = b""

    def read(self, size: int = A_PIECE, /) -> bytes:
        while True:
            piece = self.rest or self.packed()
            if self.inflate is None:
                self.rest = b""
                if not piece and self.left:
                    raise EOFError
                return piece
            if self.inflate.eof:
                return b""
            if not piece:
                raise EOFError
            out = self.inflate.decompress(piece, max(size, 1))
            self.rest = self.inflate.unconsumed_tail
            if out:
                return out

    def packed(self) -> bytes:
        most = A_PIECE if self.left is None else min(A_PIECE, self.left)
        piece = self.file.read(most) if most else b""
        if self.left is not None:
            self.left -= len(piece)
        return piece


def packed_length(file: Bytes, begins: int, budget: Budget) -> int | None:
    """How many bytes a deflated file takes that does not say so before; None where it is cut off or damaged."""
    file.seek(begins)  # type: ignore[attr-defined]
    inflate, taken = zlib.decompressobj(-zlib.MAX_WBITS), 0
    rest = b""
    while not inflate.eof:
        piece = rest or file.read(A_PIECE)
        if not piece:
            return None
        try:
            budget.spend(len(inflate.decompress(piece, A_PIECE)))
        except zlib.error:
            return None
        rest = inflate.unconsumed_tail
        taken += len(piece) - len(rest) - len(inflate.unused_data)
    return taken


def next_header(file: Bytes, place: int) -> int:
    """Where the next file begins: behind a descriptor, which has 12 to 24 bytes and may have no sign of its own."""
    file.seek(place)  # type: ignore[attr-defined]
    found = file.read(64).find(ZIP)
    return place + found if found >= 0 else place + 2**62
