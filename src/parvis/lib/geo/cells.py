"""What is near, found by one ordinary number a place: its cell on a Morton curve, for a B-tree index on (cell, lat, lon, id).

Latitude and longitude are cut into 2³¹ steps each, and their bits interleaved: what is near on the earth mostly has near
numbers (Morton 1966), and a disc is a handful of ranges of them. The same for SQLite, PostgreSQL and a list in memory.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from parvis.lib.geo.earth import FARTHEST_M, Box, Point, metres

BITS = 31
STEPS = 1 << BITS
ALL = (0, (1 << 2 * BITS) - 1)
MASKS = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)
ROUNDING_M = 1.0
"""Haversine near the antipode is right to 0.1 m only: a disc is covered with a little more than its radius."""

MOST_SQUARES = 9
"""Smaller squares cover a disc more closely, and cost a range each."""

FIRST_M = 200.0
"""Where a search begins: the nearest thirty of a town's centre lie within."""

CAREFUL_M = 5_000.0
"""From here on, a disc grows more slowly: each step reads all that it holds."""

type Range = tuple[int, int]
type Row[Id] = tuple[Id, float, float]


@dataclass(frozen=True, slots=True)
class Neighbour[Id]:
    """Something near, and how far it is, in metres."""

    id: Id
    metres: float


def cell_of(point: Point) -> int:
    """The cell a point lies in: 0 to 2⁶² - 1, which a signed BIGINT holds."""
    return number_of(point.lat, point.lon)


def number_of(lat: float, lon: float) -> int:
    """As `cell_of`, of degrees that are known to be in range."""
    return _spread(_column(lon)) << 1 | _spread(_row(lat))


def ranges(center: Point, radius_m: float) -> Sequence[Range]:
    """Ranges of cells, ends included, sorted and apart, that cover the disc; they hold more than the disc."""
    if radius_m + ROUNDING_M >= FARTHEST_M:
        return (ALL,)
    return ranges_of(Box.around(center, radius_m + ROUNDING_M))


def ranges_of(box: Box) -> Sequence[Range]:
    """Ranges of cells, ends included, sorted and apart, that cover the box; they hold more than the box."""
    parts = [(box.west, box.east)] if box.west <= box.east else [(box.west, 180.0), (-180.0, box.east)]
    found: list[Range] = []
    for west, east in parts:
        found += _cover(_row(box.south), _row(box.north), _column(west), _column(east))
    return _merged(found)


def nearest[Id](
    fetch: Callable[[Sequence[Range]], Iterable[Row[Id]]],
    center: Point,
    *,
    count: int,
    most_m: float | None = None,
    first_m: float = FIRST_M,
) -> list[Neighbour[Id]]:
    """The `count` nearest things, nearest first, equally far ones by id; exact, and fewer only where there are no more.

    `fetch` gives (id, lat, lon) of whatever lies in these ranges of cells; it is asked with a disc of the radius `first_m`
    that grows until enough was found, or until it has the radius `most_m` (none: until it is the whole earth, which on an
    ocean reads a continent). Where it begins changes no answer, but what it costs.
    """
    if count <= 0:
        return []
    most = FARTHEST_M if most_m is None else min(most_m, FARTHEST_M)
    radius = min(first_m, most)
    while True:
        inside = [
            (away, one)
            for one, lat, lon in fetch(ranges(center, radius))
            if (away := metres(center.lat, center.lon, lat, lon)) <= radius
        ]
        if len(inside) >= count or radius >= most:
            return [Neighbour(one, away) for away, one in nsmallest(count, inside)]
        radius = min(most, radius * _growth(radius, len(inside), count))


def _growth(radius: float, found: int, wanted: int) -> float:
    """How much wider to look next: by the density seen so far, if anything was; carefully where a city may come into sight."""
    most = 4.0 if radius < CAREFUL_M else 2.0
    return most if found < 3 else min(most, max(1.3, 1.15 * math.sqrt(wanted / found)))


def _row(lat: float) -> int:
    return min(STEPS - 1, int((lat + 90) / 180 * STEPS))


def _column(lon: float) -> int:
    return min(STEPS - 1, int((lon + 180) / 360 * STEPS))


def _spread(number: int) -> int:
    """The bits of a number with a zero before each."""
    for shift, mask in MASKS:
        number = (number | number << shift) & mask
    return number


def _cover(south: int, north: int, west: int, east: int) -> list[Range]:
    """The smallest squares of one size, MOST_SQUARES of them, that cover a rectangle of steps."""
    shift = max((north - south).bit_length(), (east - west).bit_length())
    while shift and _squares(south, north, west, east, shift - 1) <= MOST_SQUARES:
        shift -= 1
    return [
        (square << 2 * shift, (square + 1 << 2 * shift) - 1)
        for column in range(west >> shift, (east >> shift) + 1)
        for row in range(south >> shift, (north >> shift) + 1)
        for square in (_spread(column) << 1 | _spread(row),)
    ]


def _squares(south: int, north: int, west: int, east: int, shift: int) -> int:
    return ((north >> shift) - (south >> shift) + 1) * ((east >> shift) - (west >> shift) + 1)


def _merged(found: list[Range]) -> Sequence[Range]:
    merged: list[Range] = []
    for low, high in sorted(found):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)
