"""KML: placemarks with a point and a time are visits, as in what Google once exported day by day; in tracks, visits are found."""

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from parvis.lib.geo.earth import BadPoint, Point

from .gpx import of_stay
from .guarded import Bytes
from .moments import moment_or_none, offset_of
from .points import point
from .records import LONGEST_WORDS, Reason, Report, Visit, content_id, line, text
from .staying import Trail
from .xmls import Element, elements

ORIGIN = "kml"
WANTED = frozenset({"Placemark", "Track/when", "Track/coord"})
TIMES = (("TimeSpan", "begin"), ("TimeStamp", "when"), ("published",), ("updated",))


def visits(file: Bytes, report: Report) -> Iterator[Visit]:
    """The placemarks that say when and where, and the visits of the tracks."""
    trail = Trail()
    times: deque[datetime | None] = deque()
    in_visits = tracked = 0
    for element in elements(file, WANTED, report):
        if element.name == "when":
            times.append(moment_or_none(element.text))
        elif element.name == "coord":
            tracked += 1
            at = times.popleft() if times else None
            place = where(element.text.split())
            for stay in trail.take(at, place) if at is not None and place is not None else ():
                in_visits += stay.count
                yield of_stay(stay, ORIGIN)
        else:
            found = placemark(element, report)
            if found is not None:
                yield found
    for stay in trail.end():
        in_visits += stay.count
        yield of_stay(stay, ORIGIN)
    report.read["positions"] += tracked
    if tracked > in_visits:
        report.leave("", Reason.POINTS, str(tracked - in_visits), count=tracked - in_visits)


def placemark(element: Element, report: Report) -> Visit | None:
    """A placemark with a point and a time; what is a way is counted."""
    name = line(element.words("name"))
    spot = element.find("Point")
    if spot is None:
        if element.find("Track") is None and element.find("MultiTrack") is None:
            report.count(Reason.MOVING)
        return None
    said = next(filter(None, (element.words(*names) for names in TIMES)), "")
    at = moment_or_none(said) or mail_moment(said)
    if at is None:
        report.leave(name, Reason.NO_MOMENT)
        return None
    place = where(spot.words("coordinates").split(","))
    if place is None:
        report.leave(name or f"{at:%Y-%m-%d %H:%M}", Reason.BAD_POINT)
        return None
    return Visit(
        origin=ORIGIN,
        external_id=content_id(at.isoformat(), f"{place.lat:.5f},{place.lon:.5f}", name),
        at=at,
        until=moment_or_none(element.words("TimeSpan", "end")),
        offset=offset_of(said),
        place=name,
        point=place,
        street=line(element.words("address")),
        words=text(element.words("description"), LONGEST_WORDS) if element.find("published") else "",
    )


def where(numbers: list[str]) -> Point | None:
    """Longitude, latitude and perhaps a height; None where that is nowhere."""
    try:
        return point(numbers[1], numbers[0]) if len(numbers) in {2, 3} else None
    except BadPoint:
        return None


def mail_moment(said: str) -> datetime | None:
    """A moment as the feeds of Foursquare wrote it (RFC 822)."""
    try:
        found = parsedate_to_datetime(said[:60])
        return moment_or_none((found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
