"""How exactly a place is told: a ladder of five levels, each the middle of a fixed cell or a known town, never noise.

Noise is undone by averaging what is told again and again; a fixed cell says the same each time.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from parvis.lib.geo.countries import nearest_country
from parvis.lib.geo.earth import Point, metres
from parvis.lib.geo.towns import DECIMALS, middle_of, nearest_town
from parvis.lib.geo.world import point_in


class Precision(StrEnum):
    """Most exact first: the venue itself, some 150 m, some 1.5 km, the town, the country."""

    VENUE = "venue"
    STREET = "street"
    QUARTER = "quarter"
    TOWN = "town"
    COUNTRY = "country"

    @property
    def decimals(self) -> int:
        """How many decimals of a degree may leave the house at most."""
        return _DECIMALS[self]

    def allows(self, other: "Precision") -> bool:
        """Whether who may know a place this exactly may know it as exactly as `other` tells it."""
        levels = list(Precision)
        return levels.index(self) <= levels.index(other)


_DECIMALS = {
    Precision.VENUE: 5,
    Precision.STREET: 3,
    Precision.QUARTER: 2,
    Precision.TOWN: DECIMALS,
    Precision.COUNTRY: DECIMALS,
}

_TOWN_M = 5_000.0
_COUNTRY_M = 100_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapped:
    """A place as exactly as it may be told: draw a disc of `radius_m` round `point`, a dot for 0.

    `town` is GeoNames' id of the nearest town (of VENUE, STREET and QUARTER: nearest to the cell's middle);
    None when only the country is told.
    """

    point: Point
    precision: Precision
    radius_m: float
    country: str
    town: int | None

    @property
    def decimals(self) -> int:
        return self.precision.decimals

    @property
    def lat_text(self) -> str:
        """The latitude, never with more decimals than allowed."""
        return _text(self.point.lat, self.decimals)

    @property
    def lon_text(self) -> str:
        """The longitude, never with more decimals than allowed."""
        return _text(self.point.lon, self.decimals)


def snapped(point: Point, precision: Precision) -> Snapped:
    """The place at this precision; of the same cell always the same, and snapping twice changes nothing.

    Whoever is told one place at two levels learns where their two cells overlap: tell a person one.
    """
    return _snapped(point, Precision(precision))


def as_kept(point: Point, precision: Precision, *, country: str, town: int | None) -> Snapped:
    """A place that was snapped when it was kept, with its country and its town, which are not looked for again."""
    decimals = precision.decimals
    middle, radius = _cell(point, decimals, 2) if precision in _GRIDS else (point, _RADIUS[precision])
    kept = Point(round(middle.lat, decimals), round(middle.lon, decimals))
    return Snapped(point=kept, precision=precision, radius_m=radius, country=country, town=town)


@lru_cache(maxsize=8192)
def _snapped(point: Point, precision: Precision) -> Snapped:
    if precision is Precision.COUNTRY:
        return _in_country(point)
    if precision is Precision.TOWN:
        town = nearest_town(point)
        return Snapped(
            point=town.point, precision=precision, radius_m=_TOWN_M, country=town.country, town=town.id
        )
    middle, radius = _cell(point, precision.decimals, 2) if precision in _GRIDS else (_rounded(point), 0.0)
    return Snapped(
        point=middle,
        precision=precision,
        radius_m=radius,
        country=nearest_country(middle),
        town=nearest_town(middle).id,
    )


_GRIDS = {Precision.STREET, Precision.QUARTER}
_RADIUS = {Precision.VENUE: 0.0, Precision.TOWN: _TOWN_M, Precision.COUNTRY: _COUNTRY_M}


def _rounded(point: Point) -> Point:
    """A venue to a metre: the digits beyond say nothing of it, but of the device that wrote them."""
    decimals = Precision.VENUE.decimals
    return Point(round(point.lat, decimals), round(point.lon, decimals))


def _cell(point: Point, decimals: int, steps: int) -> tuple[Point, float]:
    """The middle of the cell a point lies in, and the distance from there to its corners.

    Cells are `steps` units of the last decimal high, and about as wide: as many units as divide the parallel without a rest.
    """
    unit = 10**decimals
    rows = 180 * unit // steps
    row = min(rows - 1, math.floor((point.lat + 90) * unit / steps))
    lat = (row * steps + steps // 2) / unit - 90
    wide = _width(math.cos(math.radians(lat)), 360 * unit // steps) * steps
    column = min(360 * unit // wide - 1, math.floor((point.lon + 180) * unit / wide))
    lon = (column * wide + wide / 2) / unit - 180
    middle = Point(round(lat, decimals), round(lon, decimals))
    half = steps / 2 / unit
    nearer_equator = max(0.0, abs(middle.lat) - half)
    corner = metres(
        middle.lat, middle.lon, nearer_equator * (1 if middle.lat > 0 else -1), middle.lon + wide / 2 / unit
    )
    return middle, math.ceil(corner / 10) * 10.0


@lru_cache(maxsize=4096)
def _width(cosine: float, around: int) -> int:
    """How many cells of the equator make one of this parallel: the first divisor of all that makes it about as wide."""
    wanted = min(around, round(1 / cosine) if cosine > 1 / around else around)
    return next(number for number in range(wanted, around + 1) if around % number == 0)


@lru_cache(maxsize=512)
def _country_point(country: str) -> Point | None:
    town = middle_of(country)
    return town.point if town else point_in(country)


def _in_country(point: Point) -> Snapped:
    country = nearest_country(point)
    middle = _country_point(country) or nearest_town(point).point
    return Snapped(point=middle, precision=Precision.COUNTRY, radius_m=_COUNTRY_M, country=country, town=None)


def _text(degrees: float, decimals: int) -> str:
    return f"{round(degrees, decimals) + 0.0:.{decimals}f}"
