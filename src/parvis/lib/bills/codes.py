"""QR codes as modules, and the Swiss cross in the middle of one."""

from functools import lru_cache

import segno

from .marks import Code, Mark, rectangle

SIDE = 46.0
"""A Swiss QR code without its quiet zone, in millimetres (IG QR-bill 2.3, §6.4); EPC codes are drawn as large."""
CROSS = 7.0


@lru_cache(maxsize=64)
def modules(payload: str) -> tuple[tuple[bool, ...], ...]:
    """The QR code of a text: UTF-8, error correction M, neither more nor less (IG 2.3, §6.1; EPC069-12)."""
    code = segno.make(payload, error="m", boost_error=False, micro=False, mode="byte", encoding="utf-8")
    return tuple(tuple(map(bool, row)) for row in code.matrix)


def code(x: float, y: float, payload: str, label: str) -> Code:
    return Code(x, y, SIDE, modules(payload), label)


def swiss_cross(x: float, y: float) -> list[Mark]:
    """The cross of 7 × 7 mm in the middle of the code at `x`, `y`: white on black, with a white edge (IG 2.3, §6.4.2)."""
    left, top = x + (SIDE - CROSS) / 2, y + (SIDE - CROSS) / 2
    edge, arm, thick = 0.5, CROSS * 5 / 9, CROSS / 6  # the proportions of the flag
    middle, narrow, start = CROSS / 2, thick / 2, (CROSS - arm) / 2
    return [
        rectangle(left, top, CROSS, CROSS, white=True),
        rectangle(left + edge, top + edge, CROSS - 2 * edge, CROSS - 2 * edge),
        rectangle(left + middle - narrow, top + start, thick, arm, white=True),
        rectangle(left + start, top + middle - narrow, arm, thick, white=True),
    ]
