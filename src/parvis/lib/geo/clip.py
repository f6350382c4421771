"""Rings and lines cut at the edges of a drawing that begins at (0, 0)."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

type Place = tuple[float, float]

MARGIN = 2.0
"""Cut a little outside, so that no outline runs along the edge."""


def clip_ring(ring: Sequence[Place], width: float, height: float) -> list[Place]:
    """What of a closed ring lies within (Sutherland & Hodgman 1974); pieces hang together along the edges."""
    for axis, limit, sign in (
        (0, -MARGIN, 1),
        (0, width + MARGIN, -1),
        (1, -MARGIN, 1),
        (1, height + MARGIN, -1),
    ):
        ring = list(_cut(ring, axis, limit, sign))
        if not ring:
            break
    return list(ring)


def _cut(ring: Sequence[Place], axis: int, limit: float, sign: int) -> Iterator[Place]:
    """The part of a ring on one side of one edge."""
    if not ring:
        return
    before = ring[-1]
    was_in = sign * (before[axis] - limit) >= 0
    for place in ring:
        is_in = sign * (place[axis] - limit) >= 0
        if is_in != was_in:
            yield _crossing(before, place, axis, limit)
        if is_in:
            yield place
        before, was_in = place, is_in


def _crossing(one: Place, other: Place, axis: int, limit: float) -> Place:
    share = (limit - one[axis]) / (other[axis] - one[axis])
    along = one[1 - axis] + share * (other[1 - axis] - one[1 - axis])
    return (limit, along) if axis == 0 else (along, limit)


def clip_line(line: Sequence[Place], width: float, height: float) -> Iterator[list[Place]]:
    """The pieces of a line that lie within (each step by Liang & Barsky 1984)."""
    piece: list[Place] = []
    for one, other in pairwise(line):
        kept = _within(one, other, width, height)
        if kept is None:
            continue
        start, end = kept
        if not piece or piece[-1] != start:
            if len(piece) > 1:
                yield piece
            piece = [start]
        piece.append(end)
    if len(piece) > 1:
        yield piece


def _within(one: Place, other: Place, width: float, height: float) -> tuple[Place, Place] | None:
    dx, dy = other[0] - one[0], other[1] - one[1]
    enter, leave = 0.0, 1.0
    for towards, room in (
        (-dx, one[0] + MARGIN),
        (dx, width + MARGIN - one[0]),
        (-dy, one[1] + MARGIN),
        (dy, height + MARGIN - one[1]),
    ):
        if towards == 0:
            if room < 0:
                return None
        elif towards < 0:
            enter = max(enter, room / towards)
        else:
            leave = min(leave, room / towards)
    if enter > leave:
        return None
    start = one if enter == 0 else (one[0] + enter * dx, one[1] + enter * dy)
    end = other if leave == 1 else (one[0] + leave * dx, one[1] + leave * dy)
    return start, end
