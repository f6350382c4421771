"""Google's Timeline in its four shapes; what it holds are guesses of a phone, and are taken as such.

Visits are taken that last ten minutes or more and that the phone held for more likely than not. Bare positions
(`Records.json`) are counted; where they stay, that is a visit too.
"""

import math
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from parvis.lib.geo.earth import BadPoint, Point

from .guarded import Bytes
from .jsons import part, parts, table, things
from .moments import BadMoment, minutes_or_none, moment, moment_or_none, offset_of
from .points import point_e7, point_in_words
from .records import Kind, Reason, Report, Visit, content_id, line
from .staying import UNSURE_M, Stay, Trail

ORIGIN = "google"
LEAST = timedelta(minutes=10)
LIKELY = 0.5
HOMES = frozenset({"home", "inferred_home", "type_home"})


def records(file: Bytes, path: str, report: Report) -> Iterator[Visit]:
    """`Records.json`: bare positions; the visits in them."""
    trail = Trail(LEAST)
    in_visits = 0
    for thing in things(file, path, report):
        report.read["positions"] += 1
        at = moment_or_none(thing.get("timestampMs") or thing.get("timestamp"))
        place = place_e7(thing)
        if at is None or place is None or number(thing.get("accuracy")) > UNSURE_M:
            continue
        for stay in trail.take(at, place):
            in_visits += stay.count
            yield of_stay(stay)
    for stay in trail.end():
        in_visits += stay.count
        yield of_stay(stay)
    if rest := report.read["positions"] - in_visits:
        report.leave("", Reason.POINTS, str(rest), count=rest)


def of_stay(stay: Stay) -> Visit:
    """A visit that was found in positions: it has no name."""
    return Visit(
        origin=ORIGIN,
        external_id=named(stay.at, "", stay.point),
        kind=Kind.VISIT,
        at=stay.at,
        until=stay.until,
        point=stay.point,
    )


def semantic(file: Bytes, path: str, report: Report) -> Iterator[Visit]:
    """`2019_MARCH.json`: `timelineObjects` of place visits and ways."""
    for thing in things(file, path, report):
        visited = part(thing, "placeVisit")
        if not isinstance(visited, dict):
            report.count(Reason.MOVING)
            continue
        found = place_visit(visited, report)
        if found is not None:
            yield found


def place_visit(visited: Mapping[str, Any], report: Report) -> Visit | None:
    """One visit of the old export."""
    spot = table(visited, "location")
    if place_e7(spot) is None:
        others = parts(visited, "otherCandidateLocations")
        spot = next((each for each in others if isinstance(each, dict) and place_e7(each) is not None), spot)
    lasted = table(visited, "duration")
    began = lasted.get("startTimestampMs") or lasted.get("startTimestamp")
    ended = lasted.get("endTimestampMs") or lasted.get("endTimestamp")
    sure = number(spot.get("locationConfidence"), 100.0) / 100
    return visit(
        began=began,
        ended=ended,
        place=place_e7(spot),
        venue_id=line(spot.get("placeId"), 120),
        name=line(spot.get("name")),
        street=line(spot.get("address")),
        meaning=line(spot.get("semanticType")),
        sure=sure,
        offset=None,
        report=report,
    )


def segments(file: Bytes, path: str, report: Report) -> Iterator[Visit]:
    """What phones export since 2024: `semanticSegments`, or the bare list of an iPhone."""
    for thing in things(file, path, report):
        visited = part(thing, "visit")
        if not isinstance(visited, dict):
            report.count(Reason.MOVING)
            continue
        best = table(visited, "topCandidate")
        began = thing.get("startTime")
        chances = [number(each, 1.0) for each in (visited.get("probability"), best.get("probability"))]
        found = visit(
            began=began,
            ended=thing.get("endTime"),
            place=place_in(best),
            venue_id=line(best.get("placeId") or best.get("placeID"), 120),
            name="",
            street="",
            meaning=line(best.get("semanticType")),
            sure=min(chances),
            offset=minutes_or_none(thing.get("startTimeTimezoneUtcOffsetMinutes")) or offset_of(began),
            report=report,
        )
        if found is not None:
            yield found


def visit(  # noqa: PLR0913 - one call for each shape, all by name
    *,
    began: object,
    ended: object,
    place: Point | None,
    venue_id: str,
    name: str,
    street: str,
    meaning: str,
    sure: float,
    offset: int | None,
    report: Report,
) -> Visit | None:
    """A visit as Google's shapes all tell it; None, and the reason in the report, for what is none."""
    try:
        at = moment(began)
    except BadMoment:
        report.leave(name or venue_id, Reason.NO_MOMENT)
        return None
    until = moment_or_none(ended)
    known_as = f"{name or meaning or venue_id} {at:%Y-%m-%d %H:%M}".strip()
    reason = None
    if place is None:
        reason = Reason.BAD_POINT
    elif sure < LIKELY:
        reason = Reason.UNLIKELY
    elif until is not None and until - at < LEAST:
        reason = Reason.SHORT
    if reason is not None:
        report.leave(known_as, reason)
        return None
    assert place is not None
    return Visit(
        origin=ORIGIN,
        external_id=named(at, venue_id, place),
        kind=Kind.VISIT,
        at=at,
        until=until,
        offset=offset,
        place=name,
        venue_id=venue_id,
        point=place,
        street=street,
        is_home=meaning.lower() in HOMES,
        probability=sure,
    )


def named(at: datetime, venue_id: str, place: Point) -> str:
    """The same visit has the same name in every export, to the second and to ten metres."""
    return content_id(int(at.timestamp()), venue_id or f"{place.lat:.4f},{place.lon:.4f}")


def place_e7(spot: object) -> Point | None:
    """Where, in ten-millionths of a degree; None where it is nowhere."""
    if not isinstance(spot, dict):
        return None
    try:
        return point_e7(
            spot.get("latitudeE7", spot.get("latE7")),
            spot.get("longitudeE7", spot.get("lngE7", spot.get("lonE7"))),
        )
    except BadPoint:
        return None


def place_in(candidate: object) -> Point | None:
    """Where a phone's best guess is; None where it is nowhere."""
    spot = part(candidate, "placeLocation")
    try:
        return point_in_words(spot if isinstance(spot, str) else part(spot, "latLng"))
    except BadPoint:
        return None


def number(value: object, otherwise: float = 0.0) -> float:
    """A number, or one written as words; `otherwise` for anything else."""
    try:
        found = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return otherwise
    return otherwise if math.isnan(found) else found
