"""Links of pages: where one takes web mentions, whether one points to an address, and where a text of ours leads.

https://www.w3.org/TR/webmention/ (§3.1.2 discovery, §3.2.2 verification)
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from parvis.lib.web.documents import Document, is_html, whole
from parvis.lib.web.fetching import Answer

RELATION = "webmention"
POINTING = ("href", "src", "data", "cite", "poster")
MOST_LINKS = 100
OF_NAMES = ("punycode", "idna")
"""Encodings of names of hosts, which take the square of the length of a text."""
_LINK = re.compile(r"<([^<>]*)>((?:[^,\"]|\"(?:[^\"\\]|\\.)*\")*)")
_PARAMETER = re.compile(r";\s*([\w!#$&+.^`|~-]+)\*?\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s;,\"]+))")
_ENDS = r"""[.,;:!?)\]}…»”’]*(?:[\s<>"'`]|$)"""
"""Behind an address in plain text: the signs that end a sentence, and what is part of none."""


def endpoint_of(answer: Answer) -> str | None:
    """Where a page takes web mentions, whole: its first Link header, else its first <link> or <a>; None for nowhere."""
    for value in answer.all("link"):
        for address, relations in header_links(value):
            if RELATION in relations:
                return whole(address, answer.url) or None
    if not is_html(answer):
        return None
    page = Document(answer)
    for element in page.elements("link", "a"):
        address = element.get("href")
        if address is not None and RELATION in (element.get("rel") or "").lower().split():
            return page.whole(address) or None
    return None


def header_links(value: str) -> Iterator[tuple[str, Sequence[str]]]:
    """The addresses of a Link header and their relations, in small letters (RFC 8288 §3)."""
    for found in _LINK.finditer(value):
        for name, quoted, bare in _PARAMETER.findall(found[2]):
            if name.lower() == "rel":
                yield found[1].strip(), re.sub(r"\\(.)", r"\1", quoted or bare).lower().split()
                break  # RFC 8288: a second one is ignored
        else:
            yield found[1].strip(), ()


def points_to(answer: Answer, target: str) -> bool:
    """Whether what was fetched links to exactly this address."""
    kind, charset = answer.content_type
    if is_html(answer):
        page = Document(answer)
        return any(
            page.whole(element.get(name) or "") == target
            for element in page.elements()
            for name in POINTING
            if element.get(name)
        )
    text = answer.body.decode(charset if _is_known(charset) else "utf-8", errors="replace")
    if kind == "application/json" or kind.endswith("+json"):
        try:
            return target in _strings(json.loads(text))
        except (ValueError, RecursionError):
            return False
    return kind.startswith("text/") and re.search(re.escape(target) + _ENDS, text) is not None


def _is_known(charset: str) -> bool:
    try:
        return charset not in {"", *OF_NAMES} and bool("".encode(charset) is not None)
    except (LookupError, UnicodeError):
        return False


def _strings(value: Any) -> set[str]:
    """Every text in a JSON document but the names of its members."""
    found, waiting = set(), [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            found.add(one)
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            waiting += one.values()
    return found


def links_out(html: str, base: str) -> Sequence[str]:
    """The addresses on other hosts that a text of ours links to, whole, each once, in order; no more than a hundred."""
    own = urlsplit(base).hostname
    page = Document(
        Answer(base, 200, (("content-type", "text/html; charset=utf-8"),), html.encode(errors="replace"))
    )
    found: dict[str, None] = {}
    for element in page.elements("a", "area"):
        address = page.whole(element.get("href") or "")
        try:
            parts = urlsplit(address)
            is_out = parts.scheme in {"http", "https"} and parts.hostname not in {None, own}
        except ValueError:
            continue
        if is_out and "nofollow" not in (element.get("rel") or "").lower().split():
            found.setdefault(address)
    return list(found)[:MOST_LINKS]
