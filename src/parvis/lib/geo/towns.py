"""The towns of the world with some 5,000 people or more (GeoNames), which come with Parvis: the nearest, and by name.

Loaded at the first question, 0.01° exact, in packed arrays; `scripts/geo/towns.py` makes the file.
"""

import lzma
import math
import re
import struct
import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock

from parvis.lib.geo.cells import Neighbour, Range, nearest, number_of
from parvis.lib.geo.earth import Box, Point, metres, middle
from parvis.lib.text.search import fold

DECIMALS = 2
MAGIC = b"parvis-towns-1\n"
PARTS = 9
_FILE = Path(__file__).parent / "data" / "towns.bin.xz"
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_MOST_READ = 5_000
"""Of the towns that answer to a letter or two, the biggest ones are weighed."""

_EXACT = 1.0
_INSIDE = -1.0
"""In powers of ten of people: what a whole name, or a word inside of one, is worth."""

_FIRST_M = 5_000.0
"""Where the search for a town begins: in most places where people are, one lies within."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A town; `id` is GeoNames', `country` ISO 3166, `zone` of the tz database.

    `name` is GeoNames' own; `english`, `french` and `local` are other names, empty where not known.
    `within` is the id of the bigger town that has swallowed it, or its own.
    """

    id: int
    name: str
    english: str
    french: str
    local: str
    country: str
    point: Point
    population: int
    zone: str
    within: int

    def name_in(self, language: str) -> str:
        """The town's name for a reader of "fr" or "en" (any other language: the local name)."""
        if language.startswith("fr"):
            return self.french or self.name
        if language.startswith("en"):
            return self.english or self.name
        return self.local or self.name


def town(id: int) -> Town | None:
    """The town that GeoNames gives this number, if it comes with Parvis."""
    row = _towns().rows.get(id)
    return None if row is None else _towns()[row]


def nearest_town(point: Point) -> Town:
    """The nearest town, however far; never a quarter, nor a place within a bigger town."""
    return nearest_and_distance(point)[0]


@lru_cache(maxsize=4096)
def nearest_and_distance(point: Point) -> tuple[Town, float]:
    """As `nearest_town`, with its distance in metres."""
    return nearest_with_distance(point)[0]


def nearest_with_distance(
    point: Point, *, count: int = 1, most_m: float | None = None
) -> list[tuple[Town, float]]:
    """The nearest towns with their distance in metres, nearest first; no quarters, nor places within bigger towns."""
    towns = _towns()
    return [(towns[found.id], found.metres) for found in towns.nearest(point, count, most_m)]


def biggest_in(box: Box, *, count: int) -> list[Town]:
    """The towns with the most people in the box, biggest first."""
    towns = _towns()
    return [towns[row] for row in towns.biggest_in(box, count)]


def middle_of(country: str) -> Town | None:
    """The town in the middle of a country's towns (ISO 3166); None of a country without any."""
    towns = _towns()
    row = towns.middle_of(country)
    return None if row is None else towns[row]


def find_towns(words: str, *, limit: int, near: Point | None = None) -> list[Town]:
    """Towns whose name, or a word in it, begins with these words, without regard to accents, in any of its names.

    Bigger ones first; with `near`, nearer ones of the same size before farther ones. Places within bigger towns count.
    """
    towns = _towns()
    return [towns[row] for row in towns.find(key(words), limit, near)]


def key(name: str) -> str:
    """A name as it is compared: without accents, signs and case."""
    return _BETWEEN_WORDS.sub(" ", fold(name).replace("'", " ")).strip()


