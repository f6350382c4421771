"""Points as such files write them; what lies nowhere on the earth is refused, and nothing is guessed at."""

import re

from parvis.lib.geo.earth import BadPoint, Point

WRAPPED = 2**32
PAIR = re.compile(
    r"\s*(?:geo:)?\s*(-?\d{1,3}(?:\.\d{1,20})?)\s*°?\s*,\s*(-?\d{1,3}(?:\.\d{1,20})?)\s*°?\s*(?:[;,].{0,40})?"
)


def point(lat: object, lon: object) -> Point:
    """A point in degrees, given as numbers or as their words.

    Raises BadPoint, also for 0, 0: that is in the open sea, and what a phone writes that knew nothing.
    """
    north, east = _number(lat), _number(lon)
    place = Point(north, east)
    if not -180 <= east <= 180:
        raise BadPoint("a longitude lies between -180 and 180 degrees")
    if place.lat == 0 and place.lon == 0:
        raise BadPoint("a phone that knew nothing")
    return place


def point_e7(lat: object, lon: object) -> Point:
    """A point in ten-millionths of a degree; negative ones were once written as if they had no sign. Raises BadPoint."""
    return point(_signed(_number(lat), 90) / 1e7, _signed(_number(lon), 180) / 1e7)


def point_in_words(value: object) -> Point:
    """`48.8566°, 2.3522°` or `geo:48.8566,2.3522`. Raises BadPoint."""
    found = PAIR.fullmatch(value) if isinstance(value, str) and len(value) < 100 else None
    if found is None:
        raise BadPoint("no latitude and longitude")
    return point(found[1], found[2])


def _signed(number: float, most: int) -> float:
    return number - WRAPPED if most * 1e7 < number <= WRAPPED else number


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise BadPoint("a latitude and a longitude are numbers")
    try:
        return float(value)
    except (ValueError, OverflowError) as mistake:
        raise BadPoint("a latitude and a longitude are numbers") from mistake
