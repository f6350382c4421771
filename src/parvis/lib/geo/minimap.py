"""A small map as SVG, for pages without JavaScript, mails and feeds: land, borders, the nearest bigger towns, and what it is of.

Drawn in the Mercator projection from what comes with Parvis; nothing is asked of anybody. Without colours of its own: classes
for the stylesheet, and `currentColor` at several strengths where there is none, so that dark pages get a dark map.
What is drawn is rounded, for the middle and the frame of a map tell a place as well as a dot does.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from parvis.lib.geo.clip import clip_line, clip_ring
from parvis.lib.geo.earth import RADIUS_M, Box, Point
from parvis.lib.geo.precision import Snapped
from parvis.lib.geo.towns import Town, biggest_in
from parvis.lib.geo.world import Line, Place, Polygon, borders, countries, land, largest_of

TILE = 256
"""Pixels round the equator at zoom 0, as everywhere on the web."""

CLOSEST = 11.0
"""The outlines are drawn for maps of the world: closer, there is nothing to see."""

MOST_TOWNS = 6
BORDERLESS = 0.5
"""What share of the earth is on a map that is too small for borders."""

LAND_LETTERS = 4_000
BORDER_LETTERS = 1_300
"""How long an outline may be: one that is longer is drawn with fewer corners, and without its smallest pieces."""

BARE_LETTERS = 1_500, 400
"""The same for the land and the borders of a bare map: mails are cut off by some providers after a hundred thousand."""

STEP = 16
STEPS_OF_ZOOM = 4
"""Maps begin at such pixels and zooms, so that those of neighbours share what lies beneath."""

NORTHERNMOST = 85.0
LETTER = 6.3  # pixels, a little more than most letters of the map take
DOT = 5
TURNS = (0, 360, -360, 720, -720)


def mini_map(
    places: Sequence[Snapped],
    *,
    label: str,
    language: str = "en",
    zoom: float | None = None,
    width: int = 320,
    height: int = 200,
    is_bare: bool = False,
) -> str:
    """The map as an `<svg>` element that shows all the places and is called `label`; of no places, the whole world.

    `zoom` as on the web (0 the world in 256 pixels, each step twice as large); by itself, what shows all the places and some
    land. A place with a radius is drawn as a disc that size, or larger than a dot: it never looks like a point. Its own numbers are pixels, without decimals: nothing in it
    tells a place more exactly than the places given do.

    `is_bare`: without a word in it, and shorter, for mails and feeds. A program that shows no drawings shows their words.
    """
    return _drawn_map(tuple(places), label, language, zoom, (width, height), is_bare)


@lru_cache(maxsize=256)
def _drawn_map(
    places: Sequence[Snapped],
    label: str,
    language: str,
    zoom: float | None,
    size: tuple[int, int],
    is_bare: bool,
) -> str:
    width, height = size
    view = _view(places, zoom, width, height)
    named = f' aria-label="{escape(label)}">' if is_bare else f"><title>{escape(label)}</title>"
    parts = [
        f'<svg class="map" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img"{named}',
        _beneath(view, *(BARE_LETTERS if is_bare else (LAND_LETTERS, BORDER_LETTERS))),
        *(() if is_bare else _towns(view, places, language)),
        *_marks(view, places),
        "</svg>",
    ]
    return "".join(parts)


@lru_cache(maxsize=128)
def _beneath(view: "_View", land_letters: int, border_letters: int) -> str:
    """Sea, land and borders, in so many letters."""
    land_how = 'fill="currentColor" fill-opacity=".16" fill-rule="evenodd"'
    border_how = 'fill="none" stroke="currentColor" stroke-opacity=".4"'
    return (
        f'<rect class="map-sea" width="{view.width}" height="{view.height}" fill="currentColor" fill-opacity=".05"/>'
        + _path("map-land", _outlines(view), land_how, land_letters)
        + _path("map-border", _border_lines(view), border_how, border_letters)
    )


@dataclass(frozen=True, slots=True)
class _View:
    """What part of the world is on the map: the pixel of the whole world that is at its upper left, at a scale."""

    left: float
    top: float
    scale: float
    width: int
    height: int

    def at(self, lat: float, lon: float) -> tuple[float, float]:
        return _x(lon) * self.scale - self.left, _y(lat) * self.scale - self.top

    def shown(self, point: Point) -> tuple[int, int] | None:
        """Where a point is on the map, if it is on it."""
        for turn in TURNS:
            x, y = self.at(point.lat, point.lon + turn)
            if -DOT <= x <= self.width + DOT and -DOT <= y <= self.height + DOT:
                return round(x), round(y)
        return None

    def edges(self) -> tuple[float, float, float, float]:
        """South, west, north and east in degrees; west and east go on beyond 180."""
        west, east = self.left / self.scale * 360 - 180, (self.left + self.width) / self.scale * 360 - 180
        return _lat((self.top + self.height) / self.scale), west, _lat(self.top / self.scale), east

    def box(self) -> Box:
        """The map's edges in degrees."""
        south, west, north, east = self.edges()
        if east - west >= 360:
            return Box(south, -180.0, north, 180.0)
        return Box(south, Point(0, _home(west)).lon, north, Point(0, _home(east)).lon)


