"""Reads whatever a bank calls a statement: all of a file, or nothing of it and a sentence why."""

from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from . import mt940
from .camt import Message
from .keys import Namer
from .records import Reason, Statement, StatementRefused

HEAD = 4 * 1024
LARGEST_TEXT = 64 * 2**20
"""Bytes of MT940 that are held at once; a line takes some three hundred."""
PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf")


def read(source: Path | bytes) -> tuple[Statement, ...]:
    """The statements in a file, in its order; each of them adds up. Raises StatementRefused."""
    if isinstance(source, bytes):
        return statements_in(BytesIO(source))
    with source.open("rb") as file:
        return statements_in(file)


def statements_in(file: BinaryIO) -> tuple[Statement, ...]:
    head = file.read(HEAD)
    file.seek(0)
    if head.startswith(PACKED):
        raise StatementRefused(Reason.PACKED)
    begins = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if begins.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<")):
        found = tuple(Message(Namer()).read(file))
    elif b":20:" in head:
        content = file.read(LARGEST_TEXT + 1)
        if len(content) > LARGEST_TEXT:
            raise StatementRefused(Reason.TOO_LARGE, line=1)
        found = tuple(mt940.read(content, Namer()))
    else:
        found = ()
    if not found:
        raise StatementRefused(Reason.UNKNOWN)
    return found
