"""OwnTracks: the lines that its recorder keeps (`.rec`), or its messages one a line.

Coming into a region with a name is a visit there; what was marked as a point of interest is a check-in; in the rest of
the positions, visits are found.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from parvis.lib.geo.earth import BadPoint, Point

from .google import number
from .gpx import of_stay
from .guarded import Bytes
from .jsons import lines
from .moments import moment_or_none
from .points import point
from .records import Kind, Reason, Report, Visit, content_id, line
from .staying import UNSURE_M, Trail

ORIGIN = "owntracks"


def visits(file: Bytes, report: Report) -> Iterator[Visit]:
    """The visits of a recording."""
    trail = Trail()
    inside: dict[str, Visit] = {}
    in_visits = 0
    for thing in lines(file, report):
        kind = thing.get("_type")
        if kind == "transition":
            yield from crossing(thing, inside, report)
        elif kind == "location":
            report.read["positions"] += 1
            if thing.get("poi"):
                yield from interesting(thing, report)
            at, place = moment_or_none(thing.get("tst")), where(thing)
            if at is None or place is None or number(thing.get("acc")) > UNSURE_M:
                continue
            for stay in trail.take(at, place):
                in_visits += stay.count
                yield of_stay(stay, ORIGIN)
        else:
            report.leave(line(kind, 40) or "?", Reason.ENCRYPTED if kind == "encrypted" else Reason.OTHER)
    for stay in trail.end():
        in_visits += stay.count
        yield of_stay(stay, ORIGIN)
    yield from inside.values()
    rest = report.read["positions"] - in_visits
    if rest > 0:
        report.leave("", Reason.POINTS, str(rest), count=rest)


def crossing(thing: Mapping[str, Any], inside: dict[str, Visit], report: Report) -> Iterator[Visit]:
    """Into a region or out of it; a visit is given when it is over, or begun anew."""
    name = line(thing.get("desc"))
    at = moment_or_none(thing.get("tst"))
    if thing.get("event") == "leave":
        begun = inside.pop(name, None)
        if begun is not None:
            yield replace(begun, until=at)
        return
    found = said(thing, name, report, Kind.VISIT)
    if name in inside:
        yield inside.pop(name)
    if found is not None:
        inside[name] = found


def interesting(thing: Mapping[str, Any], report: Report) -> Iterator[Visit]:
    """A position to which somebody gave a name."""
    found = said(thing, line(thing.get("poi")), report, Kind.CHECKIN)
    if found is not None:
        yield found


def said(thing: Mapping[str, Any], name: str, report: Report, kind: Kind) -> Visit | None:
    """A place with a name, and when."""
    at, place = moment_or_none(thing.get("tst")), where(thing)
    if at is None or place is None:
        report.leave(name, Reason.NO_MOMENT if at is None else Reason.BAD_POINT)
        return None
    return Visit(
        origin=ORIGIN,
        external_id=content_id(at.isoformat(), name),
        kind=kind,
        at=at,
        place=name,
        point=place,
    )


def where(thing: Mapping[str, Any]) -> Point | None:
    """Where a message was sent from; None where that is nowhere."""
    try:
        return point(thing.get("lat"), thing.get("lon"))
    except BadPoint:
        return None
