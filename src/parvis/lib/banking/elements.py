"""The XML of banks, read as a stream with expat: nothing may be declared, nothing is fetched, nothing grows without end.

What is wanted of a message is written down as paths. Whatever else stands in it is passed over, and costs no memory.
"""

from collections import deque
from collections.abc import Iterator
from enum import Enum
from typing import BinaryIO, NamedTuple
from xml.parsers import expat

from .records import Reason, StatementRefused

A_PIECE = 64 * 1024
LONGEST_TOKEN = 2**20
"""Bytes between two signs of structure."""
DEEPEST = 60
LONGEST_LEAF = 64 * 1024
MOST_LEAVES = 5_000
"""Texts in one entry, its payments apart."""


class Kind(Enum):
    """A record holds leaves and is handed out when it ends, a frame when it begins as well; a part stays in its record."""

    OTHER = 0
    LEAF = 1
    PART = 2
    RECORD = 3
    FRAME = 4


OTHER, LEAF = Kind.OTHER, Kind.LEAF


class Wanted(dict[str, "Wanted"]):
    """What is wanted right in an element, by name; `path` is that of a leaf in its record."""

    __slots__ = ("kind", "other", "path")

    def __init__(self, kind: Kind = Kind.OTHER, path: str = "", other: "Wanted | None" = None) -> None:
        super().__init__()
        self.kind, self.path = kind, path
        self.other: Wanted = self if other is None else other


NOTHING = Wanted()


def wanted(kind: Kind, leaves: str, within: dict[str, Wanted] | None = None) -> Wanted:
    """An element with texts at these paths, blanks between them, and with others at the ends of paths."""
    top = Wanted(kind, other=NOTHING)
    ends: dict[str, Wanted | None] = {**dict.fromkeys(leaves.split()), **(within or {})}
    for path, end in ends.items():
        here = top
        *above, last = path.split("/")
        for name in above:
            here = here.setdefault(name, Wanted(other=NOTHING))
        here[last] = Wanted(Kind.LEAF, path, NOTHING) if end is None else end
    return top


class Leaf(NamedTuple):
    """A text; `currency` and `line`, of the file from 1, are known of amounts."""

    text: str
    currency: str = ""
    line: int = 0


class Element:
    """A record: the leaves that were found, by their paths, and its parts."""

    __slots__ = ("count", "leaves", "line", "parts")

    def __init__(self, line: int) -> None:
        self.line, self.count = line, 0
        self.leaves: dict[str, list[Leaf]] = {}
        self.parts: list[Element] = []

    def find(self, path: str) -> Leaf | None:
        """The first leaf at this path; None where there is none."""
        found = self.leaves.get(path)
        return found[0] if found else None

    def all(self, path: str) -> list[Leaf]:
        return self.leaves.get(path, [])

    def words(self, path: str) -> str:
        """The text at this path; nothing where there is none."""
        found = self.leaves.get(path)
        return found[0].text if found else ""


class Event(Enum):
    BEGIN = 1
    END = 2


class Gatherer:
    """Follows the paths through a message, and keeps what stands at their ends."""

    def __init__(self, wanted: Wanted, parser: "expat.XMLParserType") -> None:
        self.parser = parser
        self.here = wanted
        self.skipped = 0
        self.above: list[Wanted] = []
        self.records: list[Element] = []
        self.texts: list[str] = []
        self.currency, self.line, self.size = "", 0, 0
        self.ready: deque[tuple[Event, str, Element]] = deque()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self.skipped:
            self.skip()
            return
        above = self.here
        found = above.get(name)
        if found is None:  # it may have a prefix
            found = above.get(name.rpartition(":")[2], above.other)
        if found is NOTHING:
            self.skip()
            if above.kind is LEAF:
                self.texts.append("<")  # a text with something in it is not what it would be without
            return
        self.above.append(above)
        self.here = found
        if found.kind is LEAF:
            self.texts, self.size = [], 0
            self.currency = attributes.get("Ccy", "") if attributes else ""
            self.line = self.parser.CurrentLineNumber if attributes else 0
        elif found.kind is not OTHER:
            self.begin(name.rpartition(":")[2], attributes)
        elif len(self.above) > DEEPEST:
            raise StatementRefused(Reason.TOO_DEEP, line=self.parser.CurrentLineNumber)

    def skip(self) -> None:
        self.skipped += 1
        if self.skipped > DEEPEST:
            raise StatementRefused(Reason.TOO_DEEP, line=self.parser.CurrentLineNumber)

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        element = Element(self.parser.CurrentLineNumber)
        self.records.append(element)
        if self.here.kind is Kind.FRAME:
            element.leaves["@"] = [Leaf(" ".join(attributes.values()))]
            self.ready.append((Event.BEGIN, name, element))

    def end(self, name: str) -> None:
        if self.skipped:
            self.skipped -= 1
            return
        here = self.here
        self.here = self.above.pop()
        if here.kind is LEAF:
            leaf = Leaf("".join(self.texts).strip(), self.currency, self.line)
            self.counted().leaves.setdefault(here.path, []).append(leaf)
        elif here.kind is Kind.PART:
            part = self.records.pop()
            self.counted().parts.append(part)
        elif here.kind is not OTHER:
            self.ready.append((Event.END, name.rpartition(":")[2], self.records.pop()))

    def counted(self) -> Element:
        """The record that gets one thing more."""
        element = self.records[-1]
        element.count += 1
        if element.count > MOST_LEAVES:
            raise StatementRefused(Reason.TOO_LARGE, line=self.parser.CurrentLineNumber)
        return element

    def words(self, words: str) -> None:
        if self.here.kind is LEAF:
            self.texts.append(words)
            self.size += len(words)
            if self.size > LONGEST_LEAF:
                raise StatementRefused(Reason.TOO_LARGE, line=self.parser.CurrentLineNumber)

    def refuse(self, *_anything: object) -> int:
        raise StatementRefused(Reason.DECLARES, line=self.parser.CurrentLineNumber)


def events(file: BinaryIO, message: Wanted) -> Iterator[tuple[Event, str, Element]]:
    """What is wanted of a message, with its name, as soon as it begins or is whole. Raises StatementRefused."""
    parser = expat.ParserCreate()
    gatherer = Gatherer(message, parser)
    parser.buffer_text = True
    parser.StartElementHandler = gatherer.start
    parser.EndElementHandler = gatherer.end
    parser.CharacterDataHandler = gatherer.words
    parser.StartDoctypeDeclHandler = gatherer.refuse
    parser.EntityDeclHandler = gatherer.refuse
    parser.ExternalEntityRefHandler = gatherer.refuse
    quiet = 0
    for piece in pieces(file):
        quiet = 0 if b"<" in piece or b">" in piece else quiet + len(piece)
        if quiet > LONGEST_TOKEN:
            raise StatementRefused(Reason.TOO_LARGE, line=parser.CurrentLineNumber)
        try:
            parser.Parse(piece, not piece)
        except expat.ExpatError as error:
            raise StatementRefused(Reason.BROKEN, line=error.lineno) from None
        except (LookupError, ValueError):  # an encoding that nobody knows
            raise StatementRefused(Reason.BROKEN, line=1) from None
        while gatherer.ready:
            yield gatherer.ready.popleft()


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """The file, without blanks before its beginning, and nothing at its end."""
    piece = file.read(A_PIECE).lstrip(b" \t\r\n")
    while piece:
        yield piece
        piece = file.read(A_PIECE)
    yield b""