class _Towns:
    """All towns, most people first, a column an array; `_by_cell` has the rows of those within no other by their cells."""

    def __init__(self, raw: bytes) -> None:
        words, *columns = _parts(raw)
        countries, zones, self._names = words.decode().split("\n", 2)
        self._countries, self._zones = countries.split(" "), zones.split(" ")
        (
            self._ids,
            self._people,
            self._lats,
            self._lons,
            self._country,
            self._zone,
            self._within,
            self._by_cell,
        ) = (_column(kind, column) for kind, column in zip("IIhhBHII", columns, strict=True))
        self._starts = array("I", [0, *(found.end() for found in re.finditer("\n", self._names))])

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, row: int) -> Town:
        name, english, french, local = [*self._names_of(row), "", "", ""][:4]
        return Town(
            id=self._ids[row],
            name=name,
            english=english,
            french=french,
            local=local,
            country=self.country_of(row),
            point=Point(*self._degrees(row)),
            population=self._people[row],
            zone=self._zones[self._zone[row]],
            within=self._ids[self._within[row]],
        )

    def country_of(self, row: int) -> str:
        return self._countries[self._country[row]]

    def is_main(self, row: int) -> bool:
        return self._within[row] == row

    @cached_property
    def rows(self) -> dict[int, int]:
        return {id: row for row, id in enumerate(self._ids)}

    def nearest(self, point: Point, count: int, most_m: float | None) -> list[Neighbour[int]]:
        return nearest(self._in_ranges, point, count=count, most_m=most_m, first_m=_FIRST_M)

    def biggest_in(self, box: Box, count: int) -> list[int]:
        found = (row for row in range(len(self)) if self.is_main(row) and box.has(*self._degrees(row)))
        return [row for row, _ in zip(found, range(count), strict=False)]

    def middle_of(self, country: str) -> int | None:
        if country not in self._countries:
            return None
        number = self._countries.index(country)
        rows = [row for row, one in enumerate(self._country) if one == number and self.is_main(row)]
        center = middle(self._degrees(row) for row in rows)
        return min(rows, key=lambda row: (metres(center.lat, center.lon, *self._degrees(row)), row))

    def find(self, words: str, limit: int, near: Point | None) -> list[int]:
        if not words or limit <= 0:
            return []
        best: dict[int, float] = {}
        for row, worth in self._answering_to(words):
            best[row] = max(worth, best.get(row, worth))
        weight = {row: worth + self._weight(row, near) for row, worth in best.items()}
        return sorted(weight, key=lambda row: (-weight[row], row))[:limit]

    def _answering_to(self, words: str) -> Iterator[tuple[int, float]]:
        keys, starts, rows = self._keys
        for before, worth in (("\n", 0.0), (" ", _INSIDE)):
            at, read = keys.find(before + words), 0
            while at >= 0 and read < _MOST_READ:
                end = at + len(before + words)
                whole = before == "\n" and keys[end] == "\n"
                yield rows[bisect_right(starts, at) - 1], _EXACT if whole else worth
                at, read = keys.find(before + words, end), read + 1

    def _weight(self, row: int, near: Point | None) -> float:
        people = math.log10(self._people[row] + 1_000)
        if near is None:
            return people
        away = metres(near.lat, near.lon, *self._degrees(row))
        return people - math.log10(away + 10_000)

    def _names_of(self, row: int) -> list[str]:
        end = self._starts[row + 1] - 1 if row + 1 < len(self._starts) else len(self._names)
        return self._names[self._starts[row] : end].split("\t")

    def _degrees(self, row: int) -> tuple[float, float]:
        return self._lats[row] / 100, self._lons[row] / 100

    def _in_ranges(self, ranges: Sequence[Range]) -> Iterator[tuple[int, float, float]]:
        cells = self._cells
        for low, high in ranges:
            first = bisect_left(cells, low)
            for row in self._by_cell[first : bisect_right(cells, high, first)]:
                yield row, *self._degrees(row)

    @cached_property
    def _cells(self) -> "array[int]":
        """The cells of the rows in `_by_cell`: numbers are found twenty times faster than what has to be asked for them."""
        return array("Q", (number_of(*self._degrees(row)) for row in self._by_cell))

    @cached_property
    def _keys(self) -> "tuple[str, array[int], array[int]]":
        """All names as they are compared, a line each, where each begins, and the row it is of."""
        starts, rows, lines, at = array("I"), array("I"), [], 0
        for row, names in enumerate(self._names.split("\n")):
            for name in {key(name) for name in names.split("\t") if name}:
                starts.append(at)
                rows.append(row)
                lines.append(name)
                at += 1 + len(name)
        return "\n" + "\n".join(lines) + "\n", starts, rows


def _parts(raw: bytes) -> Iterator[bytes]:
    """The parts of the file: after the magic come their lengths, then they."""
    sizes = struct.unpack_from(f"<{PARTS}I", raw, len(MAGIC))
    at = len(MAGIC) + 4 * PARTS
    for size in sizes:
        yield raw[at : at + size]
        at += size


def _column(kind: str, packed: bytes) -> "array[int]":
    column: array[int] = array(kind, packed)
    if sys.byteorder == "big":
        column.byteswap()
    return column


_loading = Lock()


@lru_cache(maxsize=1)
def _load() -> _Towns:
    return _Towns(lzma.decompress(_FILE.read_bytes()))


def _towns() -> _Towns:
    with _loading:
        return _load()
