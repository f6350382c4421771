"""Blocks of a heading and lines, one below the other in a column; where they do not fit, in a tighter style."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .marks import Mark, Stroke, Text, baseline
from .typeface import MM_PER_POINT, wrap

CORNER_MM, CORNER_THICKNESS = 3.0, 0.75 * MM_PER_POINT


@dataclass(frozen=True, slots=True)
class Style:
    """Sizes, leading and the gap between blocks, in points."""

    value: float
    heading: float
    leading: float
    gap: float


@dataclass(frozen=True, slots=True)
class Block:
    """A heading with lines below it, or, when there is nothing to say, with a box to write in (width and height in mm)."""

    heading: str
    lines: tuple[str, ...] = ()
    box: tuple[float, float] | None = None


def column(
    blocks: Iterable[Block], x: float, top: float, room: float, style: Style
) -> tuple[list[Mark], float]:
    """The marks of blocks in a column `room` wide, and where it ends, all in millimetres."""
    marks: list[Mark] = []
    leading, y = style.leading * MM_PER_POINT, top
    for block in blocks:
        y += style.gap * MM_PER_POINT if marks else 0
        for words, size, bold in _rows(block, room, style):
            marks.append(Text(x, y + baseline(style.leading, size), words, size, bold))
            y += leading
        if block.box is not None:
            marks += corners(x, y + 0.5, *block.box)
            y += 0.5 + block.box[1]
    return marks, y


def _rows(block: Block, room: float, style: Style) -> list[tuple[str, float, bool]]:
    heading = [(one, style.heading, True) for one in wrap(block.heading, room, style.heading, bold=True)]
    lines = [(one, style.value, False) for line in block.lines for one in wrap(line, room, style.value)]
    return heading + lines


def fitted(
    choices: Sequence[tuple[list[Block], Style]], x: float, top: float, room: float, height: float
) -> tuple[list[Mark], Style]:
    """The first of the choices that is no higher than `height`, or else the last; and the style it took."""
    for blocks, style in choices:
        marks, bottom = column(blocks, x, top, room, style)
        if bottom <= top + height:
            break
    return marks, style


def corners(x: float, y: float, width: float, height: float) -> list[Mark]:
    """The four corners of a box that people write in (IG 2.3, §3.5.4)."""
    marks: list[Mark] = []
    for left, inward in ((x, CORNER_MM), (x + width, -CORNER_MM)):
        for top, down in ((y, CORNER_MM), (y + height, -CORNER_MM)):
            marks.append(Stroke(left, top, left + inward, top, CORNER_THICKNESS))
            marks.append(Stroke(left, top, left, top + down, CORNER_THICKNESS))
    return marks
