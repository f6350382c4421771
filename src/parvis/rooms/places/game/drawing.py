"""Draws badges: a stone of a certain shape, a symbol on it, in two colours of the square's own."""

from html import escape

from .badges import Drawing
from .symbols import BOX, SHAPES, SYMBOLS, USUAL_BOX

SYMBOL_WIDTH = 24
_LINE = 'fill="none" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round"'


def svg(drawing: Drawing, *, level: int = 0, title: str = "", is_held: bool = True) -> str:
    """A badge as an inline SVG, on a square of 64, without any size of its own.

    Its colours are the stylesheet's tokens, so that it is right in light and dark. `level` stands in the corner from 2
    on. With a title it is a picture with a name, without one it only decorates. One not held is drawn in grey.
    """
    colour, second = (
        (f"var(--{drawing.colour})", f"var(--{drawing.second})") if is_held else ("var(--edge)",) * 2
    )
    shape = SHAPES[drawing.shape]
    named = f'role="img" aria-label="{escape(title)}"' if title else 'aria-hidden="true"'
    return (
        f'<svg class="medal" viewBox="0 0 64 64" {named}>'
        f'<path d="{shape}" fill="{colour}" fill-opacity="{".13" if is_held else ".05"}"/>'
        f'<path d="{shape}" fill="none" stroke="{colour}" stroke-width="{"3" if is_held else "1.5"}" stroke-linejoin="round"/>'
        f"{_symbol(drawing, colour, second)}{_corner(level, colour) if level > 1 else ''}</svg>"
    )


def _symbol(drawing: Drawing, colour: str, second: str) -> str:
    left, top, width = BOX.get(drawing.shape, USUAL_BOX)
    parts = "".join(
        _part(how, path, second if how.endswith("second") else colour)
        for how, path in SYMBOLS[drawing.symbol]
    )
    return f'<g transform="translate({left:g} {top:g}) scale({width / SYMBOL_WIDTH:.3f})">{parts}</g>'


def _part(how: str, path: str, colour: str) -> str:
    if how.startswith("line"):
        return f'<path d="{path}" stroke="{colour}" {_LINE}/>'
    return f'<path d="{path}" fill="{colour}" fill-rule="evenodd"/>'


def _corner(level: int, colour: str) -> str:
    """A small stone in the corner with the level on it."""
    width = 12 + 7 * len(str(level))
    return (
        f'<path d="M{62 - width} 42h{width}v20h-{width}z" fill="{colour}" stroke="var(--paper)" stroke-width="2"/>'
        f'<text x="{62 - width / 2:g}" y="56.6" text-anchor="middle" font-family="var(--ui)" font-size="13" '
        f'font-weight="700" fill="var(--paper)">{level:d}</text>'
    )
