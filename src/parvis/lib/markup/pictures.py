"""Pictures inside a text: sizes for every screen, loaded when they come near, captions as figures."""

import re
from collections.abc import Callable
from typing import NamedTuple

from parvis.lib.markup.tags import ATTRIBUTES, attributes_of, change_tags, escape, opening

SIZES = "(min-width: 46em) 44em, 100vw"
"""How wide a picture stands in a text; the stylesheet's measure of a column."""

_ALONE = re.compile(rf"<p({ATTRIBUTES})>\s*(<a{ATTRIBUTES}>)?\s*(<img{ATTRIBUTES}>)\s*(</a>)?\s*</p>")


class PictureSource(NamedTuple):
    """Where the renditions of a picture are, and its size in pixels."""

    src: str
    srcset: str
    width: int
    height: int


def with_pictures(html: str, picture: Callable[[str], PictureSource | None]) -> str:
    """Cleaned `html` whose pictures name their size and renditions, as `picture` knows them by their src.

    All but the first are loaded when they come near. A paragraph that holds one picture with a title
    becomes a figure, the title its caption.
    """
    seen = 0

    def change(name: str, attributes: dict[str, str]) -> str | None:
        nonlocal seen
        if name != "img":
            return None
        seen += 1
        return opening("img", _img(attributes, picture(attributes.get("src", "")), first=seen == 1))

    return change_tags(_ALONE.sub(_figure, html), change)


def _img(attributes: dict[str, str], source: PictureSource | None, *, first: bool) -> dict[str, str]:
    kept = {
        key: value
        for key, value in attributes.items()
        if key not in {"srcset", "sizes", "loading", "decoding", "src", "alt"}
    }
    img = {"src": attributes["src"]} if "src" in attributes else {}
    if source is not None:
        kept.update(width=str(source.width), height=str(source.height))
        img = {"src": source.src}
        if source.srcset:
            img.update(srcset=source.srcset, sizes=SIZES)
    img["alt"] = attributes.get("alt", "")
    img.update(kept)
    if not first:
        img["loading"] = "lazy"
    img["decoding"] = "async"
    return img


def _figure(found: re.Match[str]) -> str:
    paragraph, link, img, end = found.groups()
    attributes = attributes_of(img[len("<img") : -1])
    caption = attributes.pop("title", "").strip()
    if not caption or bool(link) != bool(end):
        return found[0]
    shown = (link or "") + opening("img", attributes) + (end or "")
    return f"<figure{paragraph}>{shown}<figcaption>{escape(caption)}</figcaption></figure>"
