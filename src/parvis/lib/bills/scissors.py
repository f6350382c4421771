"""The lines along which receipt and payment part are cut, each with a pair of scissors (IG QR-bill 2.3, §3.7)."""

import math

from .marks import PAGE_HEIGHT, PAGE_WIDTH, Mark, Shape, Stroke

LENGTH = 5.0
_RING, _HOLE = 0.85, 0.5
_BLADE = 0.22


def across(y: float) -> list[Mark]:
    """A line across the page, above the payment part and the receipt."""
    return [Stroke(0, y, PAGE_WIDTH, y, dash=1), *_scissors(6, y, upright=False)]


def downwards(x: float, y: float) -> list[Mark]:
    """A line down to the page's foot, between the receipt and the payment part."""
    return [Stroke(x, y, x, PAGE_HEIGHT, dash=1), *_scissors(x, y + 6, upright=True)]


def _scissors(x: float, y: float, *, upright: bool) -> list[Mark]:
    """Two rings and two blades that cross, pointing to the right, or down when upright."""
    rings = tuple(
        _turned([_on_circle(side * 1.05, radius, step) for step in range(24)], upright=upright)
        for side in (-1, 1)
        for radius in (_RING, _HOLE)
    )
    blades = tuple(
        _turned(
            [
                (1.5, side * 0.62),
                (LENGTH, -side * 0.85),
                (LENGTH - 0.6, -side * (0.85 - 2 * _BLADE)),
                (1.5, side * 1.05),
            ],
            upright=upright,
        )
        for side in (-1, 1)
    )
    return [Shape(x, y, rings), *(Shape(x, y, (blade,)) for blade in blades)]


def _on_circle(middle: float, radius: float, step: int) -> tuple[float, float]:
    angle = step * math.tau / 24
    return 0.85 + radius * math.cos(angle), middle + radius * math.sin(angle)


def _turned(points: list[tuple[float, float]], *, upright: bool) -> tuple[tuple[float, float], ...]:
    return tuple((across, along) if upright else (along, across) for along, across in points)
