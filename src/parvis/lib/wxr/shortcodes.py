"""Cuts text into shortcodes and the rest, and finds which closing belongs to which opening.

What WordPress documents: https://developer.wordpress.org/apis/shortcode/. Which names a site knew is not in its
export, so a bracket counts as a shortcode when it is closed, ends in `/`, carries attributes, or is well known.
HTML tags, comments and what stands in `pre`, `code`, `script`, `style` and `textarea` are never looked into.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

CODE_NAMES = frozenset(
    ["sourcecode", "source", "code", "codeblock", "syntax", "highlight", "pre", "cc", "crayon"]
)
PLAYER_NAMES = frozenset(
    [
        "youtube",
        "youtubevideo",
        "vimeo",
        "dailymotion",
        "soundcloud",
        "flickr",
        "slideshare",
        "ted",
        "twitter",
        "tweet",
        "instagram",
        "facebook",
        "googlevideo",
        "spotify",
        "bandcamp",
        "mixcloud",
        "kickstarter",
        "scribd",
        "gist",
        "wpvideo",
        "videopress",
        "embedyt",
        "iframe",
    ]
)
_ALONE_NAMES = frozenset(
    [
        "gallery",
        "playlist",
        "audio",
        "video",
        "embed",
        "caption",
        "wp_caption",
        "contact-form",
        "contact-form-7",
    ]
)
DEEPEST = 40

_PLACE = re.compile(
    r"<(?P<raw>pre|code|script|style|textarea)\b[^<>]*>.*?</(?P=raw)\s*>|<!--.*?-->|</?[a-zA-Z][^<>]*>|\[",
    re.DOTALL | re.IGNORECASE,
)
_NAME = r"[a-zA-Z][\w-]{0,60}+"
_QUOTED = r""""[^"]*+"|'[^']*+'|&\#8221;[^&\[\]]*+&\#8221;"""
_OPEN = re.compile(
    rf"\[(?P<name>{_NAME})(?P<attributes>(?:(?:[\s=:]|(?=/?\]))(?:{_QUOTED}|[^\]\[<>\"'/]|/(?!\])|<[^<>]*>)*+)?)(?P<void>/?)\]"
)
_LOOSE = re.compile(rf"\[(?P<name>{_NAME})(?P<attributes>\s[^\[\]<>]*)(?P<void>)\]")
_CLOSE = re.compile(rf"\[/(?P<name>{_NAME})\s*\]")
_ATTRIBUTE = re.compile(
    r"""(?P<key>[\w-]+)\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'\]]+))"""
    r"""|"(?P<alone_double>[^"]*)"|'(?P<alone_single>[^']*)'|(?P<alone>\S+)"""
)
_SMART_QUOTES = "“”″«»„\u00a0"


@dataclass(kw_only=True)
class Shortcode:
    """A shortcode with what it holds. `values` are the attributes without a name."""

    name: str
    attributes: Mapping[str, str]
    values: tuple[str, ...]
    inside: "list[str | Shortcode]" = field(default_factory=list)
    body: str = ""
    is_closed: bool = False


@dataclass(frozen=True, kw_only=True)
class _Opening:
    at: int
    name: str
    shortcode: Shortcode
    source: str
    is_sure: bool


def parse(text: str) -> list[str | Shortcode]:
    """The text as a sequence of plain parts and shortcodes, each holding its own sequence."""
    parts: list[str | Shortcode] = []
    opened: list[_Opening] = []
    counts: Counter[str] = Counter()
    for kind, source, shortcode in _tokens(text):
        if shortcode is None:
            parts.append(source)
        elif kind == "whole":
            parts.append(shortcode)
        elif kind == "open":
            is_sure = _stands_alone(shortcode)
            opened.append(
                _Opening(
                    at=len(parts), name=shortcode.name, shortcode=shortcode, source=source, is_sure=is_sure
                )
            )
            counts[shortcode.name] += 1
            parts.append(shortcode)
        elif not counts[shortcode.name]:
            parts.append(source)
        else:
            while (opening := opened.pop()).name != shortcode.name:
                counts[opening.name] -= 1
                _settle(opening, parts)
            counts[shortcode.name] -= 1
            opening.shortcode.inside = parts[opening.at + 1 :]
            opening.shortcode.is_closed = True
            del parts[opening.at + 1 :]
    for opening in opened:
        _settle(opening, parts)
    return parts