def _x(lon: float) -> float:
    return (lon + 180) / 360


def _y(lat: float) -> float:
    up = math.radians(max(-NORTHERNMOST, min(NORTHERNMOST, lat)))
    return 0.5 - math.asinh(math.tan(up)) / (2 * math.pi)


def _lat(y: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * min(1.0, max(0.0, y))))))


def _home(lon: float) -> float:
    return (lon + 180) % 360 - 180


def _view(places: Sequence[Snapped], zoom: float | None, width: int, height: int) -> _View:
    box = _box(places)
    y0, y1 = _y(box.north), _y(box.south)
    farthest = math.log2(width / TILE)
    if zoom is None:
        zoom = math.floor(_fitting(places, box, width, height) * STEPS_OF_ZOOM) / STEPS_OF_ZOOM
    scale = TILE * 2 ** max(farthest, min(CLOSEST, zoom))
    middle_x = (box.west + box.width / 2 + 180) / 360
    left, top = middle_x * scale - width / 2, (y0 + y1) / 2 * scale - height / 2
    return _View(round(left / STEP) * STEP, round(top / STEP) * STEP, scale, width, height)


def _box(places: Sequence[Snapped]) -> Box:
    """What must be seen: the places; of a country that is told as such, its largest piece."""
    points = [place.point for place in places]
    for place in places:
        if place.town is None and (country := largest_of(place.country)):
            points += [Point(country.south, _home(country.west)), Point(country.north, _home(country.east))]
    return Box.of(points) or Box(-60.0, -180.0, 75.0, 180.0)


def _fitting(places: Sequence[Snapped], box: Box, width: int, height: int) -> float:
    """The closest zoom at which all takes up half of the map at most, and one still sees where in a country it is."""
    stretch = 1 / math.cos(math.radians(min(NORTHERNMOST, max(abs(box.south), abs(box.north)))))
    share = 0.6 if places else 0.95
    across, down = box.width / 360, _y(box.south) - _y(box.north)
    fits = min(
        math.log2(room * share / TILE / max(size, 1e-9)) for room, size in ((width, across), (height, down))
    )
    return min(7.0 - math.log2(stretch), fits)


def _outlines(view: _View, polygons: Sequence[Polygon] | None = None) -> Iterator[list[Place]]:
    for polygon, turn in _in_sight(view, land() if polygons is None else polygons):
        for ring in polygon.rings:
            clipped = clip_ring(_drawn(view, ring, turn), view.width, view.height)
            if len(clipped) > 2:
                yield [*clipped, clipped[0]]


def _border_lines(view: _View) -> Iterator[list[Place]]:
    if view.width / view.scale > BORDERLESS:
        return
    for line, turn in _in_sight(view, borders()):
        yield from clip_line(_drawn(view, line.places, turn), view.width, view.height)


def _in_sight[Shape: Polygon | Line](view: _View, shapes: Sequence[Shape]) -> Iterator[tuple[Shape, int]]:
    """What may be on the map, and by how many degrees to turn it to be there."""
    south, west, north, east = view.edges()
    for shape in shapes:
        if shape.north < south or shape.south > north:
            continue
        for turn in TURNS:
            if shape.east + turn >= west and shape.west + turn <= east:
                yield shape, turn


def _drawn(view: _View, line: Sequence[Place], turn: int) -> list[Place]:
    return [view.at(lat, lon + turn) for lon, lat in line]


