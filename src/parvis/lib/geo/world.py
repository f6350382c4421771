"""The land and the countries of the world (Natural Earth, 1:50 million, by world-atlas), which come with Parvis.

Borders are right to a kilometre or a few. `scripts/geo/world.py` makes the file.
"""

import json
import lzma
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock

from parvis.lib.geo.earth import RADIUS_M, Point

_FILE = Path(__file__).parent / "data" / "world.json.xz"

type Place = tuple[float, float]
"""Longitude and latitude in degrees: x and y, as maps are drawn."""

type Ring = Sequence[Place]

type Edge = tuple[float, float, float, float]
"""From one place to the next: x and y of both."""


@dataclass(frozen=True, slots=True)
class Polygon:
    """An outer ring and its holes, each closed, and the edges of what they take up.

    Across ±180° the longitudes go on: 181 is -179. What holds a pole reaches down to it along one meridian.
    `edges` are those of the rings that are asked whether they are crossed; all of them when they are not named.
    """

    rings: Sequence[Ring]
    west: float
    south: float
    east: float
    north: float
    edges: Sequence[Edge] | None = None

    def holds(self, lat: float, lon: float) -> bool:
        """Whether the place is within the outer ring and in no hole."""
        if not self.south <= lat <= self.north:
            return False
        turns = [lon + turn for turn in (0, 360, -360, 720, -720) if self.west <= lon + turn <= self.east]
        edges = list(_edges(self.rings)) if self.edges is None else self.edges
        return sum(_crossed(edges, lat, x) for x in turns) % 2 == 1


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not closed, and the edges of what it takes up."""

    places: Ring
    west: float
    south: float
    east: float
    north: float


def land() -> Sequence[Polygon]:
    """All land."""
    return _world().land


def countries() -> Mapping[str, Sequence[Polygon]]:
    """What each country (ISO 3166 letters) has of it."""
    return _world().countries


def borders() -> Sequence[Line]:
    """The lines where two countries meet."""
    return _world().borders


def country_on_map(point: Point) -> str | None:
    """The country whose outline holds the point; None at sea."""
    for country, strip in _strip(math.floor(point.lat)):
        if strip.holds(point.lat, point.lon):
            return country
    return None


@lru_cache(maxsize=181)
def _strip(degree: int) -> Sequence[tuple[str, Polygon]]:
    """What the countries have between a parallel and the next: of each outline the edges alone that reach in there.

    An edge that lies wholly north or south of a place is not crossed on the way east, so that it need not be asked.
    """
    return [
        (country, replace(polygon, edges=_edges_in(polygon.rings, degree)))
        for country, polygons in countries().items()
        for polygon in polygons
        if polygon.south <= degree + 1 and polygon.north >= degree
    ]


def _edges_in(rings: Sequence[Ring], degree: int) -> Sequence[Edge]:
    """The edges between a parallel and the next."""
    return tuple(
        edge
        for edge in _edges(rings)
        if min(edge[1], edge[3]) <= degree + 1 and max(edge[1], edge[3]) >= degree
    )


def _edges(rings: Sequence[Ring]) -> Iterator[Edge]:
    """The edges of closed rings."""
    for ring in rings:
        for one, other in zip((ring[-1], *ring), ring, strict=False):
            yield *one, *other


def largest_of(country: str) -> Polygon | None:
    """The country's largest piece, as maps measure it; None of an unknown country."""
    pieces = countries().get(country, ())
    return max(pieces, key=lambda one: (one.east - one.west) * (one.north - one.south), default=None)


def disc_round(country: str) -> tuple[Point, float] | None:
    """A disc about as large as the country's largest piece: its middle in whole degrees, and metres; None of an unknown one."""
    piece = largest_of(country)
    if piece is None:
        return None
    middle = Point(round((piece.south + piece.north) / 2), round((piece.west + piece.east) / 2))
    across = (piece.east - piece.west) * math.cos(math.radians(middle.lat))
    return middle, math.radians(max(across, piece.north - piece.south) / 2) * RADIUS_M


