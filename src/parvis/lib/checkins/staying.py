"""Visits found in a trail of positions, one position at a time.

The rule is that of Dawarich (`visits` of its trackers): two positions or more, three minutes or more, no gap longer than
thirty minutes, within 50 m of where it began, which grows with the logarithm of the hours to at most 500 m.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from parvis.lib.geo.earth import Point, distance, normal_longitude

from .moments import EARLIEST

LEAST = timedelta(minutes=3)
GAP = timedelta(minutes=30)
NEAR_M = 50.0
MOST_M = 500.0
UNSURE_M = 200.0
"""A position less certain than that says nothing of a place."""


@dataclass(frozen=True, slots=True)
class Stay:
    """From when until when, in the middle of how many positions."""

    at: datetime
    until: datetime
    point: Point
    count: int


class Trail:
    """Takes positions in the order of time, and gives each stay when it is over. What jumps back in time ends a stay."""

    def __init__(self, least: timedelta = LEAST) -> None:
        self.least = least
        self.count = 0
        self._begin()

    def _begin(self) -> None:
        self.first: Point | None = None
        self.began = self.last = EARLIEST
        self.lats = self.lons = 0.0
        self.here = 0

    def take(self, at: datetime, place: Point) -> Iterator[Stay]:
        """One more position; the stay that it ends, if there was one."""
        self.count += 1
        if self.first is None or not self._belongs(at, place):
            yield from self.end()
            self.first, self.began = place, at
        self.last = at
        self.here += 1
        self.lats += place.lat
        self.lons += normal_longitude(place.lon - self.first.lon) if self.first else 0.0

    def end(self) -> Iterator[Stay]:
        """The trail is over, or breaks: the stay that it was in."""
        if self.first is not None and self.here > 1 and self.last - self.began >= self.least:
            lon = normal_longitude(self.first.lon + self.lons / self.here)
            yield Stay(self.began, self.last, Point(self.lats / self.here, lon), self.here)
        self._begin()

    def _belongs(self, at: datetime, place: Point) -> bool:
        assert self.first is not None
        if not timedelta(0) <= at - self.last <= GAP:
            return False
        hours = (at - self.began) / timedelta(hours=1)
        return distance(self.first, place) <= min(MOST_M, NEAR_M * (1 + math.log1p(hours)))