def _path(css: str, lines: Iterator[list[Place]], how: str, most: int) -> str:
    """The lines as one path, with as many corners as there is room for."""
    kept, drawn = list(lines), ""
    for apart in (1, 2, 3, 4, 6, 9, 14):
        drawn = "".join(_line(line, apart) for line in kept)
        if len(drawn) <= most:
            break
    return f'<path class="{css}" d="{drawn}" {how}/>' if drawn else ""


def _line(places: Sequence[Place], apart: int) -> str:
    """Whole pixels, each as a step from the last; nothing of a line that is smaller than two steps."""
    steps: list[str] = []
    (x, y), end = _pixel(places[0]), _pixel(places[-1])
    steps.append(f"M{x} {y}l")
    for place in places[1:]:
        at = _pixel(place)
        if (
            abs(at[0] - x) >= apart
            or abs(at[1] - y) >= apart
            or (at == end and (x, y) != end and len(steps) > 1)
        ):
            steps.append(f"{at[0] - x} {at[1] - y} ")
            x, y = at
    return "".join(steps).rstrip().replace(" -", "-") if len(steps) > 2 else ""


def _pixel(place: Place) -> tuple[int, int]:
    return round(place[0]), round(place[1])


def _towns(view: _View, places: Sequence[Snapped], language: str) -> Iterator[str]:
    """Dots and names of the biggest towns in sight, none over another, nor over what the map is of."""
    taken = [
        (x - 8, y - 8, x + 8, y + 8) for x, y in filter(None, (view.shown(place.point) for place in places))
    ]
    named = 0
    for town in _biggest(view):
        at = view.shown(town.point)
        if at is None or named == MOST_TOWNS:
            continue
        if place := _room_for(town, town.name_in(language), at, taken, view):
            taken.append(place)
            named += 1
            yield _town(town.name_in(language), at, ends=place[0] < at[0] - 8)


@lru_cache(maxsize=128)
def _biggest(view: _View) -> Sequence[Town]:
    return biggest_in(view.box(), count=40)


def _room_for(
    town: Town, name: str, at: tuple[int, int], taken: Sequence[tuple[int, int, int, int]], view: _View
) -> tuple[int, int, int, int] | None:
    """Where a town's name fits, to the right of its dot or to the left."""
    x, y = at
    long = math.ceil(len(name) * LETTER) + 6
    for left in (x - 3, x - long + 3):
        box = (left, y - 7, left + long, y + 7)
        within = box[0] >= 0 and box[1] >= 0 and box[2] <= view.width and box[3] <= view.height
        if within and not any(_overlap(box, other) for other in taken):
            return box
    return None


def _overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _town(name: str, at: tuple[int, int], *, ends: bool) -> str:
    x, y = at
    anchor = ' text-anchor="end"' if ends else ""
    return (
        f'<circle class="map-town" cx="{x}" cy="{y}" r="2" fill="currentColor" fill-opacity=".6"/>'
        f'<text class="map-name" x="{x - 5 if ends else x + 5}" y="{y + 4}"{anchor} font-size="11"'
        f' font-family="sans-serif" fill="currentColor" fill-opacity=".75">{escape(name)}</text>'
    )


def _marks(view: _View, places: Sequence[Snapped]) -> Iterator[str]:
    for place in places:
        if at := view.shown(place.point):
            yield _mark(view, place, at)


def _is_seen(view: _View, country: str) -> bool:
    """Whether a country is larger than a dot."""
    piece = largest_of(country)
    return piece is not None and (piece.east - piece.west) / 360 * view.scale > 2 * DOT


def _mark(view: _View, place: Snapped, at: tuple[int, int]) -> str:
    x, y = at
    if place.town is None and _is_seen(view, place.country):
        outlines = countries()[place.country]
        how = 'fill="currentColor" fill-opacity=".3" fill-rule="evenodd" stroke="currentColor"'
        return _path("map-around", _outlines(view, outlines), how, BORDER_LETTERS)
    stretch = 1 / math.cos(math.radians(min(NORTHERNMOST, abs(place.point.lat))))
    radius = round(place.radius_m * stretch / (2 * math.pi * RADIUS_M) * view.scale)
    if not place.radius_m:
        return f'<circle class="map-place" cx="{x}" cy="{y}" r="{DOT}" fill="currentColor"/>'
    return (
        f'<circle class="map-around" cx="{x}" cy="{y}" r="{max(DOT + 1, radius)}" fill="currentColor" fill-opacity=".3"'
        ' stroke="currentColor"/>'
    )