def point_in(country: str) -> Point | None:
    """A point well inside the country's largest piece, in whole degrees or halves of them; None of an unknown country."""
    largest = largest_of(country)
    if largest is None:
        return None
    lat, lon = (largest.south + largest.north) / 2, (largest.west + largest.east) / 2
    inside = (Point(y, x) for y, x in _around(lat, lon) if largest.holds(y, x))
    return next(inside, Point(lat, lon))


def _around(lat: float, lon: float) -> Iterator[Place]:
    """Places on a grid of half degrees, from a middle outwards."""
    middle_y, middle_x = round(lat * 2), round(lon * 2)
    for reach in range(40):
        for y in range(middle_y - reach, middle_y + reach + 1):
            for x in range(middle_x - reach, middle_x + reach + 1):
                if max(abs(y - middle_y), abs(x - middle_x)) == reach and abs(y) <= 180 and abs(x) < 360:
                    yield y / 2, x / 2


def _crossed(edges: Sequence[Edge], lat: float, lon: float) -> int:
    """How many of these edges a line from the place to the east crosses."""
    return sum(
        (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) / (y2 - y1) * (x2 - x1) for x1, y1, x2, y2 in edges
    )


class _World:
    """The file, its arcs as lines of degrees; lands that share a border share its arc."""

    def __init__(self, raw: bytes) -> None:
        topology = json.loads(raw)
        arcs = [_line(arc, topology["scale"], topology["translate"]) for arc in topology["arcs"]]
        self.land = [_polygon(rings, arcs) for rings in topology["land"]]
        self.countries = {
            country: [_polygon(rings, arcs) for rings in polygons]
            for country, polygons in topology["countries"].items()
        }
        self.borders = [_border(arcs[number]) for number in _shared(topology["countries"])]


def _line(arc: Sequence[int], scale: Sequence[float], translate: Sequence[float]) -> Ring:
    """An arc of TopoJSON: steps from place to place, in units of `scale`."""
    x = y = 0
    line = []
    for at in range(0, len(arc), 2):
        x += arc[at]
        y += arc[at + 1]
        line.append((x * scale[0] + translate[0], y * scale[1] + translate[1]))
    return tuple(line)


def _polygon(rings: Sequence[Sequence[int]], arcs: Sequence[Ring]) -> Polygon:
    joined = [tuple(_unrolled(_join(ring, arcs))) for ring in rings]
    xs, ys = [x for ring in joined for x, _ in ring], [y for ring in joined for _, y in ring]
    return Polygon(joined, min(xs), min(ys), max(xs), max(ys))


def _border(places: Ring) -> Line:
    xs, ys = [x for x, _ in places], [y for _, y in places]
    return Line(places, min(xs), min(ys), max(xs), max(ys))


def _join(ring: Sequence[int], arcs: Sequence[Ring]) -> Iterator[Place]:
    """Arcs end to end; ~n is arc n from its end to its beginning."""
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        yield from arc[:-1]
    first = arcs[ring[0]] if ring[0] >= 0 else arcs[~ring[0]][::-1]
    yield first[0]


def _unrolled(ring: Iterator[Place]) -> Iterator[Place]:
    """The ring without its leaps from 180 to -180; if it goes all round the earth, closed by way of the pole."""
    turn, last = 0, None
    start = end = None
    for place in ring:
        x, y = place
        if last is not None and abs(x - last) > 180:
            turn += 360 if x < last else -360
        last, end = x, (x + turn, y) if turn else place
        start = start or end
        yield end
    if turn and start and end:
        pole = -90.0 if end[1] < 0 else 90.0
        yield from ((end[0], pole), (start[0], pole), start)


def _shared(countries: Mapping[str, Sequence[Sequence[Sequence[int]]]]) -> list[int]:
    """The arcs that more than one country's outline has."""
    owners: dict[int, set[str]] = {}
    for country, polygons in countries.items():
        for number in (number for rings in polygons for ring in rings for number in ring):
            owners.setdefault(number if number >= 0 else ~number, set()).add(country)
    return sorted(number for number, countries in owners.items() if len(countries) > 1)


_loading = Lock()


@lru_cache(maxsize=1)
def _load() -> _World:
    return _World(lzma.decompress(_FILE.read_bytes()))


def _world() -> _World:
    with _loading:
        return _load()
