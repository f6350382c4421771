"""Draws a bill as PDF: A4, with the typeface it needs inside, and words that can be selected and searched."""

from dataclasses import dataclass
from functools import singledispatchmethod
from io import BytesIO

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from .bill import Bill
from .layout import layout
from .marks import PAGE_HEIGHT, PAGE_WIDTH, Code, Mark, Shape, Stroke, Text
from .svg import runs
from .typeface import MM_PER_POINT, font

POINTS = 1 / MM_PER_POINT
FILL_EVEN_ODD, FILL_NON_ZERO = 0, 1
rl_config.useA85 = 0  # streams as they are: a fifth smaller than in letters, and mail encodes them anyway


def draw_pdf(bill: Bill) -> bytes:
    """A bill as PDF; the same bill gives the same bytes."""
    sheet = layout(bill)
    out = BytesIO()
    size = (PAGE_WIDTH * POINTS, PAGE_HEIGHT * POINTS)
    canvas = Canvas(out, pagesize=size, pageCompression=1, invariant=1, lang=sheet.language)
    canvas.setTitle(sheet.title)
    canvas.setAuthor(sheet.author)
    canvas.setProducer("Parvis")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    for page in sheet.pages:
        pen = _Pen(canvas)
        for mark in page:
            pen.draw(mark)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


class _Pen:
    """Draws marks on a page, whose millimetres count from the top, in points that count from the bottom."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas

    @singledispatchmethod
    def draw(self, mark: Mark) -> None:
        raise NotImplementedError(mark)

    @draw.register
    def _(self, mark: Text) -> None:
        self.canvas.setFont(font(bold=mark.bold).fontName, mark.size)
        self.canvas.drawString(mark.x * POINTS, _up(mark.y), mark.words)

    @draw.register
    def _(self, mark: Stroke) -> None:
        self.canvas.setLineWidth(mark.thickness * POINTS)
        self.canvas.setDash([mark.dash * POINTS] * 2 if mark.dash else [])
        self.canvas.line(mark.x * POINTS, _up(mark.y), mark.x2 * POINTS, _up(mark.y2))

    @draw.register
    def _(self, mark: Shape) -> None:
        rings = " ".join(_ring([(mark.x + x, mark.y + y) for x, y in ring]) for ring in mark.rings)
        self.canvas.setFillGray(1 if mark.white else 0)
        self.canvas.drawPath(_Path(rings), stroke=0, fill=1, fillMode=FILL_EVEN_ODD)
        self.canvas.setFillGray(0)

    @draw.register
    def _(self, mark: Code) -> None:
        module = mark.size * POINTS / len(mark.modules)
        dark = " ".join(f"{x} {y} {length} 1 re" for x, y, length in runs(mark))
        self.canvas.saveState()
        self.canvas.translate(mark.x * POINTS, _up(mark.y))
        self.canvas.scale(module, -module)
        self.canvas.drawPath(_Path(dark), stroke=0, fill=1, fillMode=FILL_NON_ZERO)
        self.canvas.restoreState()


@dataclass(frozen=True, slots=True)
class _Path:
    """A path in PDF's own operators (ISO 32000-1, §8.5.2): a third of the time that its methods take for a code."""

    operators: str

    def getCode(self) -> str:  # noqa: N802
        return f"n {self.operators}"


def _ring(points: list[tuple[float, float]]) -> str:
    """A closed outline, from millimetres on the page."""
    spots = [f"{x * POINTS:.3f} {_up(y):.3f}" for x, y in points]
    return f"{spots[0]} m {' '.join(f'{spot} l' for spot in spots[1:])} h"


def _up(y: float) -> float:
    return (PAGE_HEIGHT - y) * POINTS
