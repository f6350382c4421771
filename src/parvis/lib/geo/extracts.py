"""Places in an extract of OpenStreetMap (.osm.pbf and whatever else osmium reads), one at a time.

Three readings, each in the order of the file: the nodes with a name; the ways with one; the nodes that those ways need.
What is kept meanwhile are the named ways that are places, and where their nodes are: some hundred bytes each.
osmium is an extra (`osm`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parvis.lib.geo.categories import categories_of_osm_tags, category
from parvis.lib.geo.earth import BadPoint, Box, Point, distance


class NoReader(Exception):
    """osmium is not installed."""


class Unreadable(Exception):
    """This is no extract that can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A named thing with a category; `identifier` is OpenStreetMap's (`node/123`), `radius` in metres."""

    identifier: str
    name: str
    name_fr: str
    name_en: str
    category: str
    street: str
    point: Point
    radius: int = 0


@dataclass(frozen=True, slots=True)
class _Way:
    number: int
    tags: Mapping[str, str]
    nodes: Sequence[int]


def places(path: Path, area: Box | None = None) -> Iterator[Place]:
    """The named nodes, and the named ways by their middle, that are of a kind of place; nobody's homes. Raises NoReader, Unreadable."""
    try:
        import osmium  # noqa: PLC0415 - it is an extra
    except ImportError as missing:
        raise NoReader from missing
    try:
        yield from _nodes(osmium, str(path), area)
        yield from _ways(osmium, str(path), area)
    except RuntimeError as mistake:
        raise Unreadable(str(mistake)) from mistake


def _nodes(osmium: Any, path: str, area: Box | None) -> Iterator[Place]:
    named = osmium.filter.KeyFilter("name")
    for node in osmium.FileProcessor(path, osmium.osm.NODE).with_filter(named):
        kind = _kind(node.tags)
        if kind and node.location.valid():
            point = _point(node.location.lat, node.location.lon)
            if point is not None and (area is None or area.holds(point)):
                yield _place(f"node/{node.id}", dict(node.tags), kind, point, 0)


def _ways(osmium: Any, path: str, area: Box | None) -> Iterator[Place]:
    named = osmium.filter.KeyFilter("name")
    ways = [
        _Way(way.id, dict(way.tags), [node.ref for node in way.nodes])
        for way in osmium.FileProcessor(path, osmium.osm.WAY).with_filter(named)
        if _kind(way.tags)
    ]
    if not ways:
        return
    needed = osmium.filter.IdFilter({number for way in ways for number in way.nodes})
    where = {
        node.id: (node.location.lat, node.location.lon)
        for node in osmium.FileProcessor(path, osmium.osm.NODE).with_filter(needed)
        if node.location.valid()
    }
    for way in ways:
        points = [point for number in way.nodes if number in where and (point := _point(*where[number]))]
        box = Box.of(points)
        if box is not None and (area is None or area.holds(box.center)):
            reach = max(distance(box.center, point) for point in points)
            yield _place(f"way/{way.number}", way.tags, _kind(way.tags), box.center, round(reach))


def _kind(tags: Any) -> str:
    """The key of the category; nothing for what is none, and for where somebody lives."""
    key = categories_of_osm_tags(dict(tags)) or ""
    kind = category(key) if key else None
    return key if kind is not None and not kind.is_private_by_nature else ""


def _point(lat: float, lon: float) -> Point | None:
    try:
        return Point(lat, lon)
    except BadPoint:
        return None


def _place(identifier: str, tags: Mapping[str, str], kind: str, point: Point, radius: int) -> Place:
    street = " ".join(filter(None, (tags.get("addr:street", ""), tags.get("addr:housenumber", ""))))
    return Place(
        identifier=identifier,
        name=tags["name"],
        name_fr=_other(tags, "name:fr"),
        name_en=_other(tags, "name:en"),
        category=kind,
        street=street[:200],
        point=point,
        radius=radius,
    )


def _other(tags: Mapping[str, str], key: str) -> str:
    """A name in another language; nothing where it is that at the door."""
    name = " ".join(tags.get(key, "").split())[:200]
    return "" if name == tags["name"] else name
