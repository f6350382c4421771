"""The time zone a place keeps (boundaries of OpenStreetMap, by tzfpy)."""

from tzfpy import get_tz

from parvis.lib.geo.earth import Point


def zone_of(point: Point) -> str:
    """The name of the place's time zone in the tz database; on the open sea, and at the poles, "Etc/GMT…" or "UTC"."""
    return get_tz(point.lon, point.lat) or "UTC"