def _stands_alone(shortcode: Shortcode) -> bool:
    is_player = shortcode.name in PLAYER_NAMES and bool(shortcode.values)
    return is_player or bool(shortcode.attributes) or shortcode.name in _ALONE_NAMES


def _settle(opening: _Opening, parts: list[str | Shortcode]) -> None:
    """An opening that nothing closes stands alone, or was only a word in brackets."""
    if not opening.is_sure:
        parts[opening.at] = opening.source


def _tokens(text: str) -> Iterator[tuple[str, str, Shortcode | None]]:
    """Triples of kind (`text`, `open`, `close`, `whole`), source and shortcode."""
    position = done = 0
    endless: set[str] = set()
    while place := _PLACE.search(text, position):
        start = place.start()
        position = place.end()
        if place[0] != "[":
            continue
        found = _escaped(text, start) or _closing(text, start) or _opening(text, start, endless)
        if found is None:
            continue
        kind, end, plain, shortcode = found
        if start > done:
            yield "text", text[done:start], None
        yield kind, plain or text[start:end], shortcode
        position = done = end
    if done < len(text):
        yield "text", text[done:], None


type _Found = tuple[str, int, str, Shortcode | None]


def _escaped(text: str, start: int) -> _Found | None:
    """`[[name]]` and `[[name]…[/name]]` stand for themselves without the outer brackets."""
    if not text.startswith("[[", start):
        return None
    opening = _OPEN.match(text, start + 1)
    if opening is None:
        return None
    end = opening.end()
    if not text.startswith("]", end):
        closing = text.find(f"[/{opening['name']}]]", end, end + 20_000)
        if closing < 0:
            return None
        end = closing + len(opening["name"]) + 3
    return "text", end + 1, text[start + 1 : end], None


def _closing(text: str, start: int) -> _Found | None:
    match = _CLOSE.match(text, start)
    if match is None:
        return None
    return "close", match.end(), "", Shortcode(name=match["name"].lower(), attributes={}, values=())


def _opening(text: str, start: int, endless: set[str]) -> _Found | None:
    match = _OPEN.match(text, start) or _LOOSE.match(text, start)
    if match is None:
        return None
    name = match["name"].lower()
    attributes, values = read_attributes(match["attributes"])
    shortcode = Shortcode(name=name, attributes=attributes, values=values)
    if match["void"]:
        return "whole", match.end(), "", shortcode
    if name in CODE_NAMES and name not in endless:
        closing = re.compile(rf"\[/{re.escape(name)}\s*\]", re.IGNORECASE).search(text, match.end())
        if closing is not None:
            shortcode.body = text[match.end() : closing.start()]
            shortcode.is_closed = True
            return "whole", closing.end(), "", shortcode
        endless.add(name)
    return "open", match.end(), "", shortcode


def read_attributes(text: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """The attributes of a shortcode by name, and those that have none."""
    attributes: dict[str, str] = {}
    values: list[str] = []
    for match in _ATTRIBUTE.finditer(text.replace("&#8221;", '"').replace("&#8243;", '"')):
        if match["key"]:
            value = match["double"] or match["single"] or match["bare"] or ""
            attributes.setdefault(match["key"].lower(), value.strip(_SMART_QUOTES))
        else:
            value = match["alone_double"] or match["alone_single"] or match["alone"] or ""
            values.append(value.strip("=:" + _SMART_QUOTES))
    return attributes, tuple(values)


def plain_text(parts: list[str | Shortcode]) -> str:
    """The text of a sequence, shortcodes reduced to what they hold, however deep."""
    written: list[str] = []
    waiting = list(reversed(parts))
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            written.append(part)
        else:
            written.append(part.body)
            waiting.extend(reversed(part.inside))
    return "".join(written)
