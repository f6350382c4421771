"""A small file of street maps for tests: a world that is nothing but water, with a road across each tile of zoom 1.

The tiles are written by hand (Mapbox Vector Tile 2.1; protocol buffers).
"""

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import write

LEMAN = {"min_lon_e7": 60000000, "min_lat_e7": 460000000, "max_lon_e7": 70000000, "max_lat_e7": 470000000}
POLYGON, LINE = 3, 2
SIDE = 4096


def number(value: int) -> bytes:
    """A whole number, seven bits a byte."""
    told = b""
    while value > 0x7F:
        told += bytes([value & 0x7F | 0x80])
        value >>= 7
    return told + bytes([value])


def field(key: int, value: int | bytes) -> bytes:
    """A field of a message: a number, or bytes with their length."""
    if isinstance(value, int):
        return number(key << 3) + number(value)
    return number(key << 3 | 2) + number(len(value)) + value


def packed(values: Sequence[int]) -> bytes:
    return b"".join(map(number, values))


def layer(name: str, kind: int, geometry: Sequence[int], about: str) -> bytes:
    """A layer with one feature, whose `kind` is `about`."""
    feature = field(2, packed([0, 0])) + field(3, kind) + field(4, packed(geometry))
    value = field(1, about.encode())
    parts = field(1, name.encode()) + field(2, feature) + field(3, b"kind") + field(4, value)
    return field(3, parts + field(5, SIDE) + field(15, 2))


def steps(*places: tuple[int, int]) -> list[int]:
    """Steps from place to place, each number with its sign as the last bit."""
    return [(step << 1) ^ (step >> 31) for place in places for step in place]


MOVE, LINES, CLOSE = 1 | 1 << 3, 2, 7 | 1 << 3
WORLD = [MOVE, *steps((0, 0)), LINES | 3 << 3, *steps((SIDE, 0), (0, SIDE), (-SIDE, 0)), CLOSE]
ACROSS = [MOVE, *steps((0, SIDE // 2)), LINES | 1 << 3, *steps((SIDE, 0))]
WATER = layer("water", POLYGON, WORLD, "ocean")
ROAD = layer("roads", LINE, ACROSS, "highway")


def street_file(path: Path, *, attribution: str = "© Somebody", **header: Any) -> Path:
    """Write it, with these things in its header."""
    usual = {"tile_type": TileType.MVT, "tile_compression": Compression.GZIP, **LEMAN}
    with write(path) as writer:
        writer.write_tile(zxy_to_tileid(0, 0, 0), gzip.compress(WATER, mtime=0))
        for tile in range(zxy_to_tileid(1, 0, 0), zxy_to_tileid(2, 0, 0)):
            writer.write_tile(tile, gzip.compress(WATER + ROAD, mtime=0))
        writer.finalize(usual | header, {"attribution": attribution})
    return path
