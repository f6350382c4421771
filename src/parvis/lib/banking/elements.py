"""The XML of banks, read as a stream with lxml: nothing may be declared, nothing is fetched, nothing grows without end."""

from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO, cast
from xml.parsers import expat

from lxml import etree

from .records import Reason, StatementRefused

A_PIECE = 64 * 1024
MOST_BYTES = 4 * 2**20
"""Bytes from one entry, payment or balance to the next; their elements are held until then."""
HELD = ("GrpHdr", "Bal", "TxDtls", "Ntry")
FRAMES = ("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn", "BkToCstmrAcctRpt", "Stmt", "Ntfctn")


class Element:
    """An element with what stands in it, looked at once; names are without their namespaces."""

    __slots__ = ("_parts", "node")

    def __init__(self, node: etree._Element) -> None:
        self.node = node
        self._parts: dict[str, list[Element]] | None = None

    @property
    def parts(self) -> dict[str, list["Element"]]:
        if self._parts is None:
            self._parts = {}
            for node in self.node:
                name = local(node)
                if name in self._parts:
                    self._parts[name].append(Element(node))
                else:
                    self._parts[name] = [Element(node)]
        return self._parts

    @property
    def text(self) -> str:
        return (self.node.text or "").strip()

    @property
    def line(self) -> int:
        """The line of the file in which it begins, from 1."""
        return cast(int, self.node.sourceline or 1)

    def find(self, *names: str) -> "Element | None":
        """The first element so called, in the first so called …; None where there is none."""
        here = self
        for name in names:
            found = here.parts.get(name)
            if not found:
                return None
            here = found[0]
        return here

    def all(self, *names: str) -> "list[Element]":
        """Every element so called, in every one so called …"""
        found = [self]
        for name in names:
            found = [part for each in found for part in each.parts.get(name, ())]
        return found

    def words(self, *names: str) -> str:
        """The text of that element; nothing where there is none."""
        found = self.find(*names)
        return found.text if found is not None else ""

    def is_right_in(self, other: "Element") -> bool:
        return self.node.getparent() is other.node

    def is_same(self, other: "Element") -> bool:
        return self.node is other.node


class Begun(Exception):
    """The outermost element begins: no document type stands before it."""


def events(file: BinaryIO) -> Iterator[tuple[str, str, Element]]:
    """`start` and `end` with the name of what begins or is whole; what is no frame is emptied after that.

    Raises StatementRefused.
    """
    check_declares_nothing(file)
    parser = etree.XMLPullParser(
        events=("start", "end"),
        tag=[f"{{*}}{name}" for name in (*HELD, *FRAMES)],
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    quiet = 0
    try:
        for piece in pieces(file):
            parser.feed(piece)
            quiet += len(piece)
            for event, found in parser.read_events():
                quiet, node = 0, cast(etree._Element, found)
                if event == "start" and node.getroottree().docinfo.doctype:
                    raise StatementRefused(Reason.DECLARES, line=1)
                yield event, local(node), Element(node)
                if event == "end":
                    empty(node)
            if quiet > MOST_BYTES:
                raise StatementRefused(Reason.TOO_LARGE, line=1)
        parser.close()
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        is_deep = "depth" in str(error).lower()
        raise StatementRefused(Reason.TOO_DEEP if is_deep else Reason.BROKEN, line=line) from None


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """The file, without blanks before its beginning."""
    piece = file.read(A_PIECE).lstrip(b" \t\r\n")
    while piece:
        yield piece
        piece = file.read(A_PIECE)


def check_declares_nothing(file: BinaryIO) -> None:
    """That no document type stands before the outermost element; where it could stand, expat tells at once. Raises StatementRefused."""
    parser = expat.ParserCreate()

    def refuse(*_anything: object) -> None:
        raise StatementRefused(Reason.DECLARES, line=parser.CurrentLineNumber)

    def begin(*_anything: object) -> None:
        raise Begun

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = begin
    read = 0
    try:
        with suppress(Begun):
            for piece in pieces(file):
                read += len(piece)
                if read > MOST_BYTES:
                    raise StatementRefused(Reason.TOO_LARGE, line=1)
                parser.Parse(piece, False)
            parser.Parse(b"", True)  # expat may have put off what it could not finish
    except expat.ExpatError as error:
        raise StatementRefused(Reason.BROKEN, line=error.lineno) from None
    except (LookupError, ValueError):  # an encoding that nobody knows
        raise StatementRefused(Reason.BROKEN, line=1) from None
    file.seek(0)


def empty(node: etree._Element) -> None:
    """Let go of what has been read, and of what stands before it; never of the node itself, to which the parser still points."""
    name = node.tag
    node.clear()
    parent = node.getparent()
    while parent is not None and (before := node.getprevious()) is not None:
        if before.tag != name and local(node) == "TxDtls":
            break  # how many payments an entry has is said before them
        parent.remove(before)


def local(node: etree._Element) -> str:
    """A name without its namespace."""
    return str(node.tag).rpartition("}")[2]
