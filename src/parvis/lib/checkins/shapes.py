"""Which format a file has, by what stands in it; its name is never asked."""

import re
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

import ijson
from ijson.common import JSONError

from .guarded import BOM
from .jsons import guarded
from .records import Reason, Unreadable
from .xmls import root_of

HEAD = 256 * 1024
"""Bytes that tell what a file is."""
MOST_EVENTS = 20_000
RECORDER = re.compile(rb"\d{4}-\d\d-\d\dT[0-9:.]{2,20}Z?\t[^\n]{0,200}\{")
SWARM_OTHERS = frozenset(
    {
        "venueLikes",
        "venueOkays",
        "venueDislikes",
        "lists",
        "tastes",
        "shares",
        "uniqueDevices",
        "paymentProfiles",
    }
)
SETTINGS = frozenset({"deviceSettings", "timelineEdits", "gaiaId", "hasReportedLocations"})


class Format(StrEnum):
    SWARM = "swarm"
    SWARM_VISITS = "swarm-visits"
    GOOGLE_RECORDS = "google-records"
    GOOGLE_SEMANTIC = "google-semantic"
    GOOGLE_SEGMENTS = "google-segments"
    GEOJSON = "geojson"
    OUR_LINES = "our-lines"
    GPX = "gpx"
    KML = "kml"
    OWNTRACKS = "owntracks"


@dataclass(frozen=True)
class Shape:
    """A format, and for JSON the path of its things."""

    format: Format
    path: str = ""


KEYS = (
    ("timelineObjects", Shape(Format.GOOGLE_SEMANTIC, "timelineObjects.item")),
    ("semanticSegments", Shape(Format.GOOGLE_SEGMENTS, "semanticSegments.item")),
    ("rawSignals", Shape(Format.GOOGLE_SEGMENTS, "semanticSegments.item")),
    ("userLocationProfile", Shape(Format.GOOGLE_SEGMENTS, "semanticSegments.item")),
    ("features", Shape(Format.GEOJSON, "features.item")),
    ("locations.item.geometry", Shape(Format.GEOJSON, "locations.item")),
    ("locations.item.latitudeE7", Shape(Format.GOOGLE_RECORDS, "locations.item")),
    ("locations.item.timestampMs", Shape(Format.GOOGLE_RECORDS, "locations.item")),
    ("locations.item.timestamp", Shape(Format.GOOGLE_RECORDS, "locations.item")),
    ("response.checkins.items", Shape(Format.SWARM, "response.checkins.items.item")),
    ("response.checkin", Shape(Format.SWARM, "response.checkin")),
    ("item.response.checkins.items", Shape(Format.SWARM, "item.response.checkins.items.item")),
    ("checkins.items", Shape(Format.SWARM, "checkins.items.item")),
    ("_type", Shape(Format.OWNTRACKS)),
    ("item.visit", Shape(Format.GOOGLE_SEGMENTS, "item")),
    ("item.activity", Shape(Format.GOOGLE_SEGMENTS, "item")),
    ("item.timelinePath", Shape(Format.GOOGLE_SEGMENTS, "item")),
)


def shape_of(head: bytes) -> Shape:
    """The format of a file that begins like this. Raises Unreadable for what holds no check-ins, and says why."""
    start = head.removeprefix(BOM).lstrip()
    if not start:
        raise Unreadable(Reason.NOTHING)
    if start[:1] == b"<":
        return of_xml(start)
    if RECORDER.match(start):
        return Shape(Format.OWNTRACKS)
    if start[:1] in {b"{", b"["}:
        return of_json(start)
    raise Unreadable(Reason.ENCRYPTED if b"encrypted" in start[:4096].lower() else Reason.UNKNOWN)


def of_xml(head: bytes) -> Shape:
    root = root_of(head)
    if root in {"gpx", "kml"}:
        return Shape(Format(root))
    raise Unreadable(Reason.UNKNOWN)


def of_json(head: bytes) -> Shape:
    """By the keys that stand at its beginning."""
    seen = paths_in(head)
    for key, shape in KEYS:
        if key in seen:
            return shape
    for path in ("items.item", "item", ""):
        if found := swarm_at(seen, path):
            return found
    if "off_grid" in seen and "at" in seen:
        return Shape(Format.OUR_LINES)
    if seen.keys() & SETTINGS:
        raise Unreadable(Reason.SETTINGS)
    if any("encrypt" in key.lower() for key in seen):
        raise Unreadable(Reason.ENCRYPTED)
    if seen.keys() & SWARM_OTHERS or "items" in seen:
        raise Unreadable(Reason.OTHER)
    raise Unreadable(Reason.NOTHING if set(seen) <= {"", "locations"} else Reason.UNKNOWN)


def swarm_at(seen: dict[str, object], path: str) -> Shape | None:
    """What Swarm keeps in the things at this path."""

    def has(key: str) -> bool:
        return f"{path}.{key}".lstrip(".") in seen

    if has("startTime") and has("venueId"):
        return Shape(Format.SWARM_VISITS, path)
    kind = seen.get(f"{path}.type".lstrip("."))
    if has("createdAt") and (kind == "checkin" or (kind is None and has("venue") and not has("text"))):
        return Shape(Format.SWARM, path)
    return None


def paths_in(head: bytes) -> dict[str, object]:
    """The paths at the beginning of some JSON, each with the first value that stands there. Raises Unreadable."""
    seen: dict[str, object] = {}
    try:
        for count, (path, event, value) in enumerate(ijson.parse(guarded(BytesIO(head)), use_float=True)):
            if count > MOST_EVENTS:
                break
            if event != "map_key" and path.count(".") < 6:
                seen.setdefault(path, value)
    except (JSONError, ValueError, UnicodeError, OverflowError):
        pass  # a head ends anywhere, and lines of JSON are many texts
    return seen
