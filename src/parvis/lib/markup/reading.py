"""HTML for other readers: plain text, excerpts, and addresses that hold outside the site."""

import html
import re
from urllib.parse import urljoin

import nh3

from parvis.lib.markup.tags import BLOCKS, change_tags, escape, opening

_SKIPPED = {"script", "style", "svg", "math", "template", "title", "noscript", "iframe", "audio", "video"}
_READING = nh3.Cleaner(
    tags=(BLOCKS - _SKIPPED) | {"br", "sup"},
    clean_content_tags=_SKIPPED,
    attributes={},
    allowed_classes={"section": {"footnotes"}, "ol": {"wp-block-footnotes"}, "sup": {"footnote-ref"}},
    link_rel=None,
)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_TAG = re.compile(r"</?([a-z0-9]+)[^>]*>")
_BETWEEN = {"sup": "", "td": " ", "th": " "}
_BACK = "\u21a9\ufe0e"  # the arrow that leads from a footnote back to its place
_PRE = re.compile(r"(<pre>.*?</pre>)", re.DOTALL)
_FOOTNOTE_REFERENCE = re.compile(r'<sup class="footnote-ref">.*?</sup>', re.DOTALL)
_FOOTNOTES = re.compile(r'<section class="footnotes">|<ol class="wp-block-footnotes">')
_EMPTY_LINK = re.compile(r"<a(?=[\s>])[^>]*>\s*</a>")
_LINK = re.compile(r"<a(?=[\s>])([^>]*)>(.*?)</a>", re.DOTALL)
_HAS_ADDRESS = re.compile(r"""\s(?:href="[^"]|id=)""")


def plain(html: str) -> str:
    """The text of `html` to read or to index: blocks on lines of their own, entities decoded."""
    return _text(_READING.clean(_encodable(html)))


def excerpt(html: str, words: int = 40) -> str:
    """The first words of `html` as plain text on one line, … at the end when it goes on; no footnotes."""
    cleaned = _FOOTNOTES.split(_READING.clean(_encodable(html)), maxsplit=1)[0]
    every = _text(_FOOTNOTE_REFERENCE.sub("", cleaned)).split()
    if len(every) <= words:
        return " ".join(every)
    return " ".join(every[:words]).rstrip(" ,;:.…–—-(«") + "…"


def _encodable(text: str) -> str:
    return text.encode(errors="replace").decode()


def _text(cleaned: str) -> str:
    """The text of what `_READING` wrote."""
    parts = []
    for piece in _PRE.split(cleaned):
        flowing = piece if piece.startswith("<pre>") else _SPACES.sub(" ", piece)
        parts.append(_TAG.sub(lambda found: _BETWEEN.get(found[1], "\n"), flowing))
    lines = (line.strip(" \t") for line in html.unescape("".join(parts)).replace(_BACK, "").split("\n"))
    return "\n".join(line for line in lines if line)


def absolute(html: str, base: str) -> str:
    """Cleaned `html` whose every address is whole, as seen from `base`; links without content or address go."""

    def change(name: str, attributes: dict[str, str]) -> str | None:
        if not attributes.keys() & {"href", "src", "poster", "cite", "srcset"}:
            return None
        whole = {key: _whole(key, value, base) for key, value in attributes.items()}
        return opening(name, {key: value for key, value in whole.items() if value is not None})

    html = change_tags(html, change)
    html = _LINK.sub(lambda found: found[0] if _HAS_ADDRESS.search(found[1]) else found[2], html)
    return _EMPTY_LINK.sub("", html)


def without_pictures(html: str) -> str:
    """Cleaned `html` with the words of each picture in its place: for readers who could not fetch it."""

    def change(name: str, attributes: dict[str, str]) -> str | None:
        if name == "img":
            words = attributes.get("alt", "").strip()
            return f"[{escape(words)}]" if words else ""
        return "" if name == "source" else None

    return change_tags(html, change)


def _whole(key: str, value: str, base: str) -> str | None:
    """An attribute's value with its addresses made absolute; None when it holds none that can be read."""
    try:
        if key in {"href", "src", "poster", "cite"}:
            return urljoin(base, value) if value.strip() else None
        if key == "srcset":
            candidates = (one.split(None, 1) for one in re.split(r",\s+", value.strip()) if one.strip())
            return ", ".join(" ".join([urljoin(base, one[0]), *one[1:]]) for one in candidates) or None
    except ValueError:
        return None
    return value
