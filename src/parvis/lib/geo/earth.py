"""Points on the earth, the distance between them, and boxes round them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

RADIUS_M = 6_371_008.8
"""Mean radius of the earth (IUGG); on it, a distance is right to 0.5 %."""

FARTHEST_M = math.pi * RADIUS_M
"""From a point to its antipode: no two points are farther apart."""

MOST_TURNED = 540.0
"""A map that is dragged round the world once writes longitudes up to here; beyond it, somebody mixed something up."""


class BadPoint(ValueError):
    """These numbers are no place on the earth."""


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """A place in degrees (WGS 84): latitude in [-90, 90], longitude brought into [-180, 180).

    Raises BadPoint for what is not a number, infinite, or out of range. A latitude beyond 90 is most often
    a longitude: it is refused, never guessed at.
    """

    lat: float
    lon: float

    def __post_init__(self) -> None:
        try:
            lat, lon = float(self.lat), float(self.lon)
        except (TypeError, ValueError, OverflowError) as mistake:
            raise BadPoint("a latitude and a longitude are numbers") from mistake
        if not -90 <= lat <= 90:
            raise BadPoint("a latitude lies between -90 and 90 degrees")
        if not -MOST_TURNED <= lon <= MOST_TURNED:
            raise BadPoint("a longitude lies between -180 and 180 degrees")
        object.__setattr__(self, "lat", lat)
        object.__setattr__(self, "lon", normal_longitude(lon))


def normal_longitude(lon: float) -> float:
    """The same meridian in [-180, 180); a longitude that lies there already stays what it is to the last bit."""
    if -180 <= lon < 180:
        return lon
    turned = (lon + 180) % 360 - 180
    return -180.0 if turned >= 180 else turned


def metres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The great-circle distance between two places given in degrees (haversine)."""
    across = math.radians(other_lon - lon) / 2
    along = math.radians(other_lat - lat) / 2
    square = (
        math.sin(along) ** 2
        + math.cos(math.radians(lat)) * math.cos(math.radians(other_lat)) * math.sin(across) ** 2
    )
    return 2 * RADIUS_M * math.asin(min(1.0, math.sqrt(square)))


def distance(a: Point, b: Point) -> float:
    """Metres between two points, along the great circle."""
    return metres(a.lat, a.lon, b.lat, b.lon)


def middle(places: Iterable[tuple[float, float]]) -> Point:
    """The middle of places in degrees, each of the same weight, as seen from the centre of the earth; (0, 0) of none."""
    x = y = z = 0.0
    for lat, lon in places:
        up, round_ = math.radians(lat), math.radians(lon)
        x += math.cos(up) * math.cos(round_)
        y += math.cos(up) * math.sin(round_)
        z += math.sin(up)
    return Point(math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x)))


@dataclass(frozen=True, slots=True)
class Box:
    """What lies between two parallels and two meridians, edges included; `west` > `east` when it crosses ±180°.

    Raises BadPoint for edges that are no places, or a south that lies north of the north.
    """

    south: float
    west: float
    north: float
    east: float

    def __post_init__(self) -> None:
        for lat, lon in ((self.south, self.west), (self.north, self.east)):
            if not (-90 <= lat <= 90 and -180 <= lon <= 180):
                raise BadPoint("a box has its edges on the earth")
        if self.south > self.north:
            raise BadPoint("a box has its south below its north")

    @classmethod
    def around(cls, center: Point, radius_m: float) -> Self:
        """The smallest box that holds the disc; round a pole, all longitudes."""
        turn = radius_m / RADIUS_M
        south = max(-90.0, center.lat - math.degrees(turn))
        north = min(90.0, center.lat + math.degrees(turn))
        widest = min(math.cos(math.radians(south)), math.cos(math.radians(north)))
        if south <= -90 or north >= 90 or math.sin(turn) >= widest:
            return cls(south, -180.0, north, 180.0)
        # The meridian that touches a disc touches it at sin(dlon) = sin(turn) / cos(lat), not at its own parallel:
        # with the cosine of the edge nearest a pole, the box is a little wider than need be, never narrower.
        aside = math.degrees(math.asin(math.sin(turn) / widest))
        if aside >= 180:
            return cls(south, -180.0, north, 180.0)
        return cls(south, normal_longitude(center.lon - aside), north, normal_longitude(center.lon + aside))

    @classmethod
    def of(cls, points: Iterable[Point]) -> Self | None:
        """The narrowest box that holds all these points, across ±180° if that is shorter; None of none."""
        all_of_them = list(points)
        if not all_of_them:
            return None
        lons = sorted({point.lon for point in all_of_them})
        gaps = [(after - before, after, before) for before, after in pairwise(lons)]
        gaps.append((lons[0] + 360 - lons[-1], lons[0], lons[-1]))
        _, west, east = max(gaps)
        lats = [point.lat for point in all_of_them]
        return cls(min(lats), west, max(lats), east)

    @property
    def width(self) -> float:
        """Degrees of longitude from west to east, 0 to 360."""
        return self.east - self.west + (360 if self.west > self.east else 0)

    @property
    def height(self) -> float:
        """Degrees of latitude from south to north."""
        return self.north - self.south

    @property
    def center(self) -> Point:
        """The middle of the box in degrees."""
        return Point((self.south + self.north) / 2, self.west + self.width / 2)

    def holds(self, point: Point) -> bool:
        """Whether the point lies in the box or on its edge."""
        return self.has(point.lat, point.lon)

    def has(self, lat: float, lon: float) -> bool:
        """As `holds`, of degrees as a Point has them."""
        if not self.south <= lat <= self.north:
            return False
        if self.west <= self.east:
            # 180 and -180 are one meridian, which a Point writes -180.
            return self.west <= lon <= self.east or (self.east == 180 and lon == -180)
        return lon >= self.west or lon <= self.east
