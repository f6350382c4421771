"""What is drawn on a page: words, lines, filled shapes and codes, in millimetres from its top left corner."""

from dataclasses import dataclass, replace

from .typeface import ASCENT, DESCENT, MM_PER_POINT, width

PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
"""A4, upright."""


@dataclass(frozen=True, slots=True)
class Text:
    """One line of words; `y` is the line they stand on, `size` in points."""

    x: float
    y: float
    words: str
    size: float
    bold: bool = False

    @property
    def width(self) -> float:
        return width(self.words, self.size, bold=self.bold)


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line; `dash` is the length of its dashes and of the gaps between, 0 for none."""

    x: float
    y: float
    x2: float
    y2: float
    thickness: float = 0.1
    dash: float = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """A filled shape: its outlines, each a ring of points; where two overlap there is a hole."""

    x: float
    y: float
    rings: tuple[tuple[tuple[float, float], ...], ...]
    white: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code without its quiet zone: rows of modules, true where dark, in a square of `size`."""

    x: float
    y: float
    size: float
    modules: tuple[tuple[bool, ...], ...]
    label: str


type Mark = Text | Stroke | Shape | Code


def moved(mark: Mark, down: float) -> Mark:
    """The same farther down the page."""
    if isinstance(mark, Stroke):
        return replace(mark, y=mark.y + down, y2=mark.y2 + down)
    return replace(mark, y=mark.y + down)


def rectangle(x: float, y: float, width: float, height: float, *, white: bool = False) -> Shape:
    return Shape(x, y, (((0, 0), (width, 0), (width, height), (0, height)),), white)


def baseline(leading: float, size: float) -> float:
    """How far below the top of a line `leading` points high its letters stand, in millimetres."""
    return (leading / 2 + (ASCENT - DESCENT) / 2 * size) * MM_PER_POINT
