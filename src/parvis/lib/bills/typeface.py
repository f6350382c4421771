"""The typeface of bills: how wide words are, and where lines break."""

from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD = "ParvisBill", "ParvisBill-Bold"
"""The names by which the PDF writer knows the two weights."""
FAMILY = "Liberation Sans, Arial, Helvetica, Arimo, sans-serif"
"""What a reader of SVG draws with: the faces that the guidelines allow, all of the same widths as ours."""
ASCENT, DESCENT = 0.905, 0.212
"""How far letters reach above and below their line, in their size."""
MM_PER_POINT = 25.4 / 72

DATA = Path(__file__).parent / "data"
_DIGIT = 556  # thousandths of the size, for what has no width of its own


@cache
def font(*, bold: bool = False) -> TTFont:
    """The face, known to the PDF writer from now on."""
    made = TTFont(BOLD if bold else REGULAR, str(DATA / ("bold.ttf" if bold else "regular.ttf")))
    pdfmetrics.registerFont(made)
    return made


@cache
def drawable() -> frozenset[str]:
    """The characters that both weights have."""
    points = set(_widths(bold=False)) & set(_widths(bold=True))
    return frozenset(chr(point) for point in points if point >= 0x20)


@cache
def _widths(*, bold: bool) -> dict[int, float]:
    return dict(font(bold=bold).face.charWidths)


def width(words: str, size: float, *, bold: bool = False) -> float:
    """How wide words are, in millimetres, set in a size in points."""
    widths = _widths(bold=bold)
    return sum(widths.get(ord(char), _DIGIT) for char in words) / 1000 * size * MM_PER_POINT


def wrap(words: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """Words as lines no wider than `room` millimetres: broken at spaces, and within a word only where it is wider alone."""
    lines, line = [], ""
    for word in words.split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer, size, bold=bold) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _cut(word, room, size, bold=bold)
        lines += full
    return [*lines, line]


def _cut(word: str, room: float, size: float, *, bold: bool) -> list[str]:
    """A word in pieces that fit."""
    pieces = [""]
    for char in word:
        if pieces[-1] and width(pieces[-1] + char, size, bold=bold) > room:
            pieces.append("")
        pieces[-1] += char
    return pieces
