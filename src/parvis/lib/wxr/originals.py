"""Proposes where an item was first published, from its meta or from a sentence at its start or end."""

import html
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from parvis.lib.wxr import php
from parvis.lib.wxr.records import Item

_CANONICAL = (
    "_yoast_wpseo_canonical",
    "rank_math_canonical_url",
    "_aioseo_canonical_url",
    "_genesis_canonical_uri",
)
_SYNDICATION = ("original_url", "syndication_permalink", "mf2_syndication", "syndication_urls")
_FIRST = r"(?:à l.origine|initialement|originellement|d.abord|pour la première fois)"
_SAID = re.compile(
    rf"\b(?:paru|publié)e?s?\s+{_FIRST}|\b{_FIRST}\s+(?:paru|publié)e?s?\b"
    r"|^\W*(?:paru|publié)e?\s+(?:[^.]{0,40}\s)?(?:dans|sur|chez)\b"
    r"|\b(?:chronique|article|billet|texte|tribune|entretien|interview|papier|post)\b[^.]{0,60}?"
    r"\b(?:paru|publié)e?\b[^.]{0,60}?\b(?:dans|sur|chez|par)\b"
    r"|\b(?:originally|first)\s+(?:published|appeared|posted|written|printed)\b"
    r"|\b(?:published|appeared|posted)\s+(?:originally|first)\b"
    r"|\bcross-?posted\s+(?:from|at|on|to)\b|\b(?:republished|reprinted)\s+(?:from|with)\b",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"""<a\b[^<>]*?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')[^<>]*>(.*?)</a\s*>""", re.DOTALL | re.IGNORECASE
)
_PARAGRAPH_END = re.compile(
    r"</p\s*>|</h[1-6]\s*>|</blockquote\s*>|</div\s*>|</li\s*>|\n\s*\n|<hr\b[^<>]*>", re.IGNORECASE
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_ENDS_KEPT = 20_000


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """The address of the original, the name of the publication (its host when nothing names it), and the reason."""

    url: str
    publication: str
    how: Literal["canonical meta", "sentence", "syndication meta"]


def propose(item: Item, own_hosts: Collection[str]) -> Proposal | None:
    """The likeliest original of an item, for its owner to confirm; None when nothing points elsewhere.

    1. A canonical address that an SEO plugin kept, on another host.
    2. “Parue dans…”, “Originally published in…” with a link to another host, in the first or last paragraph.
    3. An address that a syndication plugin kept.
    A name found in the sentence serves for the canonical address too when both point to the same place.
    """
    own = {_bare_host(host) for host in own_hosts}
    said = _from_sentence(item.content, own)
    for url in _meta_urls(item, _CANONICAL):
        if host := _other_host(url, own):
            name = said.publication if said and _other_host(said.url, own) == host else host
            return Proposal(url=url, publication=name, how="canonical meta")
    if said:
        return said
    for url in _meta_urls(item, _SYNDICATION):
        if host := _other_host(url, own):
            return Proposal(url=url, publication=host, how="syndication meta")
    return None


def _from_sentence(content: str, own: set[str]) -> Proposal | None:
    for paragraph in _outer_paragraphs(content):
        words = html.unescape(_TAG.sub("", paragraph))
        if not _SAID.search(words):
            continue
        for double, single, label in _LINK.findall(paragraph):
            url = html.unescape(double or single).strip()
            if host := _other_host(url, own):
                name = " ".join(html.unescape(_TAG.sub("", label)).split())
                named = name if name and len(name) <= 100 and not name.startswith("http") else host
                return Proposal(url=url, publication=named, how="sentence")
    return None


def _outer_paragraphs(content: str) -> Iterator[str]:
    """The first paragraph that says something, and the last."""
    first = _paragraphs(content[:_ENDS_KEPT])
    last = _paragraphs(content[-_ENDS_KEPT:])
    yield from first[:1]
    if last[-1:] != first[:1]:
        yield from last[-1:]


def _paragraphs(content: str) -> list[str]:
    parts = _PARAGRAPH_END.split(_COMMENT.sub("", content))
    return [part for part in parts if _TAG.sub("", part).strip()]


def _meta_urls(item: Item, keys: tuple[str, ...]) -> Iterator[str]:
    for key in keys:
        for value in item.meta_values(key):
            yield from (url.strip() for url in _texts(value))


def _texts(value: str) -> list[str]:
    if value.startswith("a:"):
        try:
            read = php.loads(value, lenient=True)
        except php.PhpFormatError:
            return []
        each = read.values() if isinstance(read, dict) else read if isinstance(read, list) else ()
        return [text for text in each if isinstance(text, str)]
    return value.split()


def _other_host(url: str, own: set[str]) -> str:
    """The host of a web address, empty when it is one of ours or no web address."""
    try:
        parts = urlsplit(url)
        host = _bare_host(parts.hostname or "")
    except ValueError:
        return ""
    return host if parts.scheme in {"http", "https"} and "." in host and host not in own else ""


def _bare_host(host: str) -> str:
    return host.strip().lower().rstrip(".").removeprefix("www.")
