"""A file of street maps that an owner brings: vector tiles in one archive (PMTiles, version 3), such as Protomaps makes of OpenStreetMap."""

import json
import zlib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from pmtiles.tile import (
    Compression,
    HeaderDict,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_header,
)

from parvis.lib.geo.earth import BadPoint, Box
from parvis.lib.markup import plain

HEADER = 127
"""Bytes of a header (the specification of PMTiles, version 3)."""

MOST_ABOUT = 2**20
"""What a file says of itself is read up to here, in bytes."""

LONGEST_CREDIT = 200
READ_BY_BROWSERS = {Compression.NONE, Compression.GZIP}


class Trouble(StrEnum):
    """Why a file is of no use."""

    ABSENT = "absent"
    OTHER = "other"
    OLD = "old"
    PICTURES = "pictures"
    PACKED = "packed"
    CUT = "cut"


class NotStreets(ValueError):
    """The file cannot be used as a street map; `trouble` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class StreetFile:
    """A file of street maps: its size in bytes, where it has streets, at which zooms, and whom it is owed to (no HTML)."""

    path: Path
    size: int
    changed_ns: int
    box: Box
    farthest: int
    closest: int
    credit: str

    @property
    def etag(self) -> str:
        """What changes with the file (a strong validator, RFC 9110 §8.8)."""
        return f'"{self.size:x}-{self.changed_ns:x}"'


def read_streets(path: Path) -> StreetFile:
    """What the file at a path says of itself. Raises NotStreets."""
    try:
        now = path.stat()
    except OSError:
        raise NotStreets(Trouble.ABSENT) from None
    return _read(path, now.st_size, now.st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, size: int, changed_ns: int) -> StreetFile:
    try:
        with path.open("rb") as file:
            header = _header(file)
            _refuse(header, size)
            credit = _credit(file, header)
    except OSError:
        raise NotStreets(Trouble.ABSENT) from None
    edges = [header[name] / 1e7 for name in ("min_lat_e7", "min_lon_e7", "max_lat_e7", "max_lon_e7")]
    try:
        box = Box(*edges)
    except BadPoint:
        raise NotStreets(Trouble.OTHER) from None
    return StreetFile(path, size, changed_ns, box, header["min_zoom"], header["max_zoom"], credit)


def _header(file: BinaryIO) -> HeaderDict:
    try:
        return deserialize_header(file.read(HEADER))
    except SpecVersionUnsupported:
        raise NotStreets(Trouble.OLD) from None
    except (MagicNumberNotFound, ValueError, IndexError):
        raise NotStreets(Trouble.OTHER) from None


def _refuse(header: HeaderDict, size: int) -> None:
    """Raises NotStreets for what a browser could not draw."""
    if header["tile_type"] != TileType.MVT:
        raise NotStreets(Trouble.PICTURES)
    if {header["tile_compression"], header["internal_compression"]} - READ_BY_BROWSERS:
        raise NotStreets(Trouble.PACKED)
    parts = ("root", "metadata", "leaf_directory", "tile_data")
    if any(header[f"{part}_offset"] + header[f"{part}_length"] > size for part in parts):  # type: ignore[literal-required]
        raise NotStreets(Trouble.CUT)


def _credit(file: BinaryIO, header: HeaderDict) -> str:
    """Whom the tiles are owed to, as the file says it, in plain words; nothing where it does not say."""
    file.seek(header["metadata_offset"])
    raw = file.read(min(header["metadata_length"], MOST_ABOUT))
    try:
        if header["internal_compression"] == Compression.GZIP:
            raw = zlib.decompressobj(wbits=31).decompress(raw, MOST_ABOUT)
        said = json.loads(raw)["attribution"]
    except (ValueError, KeyError, TypeError, zlib.error, RecursionError):
        return ""
    return " ".join(plain(said).split())[:LONGEST_CREDIT] if isinstance(said, str) else ""
