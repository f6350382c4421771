"""GeoJSON: our own export, and points of others that say when; our own lines of JSON too."""

from collections.abc import Iterator, Mapping
from typing import Any

from parvis.lib.geo.earth import BadPoint, Point

from .gpx import of_stay
from .guarded import Bytes
from .jsons import lines, part, parts, table, things
from .moments import BadMoment, moment, moment_or_none, offset_of
from .points import point
from .records import LONGEST_WORDS, Reason, Report, Visit, content_id, line, text
from .staying import Trail

ORIGIN, OURS = "geojson", "parvis"
TIMES = ("at", "timestamp", "time", "datetime", "date", "when", "time_long", "tst")
NAMES = ("place", "name", "title")


def visits(file: Bytes, path: str, report: Report) -> Iterator[Visit]:
    """Check-ins of ours, points with a name and a time; in bare positions, visits are found."""
    trail = Trail()
    positions = in_visits = 0
    for thing in things(file, path, report):
        about = table(thing, "properties")
        shape = part(thing, "geometry", "type")
        if is_ours(about):
            yield from ours({**about, "id": thing.get("id")}, *pair(thing), report)
        elif shape != "Point":
            report.count(Reason.MOVING if shape else Reason.NO_PLACE)
        elif name := next(filter(None, (line(about.get(each)) for each in NAMES)), ""):
            yield from named(thing, about, name, report)
        else:
            positions += 1
            at, place = when(about), where(thing)
            for stay in trail.take(at, place) if at is not None and place is not None else ():
                in_visits += stay.count
                yield of_stay(stay, ORIGIN)
    for stay in trail.end():
        in_visits += stay.count
        yield of_stay(stay, ORIGIN)
    report.read["positions"] += positions
    if positions > in_visits:
        report.leave("", Reason.POINTS, str(positions - in_visits), count=positions - in_visits)


def our_lines(file: Bytes, report: Report) -> Iterator[Visit]:
    """Our own export as lines of JSON."""
    for thing in lines(file, report):
        if is_ours(thing):
            yield from ours(thing, thing.get("latitude"), thing.get("longitude"), report)
        else:
            report.leave(line(thing.get("id")), Reason.MALFORMED)


def is_ours(about: Mapping[str, Any]) -> bool:
    return "off_grid" in about and "at" in about


def ours(about: Mapping[str, Any], lat: object, lon: object, report: Report) -> Iterator[Visit]:
    """A check-in that was made on a square like this one."""
    place = line(about.get("place"))
    number = line(about.get("id"), 60)
    try:
        at = moment(about.get("at"))
    except BadMoment:
        report.leave(place or number, Reason.NO_MOMENT)
        return
    spot = None
    if lat is not None or lon is not None:
        try:
            spot = point(lat, lon)
        except BadPoint:
            report.leave(place or number, Reason.BAD_POINT)
    yield Visit(
        origin=OURS,
        external_id=number or content_id(at.isoformat(), place),
        at=at,
        zone=line(about.get("zone"), 50),
        place=place,
        venue_id=line(about.get("venue"), 60),
        point=spot,
        words=text(about.get("words"), LONGEST_WORDS),
        is_private=about.get("off_grid") is True,
    )


def named(thing: Mapping[str, Any], about: Mapping[str, Any], name: str, report: Report) -> Iterator[Visit]:
    """A point with a name."""
    at, place = when(about), where(thing)
    if at is None or place is None:
        report.leave(name, Reason.NO_MOMENT if at is None else Reason.BAD_POINT)
        return
    said = next((about[each] for each in TIMES if each in about), None)
    yield Visit(
        origin=ORIGIN,
        external_id=content_id(at.isoformat(), f"{place.lat:.5f},{place.lon:.5f}", name),
        at=at,
        offset=offset_of(said),
        place=name,
        point=place,
        words=text(about.get("description"), LONGEST_WORDS),
    )


def when(about: Mapping[str, Any]) -> Any:
    """The first moment that the properties name; None for none."""
    return next(filter(None, (moment_or_none(about.get(each)) for each in TIMES)), None)


def pair(thing: Mapping[str, Any]) -> tuple[object, object]:
    """Latitude and longitude as they stand there, in this order; nothing for none."""
    numbers = parts(thing, "geometry", "coordinates")
    return (numbers[1], numbers[0]) if len(numbers) > 1 else (None, None)


def where(thing: Mapping[str, Any]) -> Point | None:
    """Where a point is; None where it is nowhere."""
    try:
        return point(*pair(thing))
    except BadPoint:
        return None
