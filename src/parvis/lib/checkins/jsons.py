"""JSON read as a stream: the things below a path, one at a time, however large the file."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import ijson
from ijson.common import JSONError

from .guarded import Bytes, Guarded
from .records import Reason, Report

BRACKETS = (b"[{", b"]}")
LONGEST_LINE = 2**20


def guarded(file: Bytes) -> Guarded:
    """The bytes of JSON."""
    return Guarded(file, b'",', BRACKETS)


def things(file: Bytes, path: str, report: Report) -> Iterator[Mapping[str, Any]]:
    """The objects at `path` (`items.item`); where the file breaks, what stood before is given and the break reported."""
    count = 0
    watched = guarded(file)
    try:
        for thing in ijson.items(watched, path, use_float=True):
            count += 1
            if isinstance(thing, dict):
                yield thing
            else:
                report.leave(f"{path} {count}", Reason.MALFORMED)
    except (JSONError, ValueError, UnicodeError, OverflowError):
        report.broke(count)


def lines(file: Bytes, report: Report) -> Iterator[Mapping[str, Any]]:
    """The objects of a file with one in each line, whatever stands before the first brace of a line."""
    count, rest = 0, b""
    watched = guarded(file)
    while piece := watched.read():
        *whole, rest = (rest + piece).split(b"\n")
        for each in whole:
            count += 1
            yield from one_line(each, count, report)
    yield from one_line(rest, count + 1, report)


def one_line(written: bytes, number: int, report: Report) -> Iterator[Mapping[str, Any]]:
    start = written.find(b"{")
    if start < 0:
        if written.strip():
            report.leave(f"line {number}", Reason.MALFORMED)
        return
    try:
        if len(written) > LONGEST_LINE:
            raise ValueError("too long a line")
        thing = json.loads(written[start:])
    except (ValueError, RecursionError):
        report.leave(f"line {number}", Reason.MALFORMED)
        return
    if isinstance(thing, dict):
        yield thing


def part(thing: object, *names: str) -> Any:
    """What stands under these names, one below the other; None where something else does."""
    for name in names:
        thing = thing.get(name) if isinstance(thing, dict) else None
    return thing


def table(thing: object, *names: str) -> Mapping[str, Any]:
    """The object that stands under these names; empty where something else does."""
    found = part(thing, *names)
    return found if isinstance(found, dict) else {}


def parts(thing: object, *names: str) -> list[Any]:
    """The list that stands under these names; empty where something else does."""
    found = part(thing, *names)
    return found if isinstance(found, list) else []
