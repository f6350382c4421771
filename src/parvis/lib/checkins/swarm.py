"""Swarm and Foursquare: the files of the export one asks for, and the pages of the API v2, which are richer.

The export names places without saying where they are; its two files of visits know some of them.
"""

from collections.abc import Iterator, Mapping
from statistics import median
from typing import Any

from parvis.lib.geo.earth import BadPoint, Point, normal_longitude

from .guarded import Bytes
from .jsons import part, parts, table, things
from .moments import BadMoment, minutes_or_none, moment
from .points import point
from .records import LONGEST_WORDS, Photo, Reason, Report, Visit, content_id, line, text

ORIGIN = "foursquare"
HOMES = frozenset({"4bf58dd8d48988d103941735", "4bf58dd8d48988d1f5941735", "52f2ab2ebcbc57f1066b8b55"})
"""Categories of the API that are somebody's home."""

type Positions = Mapping[str, Point]


def checkins(file: Bytes, path: str, report: Report, positions: Positions) -> Iterator[Visit]:
    """The check-ins at `path`; `positions` says where venues are, by their ids."""
    for thing in things(file, path, report):
        visit = checkin(thing, report, positions)
        if visit is not None:
            yield visit


def checkin(thing: Mapping[str, Any], report: Report, positions: Positions) -> Visit | None:
    """One check-in, as the export or the API writes it."""
    venue = table(thing, "venue")
    place = line(part(venue, "name")) or line(part(thing, "location", "name"))
    words = text(thing.get("shout"), LONGEST_WORDS)
    number = line(thing.get("id"), 60)
    known_as = place or words[:60] or number
    try:
        at = moment(thing.get("createdAt"))
    except BadMoment:
        report.leave(known_as, Reason.NO_MOMENT)
        return None
    venue_id = line(part(venue, "id"), 60)
    where = where_is(thing, venue, report, known_as) or positions.get(venue_id)
    if not place and where is None and not words:
        report.leave(number or f"{at:%Y-%m-%d %H:%M}", Reason.NO_PLACE)
        return None
    return Visit(
        origin=ORIGIN,
        external_id=number or content_id(at.isoformat(), venue_id, place, words),
        at=at,
        offset=minutes_or_none(thing.get("timeZoneOffset")),
        zone=line(thing.get("timeZone"), 50),
        place=place,
        venue_id=venue_id,
        point=where,
        category=line(category_of(venue).get("name")),
        street=line(part(venue, "location", "address")),
        town=line(part(venue, "location", "city")),
        country=line(part(venue, "location", "cc"), 2),
        words=words,
        is_private=thing.get("private") is True or thing.get("visibility") == "private",
        is_home=category_of(venue).get("id") in HOMES or venue.get("private") is True,
        is_by_others=is_by_others(thing),
        companions=tuple(filter(None, (name_of(one) for one in parts(thing, "with")[:50]))),
        photos=tuple(Photo(one) for one in map(photo_of, photos_in(thing)[:50]) if one),
    )


def where_is(
    thing: Mapping[str, Any], venue: Mapping[str, Any], report: Report, known_as: str
) -> Point | None:
    """Where the venue is, or the check-in without one; a point that is none is reported, and the rest is taken."""
    for spot in (part(venue, "location"), thing.get("location"), thing):
        if isinstance(spot, dict) and spot.get("lat") is not None and spot.get("lng") is not None:
            try:
                return point(spot["lat"], spot["lng"])
            except BadPoint:
                report.leave(known_as, Reason.BAD_POINT)
    return None


def category_of(venue: object) -> Mapping[str, Any]:
    """The first of a venue's categories, which is its primary one most often."""
    some = [each for each in parts(venue, "categories") if isinstance(each, dict)]
    return next((each for each in some if each.get("primary")), some[0] if some else {})


def is_by_others(thing: Mapping[str, Any]) -> bool:
    """Whether somebody else checked this person in; `createdBy` is there for no other reason, but for tolerance."""
    maker = part(thing, "createdBy", "id")
    return maker is not None and maker != part(thing, "user", "id")


def name_of(person: object) -> str:
    return line(" ".join(filter(None, (line(part(person, "firstName")), line(part(person, "lastName"))))))


def photos_in(thing: Mapping[str, Any]) -> list[Any]:
    return parts(thing, "photos", "items") or parts(thing, "photos")


def photo_of(photo: object) -> str:
    """The address of a photo, which is never asked."""
    prefix, suffix = part(photo, "prefix"), part(photo, "suffix")
    both = isinstance(prefix, str) and isinstance(suffix, str)
    return line(f"{prefix}original{suffix}", 400) if both else line(part(photo, "url"), 400)


def positions_in(file: Bytes, path: str, report: Report) -> Iterator[tuple[str, Point]]:
    """Where a phone believed to be when it was at a venue, by the venue's id."""
    for thing in things(file, path, report):
        venue_id = line(thing.get("venueId"), 60) or line(part(thing, "venue", "id"), 60)
        report.count(Reason.PASSIVE)
        if venue_id and thing.get("lat") is not None:
            try:
                yield venue_id, point(thing.get("lat"), thing.get("lng"))
            except BadPoint:
                report.leave(line(part(thing, "venue", "name")) or venue_id, Reason.BAD_POINT)


def middle(points: list[Point]) -> Point:
    """The median of points, each coordinate by itself: what lies far off does not pull it along."""
    first = points[0]
    lon = median(normal_longitude(each.lon - first.lon) for each in points)
    return Point(median(each.lat for each in points), normal_longitude(first.lon + lon))
