"""Draws a bill as SVG: its pages one below the other, in millimetres, with words that stay words."""

from collections.abc import Iterator
from functools import singledispatch
from html import escape
from itertools import groupby

from .bill import Bill
from .codes import SIDE, code, swiss_cross
from .layout import layout
from .marks import PAGE_HEIGHT, PAGE_WIDTH, Code, Mark, Shape, Stroke, Text, moved
from .payload import payload
from .typeface import FAMILY, MM_PER_POINT

QUIET = 5.0
"""The white around a code, in millimetres (IG QR-bill 2.3, §6.4; more than the four modules of ISO/IEC 18004)."""


def draw_svg(bill: Bill) -> bytes:
    """A bill as SVG 1.1: no script, no style sheet, nothing from elsewhere; `textLength` holds words to the width they
    were measured with, whatever typeface the reader has."""
    sheet = layout(bill)
    height = PAGE_HEIGHT * len(sheet.pages)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xml:lang="{sheet.language}" lang="{sheet.language}" '
        f'width="{_n(PAGE_WIDTH)}mm" height="{_n(height)}mm" viewBox="0 0 {_n(PAGE_WIDTH)} {_n(height)}" '
        f'font-family="{FAMILY}">\n<title>{_escaped(sheet.title)}</title>\n'
        f'<rect width="{_n(PAGE_WIDTH)}" height="{_n(height)}" fill="#fff"/>\n'
    )
    marks = (moved(mark, PAGE_HEIGHT * at) for at, page in enumerate(sheet.pages) for mark in page)
    return (head + "\n".join(map(_drawn, marks)) + "\n</svg>\n").encode()


def draw_code(bill: Bill) -> bytes:
    """The code of a bill alone, as a square SVG with its quiet zone, for a screen."""
    side = SIDE + 2 * QUIET
    label = "Swiss QR Code" if bill.currency == "CHF" else "EPC QR"
    cross = swiss_cross(QUIET, QUIET) if bill.currency == "CHF" else []
    marks = "".join(map(_drawn, [code(QUIET, QUIET, payload(bill), label), *cross]))
    size = f'width="{_n(side)}mm" height="{_n(side)}mm" viewBox="0 0 {_n(side)} {_n(side)}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    return f'{head}<rect width="{_n(side)}" height="{_n(side)}" fill="#fff"/>{marks}</svg>\n'.encode()


@singledispatch
def _drawn(mark: Mark) -> str:
    raise NotImplementedError(mark)


@_drawn.register
def _text(mark: Text) -> str:
    weight = ' font-weight="bold"' if mark.bold else ""
    return (
        f'<text x="{_n(mark.x)}" y="{_n(mark.y)}" font-size="{_n(mark.size * MM_PER_POINT)}"{weight} '
        f'textLength="{_n(mark.width)}">{_escaped(mark.words)}</text>'
    )


@_drawn.register
def _stroke(mark: Stroke) -> str:
    dash = f' stroke-dasharray="{_n(mark.dash)}"' if mark.dash else ""
    return f'<path d="M{_n(mark.x)} {_n(mark.y)}L{_n(mark.x2)} {_n(mark.y2)}" stroke="#000" stroke-width="{_n(mark.thickness)}"{dash}/>'


@_drawn.register
def _shape(mark: Shape) -> str:
    rings = "".join(
        "M" + "L".join(f"{_n(mark.x + x)} {_n(mark.y + y)}" for x, y in ring) + "Z" for ring in mark.rings
    )
    white = ' fill="#fff"' if mark.white else ""
    return f'<path d="{rings}" fill-rule="evenodd"{white}/>'


@_drawn.register
def _code(mark: Code) -> str:
    module = mark.size / len(mark.modules)
    dark = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in runs(mark))
    return (
        f'<g role="img" aria-label="{_escaped(mark.label)}">'
        f'<path transform="translate({_n(mark.x)} {_n(mark.y)}) scale({module:.6f})" d="{dark}"/></g>'
    )


def runs(code: Code) -> Iterator[tuple[int, int, int]]:
    """(column, row, length) of the dark modules that follow one another in a row."""
    for y, row in enumerate(code.modules):
        x = 0
        for dark, together in groupby(row):
            length = len(tuple(together))
            if dark:
                yield x, y, length
            x += length


def _n(number: float) -> str:
    """A length to a thousandth of a millimetre."""
    return f"{number:.3f}".rstrip("0").rstrip(".")


def _escaped(words: str) -> str:
    return escape(words, quote=True)
