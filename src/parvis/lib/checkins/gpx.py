"""GPX: way points are where somebody was, if they say when; in tracks, visits are found."""

from collections.abc import Iterator

from parvis.lib.geo.earth import BadPoint, Point

from .guarded import Bytes
from .moments import moment_or_none, offset_of
from .points import point
from .records import LONGEST_WORDS, Kind, Reason, Report, Visit, content_id, line, text
from .staying import Stay, Trail
from .xmls import Element, elements

ORIGIN = "gpx"
WANTED = frozenset({"wpt", "trkpt"})


def visits(file: Bytes, report: Report) -> Iterator[Visit]:
    """The way points, and the visits of the tracks."""
    trail = Trail()
    in_visits = 0
    for element in elements(file, WANTED, report):
        if element.name == "wpt":
            found = way_point(element, report)
            if found is not None:
                yield found
            continue
        report.read["positions"] += 1
        at = moment_or_none(element.words("time"))
        place = where(element)
        if at is not None and place is not None:
            for stay in trail.take(at, place):
                in_visits += stay.count
                yield of_stay(stay, ORIGIN)
    for stay in trail.end():
        in_visits += stay.count
        yield of_stay(stay, ORIGIN)
    rest = report.read["positions"] - in_visits
    if rest > 0:
        report.leave("", Reason.POINTS, str(rest), count=rest)


def way_point(element: Element, report: Report) -> Visit | None:
    """A way point with a time."""
    name = line(element.words("name"))
    words = text(element.words("desc") or element.words("cmt"), LONGEST_WORDS)
    at = moment_or_none(element.words("time"))
    if at is None:
        report.leave(name, Reason.NO_MOMENT)
        return None
    place = where(element)
    if place is None:
        report.leave(name or f"{at:%Y-%m-%d %H:%M}", Reason.BAD_POINT)
        return None
    return Visit(
        origin=ORIGIN,
        external_id=content_id(at.isoformat(), f"{place.lat:.5f},{place.lon:.5f}", name),
        at=at,
        offset=offset_of(element.words("time")),
        place=name,
        point=place,
        words=words if words != name else "",
    )


def where(element: Element) -> Point | None:
    """Where a point of a GPX file is; None where it is nowhere."""
    try:
        return point(element.attributes.get("lat"), element.attributes.get("lon"))
    except BadPoint:
        return None


def of_stay(stay: Stay, origin: str) -> Visit:
    """A visit that was found in a trail: it has no name."""
    return Visit(
        origin=origin,
        external_id=content_id(stay.at.isoformat(), f"{stay.point.lat:.4f},{stay.point.lon:.4f}"),
        kind=Kind.VISIT,
        at=stay.at,
        until=stay.until,
        point=stay.point,
    )
