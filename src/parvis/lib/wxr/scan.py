"""Cuts an export into its items by their tags alone, so that damage stays inside one item.

Only three things are recognised in the bytes: the start and the end of an item, and CDATA sections, whose text
is never taken for a tag. Each item can then be parsed alone: one broken item costs nothing but itself, and
memory holds one item at a time whatever the size of the file.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

CHUNK_BYTES = 256 * 1024
LONGEST_ITEM = 48 * 1024 * 1024
_LONGEST_TAG = 4096
_OUTSIDE_KEPT = 1024 * 1024

_TOKEN = re.compile(rb"<!\[CDATA\[|<item(?:\s[^<>]*)?>|</item\s*>|<title[\s>]")
_HIDDEN_START = re.compile(rb"<item(?:\s[^<>]*)?>\s*<title")
_HIDDEN_SEAM = re.compile(rb"</item\s*>\s*<item(?:\s[^<>]*)?>\s*<title")
_ITEM_MARK = b"post_id>"

NO_END = "The file ends before this item does."
END_MISSING = "The end of this item is missing."
START_MISSING = "The start of this item is missing."
TOO_LONG = "This item is too long to be read."


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Bytes of the file: one item, or what stands between items. `flaw` is a sentence, empty when whole."""

    data: bytes
    is_item: bool
    flaw: str = ""
    is_lost: bool = False


class Cutter:
    """Reads bytes by chunks and gives back pieces in the order of the file."""

    def __init__(self, read: Callable[[int], bytes], longest_item: int = LONGEST_ITEM) -> None:
        self._read = read
        self._longest_item = longest_item
        self._buffer = b""
        self._position = 0
        self._ended = False
        self._in_item = False
        self._last_title = -1
        self._no_end_before = 0

    def pieces(self) -> Iterator[Piece]:
        """Each piece once; the pieces together are the file, but for an item too long to hold."""
        while True:
            token = self._next_token()
            if token is None:
                if not self._ended:
                    yield self._too_long() if self._in_item else self._take(_OUTSIDE_KEPT, is_item=False)
                    continue
                break
            start, end, text = token
            if text.startswith(b"<title"):
                self._last_title = start
            elif text.startswith(b"</"):
                yield from self._at_item_end(end)
            else:
                yield from self._at_item_start(start, end, text)
        if self._buffer:
            flaw = NO_END if self._in_item else ""
            yield self._take(len(self._buffer), is_item=self._in_item, flaw=flaw)

    def _at_item_start(self, start: int, end: int, text: bytes) -> Iterator[Piece]:
        if self._in_item:
            yield self._take(start, is_item=True, flaw=END_MISSING)
        elif start:
            yield self._take(start, is_item=False)
        self._position = end - start
        self._in_item = True
        if text.endswith(b"/>"):
            yield self._take(end - start, is_item=True)

    def _at_item_end(self, end: int) -> Iterator[Piece]:
        if self._in_item:
            yield self._take(end, is_item=True)
            return
        title = self._last_title
        if title >= 0 and _ITEM_MARK in self._buffer[title:end]:
            yield self._take(title, is_item=False)
            piece = self._take(end - title, is_item=True)
            yield Piece(data=b"<item>" + piece.data, is_item=True, flaw=START_MISSING)

    def _take(self, length: int, *, is_item: bool, flaw: str = "") -> Piece:
        data, self._buffer = self._buffer[:length], self._buffer[length:]
        self._position = max(0, self._position - length)
        self._no_end_before = max(0, self._no_end_before - length)
        self._in_item = False
        self._last_title = -1
        return Piece(data=data, is_item=is_item, flaw=flaw)

    def _too_long(self) -> Piece:
        data = self._take(self._position, is_item=True).data[:_OUTSIDE_KEPT]
        return Piece(data=data, is_item=True, flaw=TOO_LONG, is_lost=True)

    def _next_token(self) -> tuple[int, int, bytes] | None:
        """The next tag that counts. None at the end of the file, or when too much is held."""
        while True:
            match = _TOKEN.search(self._buffer, self._position)
            safe = len(self._buffer) - (0 if self._ended else _LONGEST_TAG)
            if match is None or match.start() >= safe:
                self._position = max(self._position, safe)
                if self._ended:
                    return None
                held = self._longest_item if self._in_item else 2 * _OUTSIDE_KEPT
                if len(self._buffer) > held:
                    return None
                self._fill()
            elif match.group() == b"<![CDATA[":
                self._skip_section(match.start(), match.end())
            else:
                self._position = match.end()
                return match.start(), match.end(), match.group()

    def _skip_section(self, start: int, body: int) -> None:
        """Step over a CDATA section, unless its lost end made it swallow the start of an item.

        A section that never ends is no section: its opening is stepped over and what follows is read as tags.
        """
        end = self._buffer.find(b"]]>", max(body, self._no_end_before))
        while end < 0 and not self._ended and len(self._buffer) - start <= self._longest_item:
            resume = max(body, len(self._buffer) - 2)
            self._fill()
            end = self._buffer.find(b"]]>", resume)
        if end < 0:
            self._position = body
            self._no_end_before = max(body, len(self._buffer) - 2)
            return
        self._position = end + 3
        if self._buffer.find(b"<item", body, end) < 0:
            return
        if not self._in_item:
            hidden = _HIDDEN_START.search(self._buffer, body, end)
        elif self._buffer.find(_ITEM_MARK, 0, start) >= 0:
            hidden = _HIDDEN_SEAM.search(self._buffer, body, end)
        else:
            hidden = None
        if hidden is not None:
            self._position = hidden.start()

    def _fill(self) -> None:
        more = self._read(max(CHUNK_BYTES, len(self._buffer) // 2))
        self._ended = not more
        self._buffer += more
