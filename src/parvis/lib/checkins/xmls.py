"""XML read as a stream, with expat: no entity may be declared, nothing is fetched, and nothing grows without end."""

from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from .guarded import Bytes, Guarded
from .records import LONGEST_WORDS, Reason, Report, Unreadable

DEEPEST = 100
MOST_PARTS = 2_000


@dataclass(slots=True)
class Element:
    """An element with its attributes, its own text, and the elements in it; names without their prefixes."""

    name: str
    attributes: dict[str, str]
    text: str = ""
    parts: list["Element"] = field(default_factory=list)

    def find(self, *names: str) -> "Element | None":
        """The first element so called, below the first so called …; None where there is none."""
        here: Element | None = self
        for name in names:
            here = (
                next((each for each in here.parts if each.name == name), None) if here is not None else None
            )
        return here

    def words(self, *names: str) -> str:
        """The text of that element; nothing where there is none."""
        found = self.find(*names)
        return found.text.strip() if found is not None else ""


class Gatherer:
    """Puts elements together as they come, and hands out those that are wanted when they end.

    Wanted is a name, or `Track/when` for one right below another; what is wanted is not put into what holds it.
    """

    def __init__(self, wanted: frozenset[str]) -> None:
        self.wanted = wanted
        self.names: list[str] = []
        self.stack: list[Element | None] = []
        self.ready: deque[Element] = deque()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.stack) >= DEEPEST:
            raise Unreadable(Reason.TOO_DEEP)
        self.names.append(local(name))
        above = self.stack[-1] if self.stack else None
        element = Element(local(name), attributes) if above is not None or self.is_wanted() else None
        if (
            element is not None
            and above is not None
            and len(above.parts) < MOST_PARTS
            and not self.is_wanted()
        ):
            above.parts.append(element)
        self.stack.append(element)

    def end(self, _name: str) -> None:
        element = self.stack.pop()
        if element is not None and self.is_wanted():
            self.ready.append(element)
        self.names.pop()

    def is_wanted(self) -> bool:
        return self.names[-1] in self.wanted or "/".join(self.names[-2:]) in self.wanted

    def words(self, words: str) -> None:
        here = self.stack[-1] if self.stack else None
        if here is not None and len(here.text) < 20 * LONGEST_WORDS:
            here.text += words


def elements(file: Bytes, wanted: frozenset[str], report: Report) -> Iterator[Element]:
    """Each element so called, whole.

    Where the file breaks, what stood before is given and the break reported. Raises Unreadable for entities.
    """
    gatherer = Gatherer(wanted)
    parser = parser_for(gatherer)
    watched = Guarded(file, b"<>")
    count = 0
    is_over = False
    trap: Unreadable | None = None
    while not is_over:
        try:
            piece = watched.read()
            is_over = not piece
            parser.Parse(piece, is_over)
        except (expat.ExpatError, LookupError, ValueError):
            is_over = True
            report.broke(count + len(gatherer.ready))
        except Unreadable as reason:
            is_over, trap = True, reason
        while gatherer.ready:
            count += 1
            yield gatherer.ready.popleft()
    if trap is not None:
        raise trap


def parser_for(gatherer: Gatherer) -> Any:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = gatherer.start
    parser.EndElementHandler = gatherer.end
    parser.CharacterDataHandler = gatherer.words
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    return parser


def refuse(*_anything: object) -> int:
    raise Unreadable(Reason.ENTITIES)


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


def root_of(head: bytes) -> str:
    """The name of the outermost element; nothing where it cannot be told. Raises Unreadable for entities."""
    found: list[str] = []
    parser = expat.ParserCreate()
    parser.EntityDeclHandler = refuse

    def start(name: str, _attributes: object) -> None:
        found.append(local(name))

    parser.StartElementHandler = start
    with suppress(expat.ExpatError, LookupError, ValueError):
        parser.Parse(head, False)
    return found[0] if found else ""
