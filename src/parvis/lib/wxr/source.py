"""Opens the bytes of an export: plain or gzip, in any encoding, and tells what is no export."""

import codecs
import gzip
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from parvis.lib.wxr.records import NotWordPressExport

_PEEK_BYTES = 1024 * 1024
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.-]+)["']""")
_KNOWN_ENCODING = re.compile(
    r"utf-?8|(?:us-)?ascii|(?:iso[-_]?8859|windows|cp|koi8|euc|gb|mac)[-_]?\w+|latin-?1|big5"
)
_DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile)
_TRACES = (b"wordpress.org/export/", b"<wp:", b'generator="WordPress')


class Source:
    """One opened file. `read` gives bytes in an encoding where ASCII is ASCII; `encoding` names it."""

    def __init__(self, read: Callable[[int], bytes], name: str) -> None:
        self._read_raw = read
        self.cut_short = False
        self._decoder: codecs.IncrementalDecoder | None = None
        self._ahead = b""
        self.encoding = self._open(name)

    def _open(self, name: str) -> str:
        head = self._read_bytes(_PEEK_BYTES)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            self._decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
            head = self._transcode(head)
        head = head.removeprefix(codecs.BOM_UTF8)
        if not any(trace in head for trace in _TRACES):
            raise NotWordPressExport(_refusal(head, name))
        self._ahead = head
        return "utf-8" if self._decoder else _declared_encoding(head)

    def read(self, size: int) -> bytes:
        """Up to `size` bytes or a little more, none at the end of the file."""
        if self._ahead:
            ahead, self._ahead = self._ahead[:size], self._ahead[size:]
            return ahead
        while data := self._read_bytes(size):
            if text := self._transcode(data):
                return text
        return b""

    def _read_bytes(self, size: int) -> bytes:
        """Damage of a compressed file ends it there and is remembered in `cut_short`."""
        if self.cut_short:
            return b""
        try:
            return self._read_raw(size)
        except _DAMAGE:
            self.cut_short = True
            return b""

    def _transcode(self, data: bytes) -> bytes:
        return self._decoder.decode(data).encode("utf-8", "replace") if self._decoder else data


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """The file at that path, unpacked when it is gzip.

    Raises NotWordPressExport, or OSError when the file cannot be opened.
    """
    with path.open("rb") as raw:
        magic = raw.read(4)
        raw.seek(0)
        if magic.startswith(b"PK\x03\x04"):
            raise NotWordPressExport(_packed(raw, path.name))
        if magic.startswith(b"\x1f\x8b"):
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield Source(_reading(unpacked), path.name)
        else:
            yield Source(raw.read, path.name)


def _reading(stream: gzip.GzipFile) -> Callable[[int], bytes]:
    """Reads in short steps, so that what stands before a damaged place is not lost with it."""

    def read(size: int) -> bytes:
        parts: list[bytes] = []
        held = 0
        while held < size:
            try:
                part = stream.read1(min(64 * 1024, size - held))
            except _DAMAGE:
                if parts:
                    break
                raise
            if not part:
                break
            parts.append(part)
            held += len(part)
        return b"".join(parts)

    return read


def _declared_encoding(head: bytes) -> str:
    """Only encodings that keep ASCII in place are taken at their word; all else is tried as UTF-8."""
    declared = _ENCODING.match(head)
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    if not _KNOWN_ENCODING.fullmatch(name):
        return "utf-8"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "utf-8"


def _packed(raw: BinaryIO, name: str) -> str:
    try:
        with zipfile.ZipFile(raw) as archive:
            inside = next((each for each in archive.namelist() if each.endswith(".xml")), "")
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        inside = ""
    if inside:
        return f"“{name}” is a ZIP archive: unpack it and give the file “{inside}” that it holds."
    return f"“{name}” is a ZIP archive and not an export of WordPress."


def _refusal(head: bytes, name: str) -> str:
    if not head.strip():
        return f"“{name}” is empty."
    if b"<rss" in head or b"<feed" in head:
        return (
            f"“{name}” is a feed and not an export of WordPress: posts in it have neither number nor status."
        )
    if b"<html" in head[:4096].lower():
        return f"“{name}” is a web page and not an export of WordPress."
    return f"“{name}” is not an export of WordPress."
