"""What a page says of itself in microformats: who wrote it, and whether it answers, likes or passes on ours.

A small part of https://microformats.org/wiki/microformats2-parsing, as plain text; nothing of their HTML is kept.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from lxml import html

from parvis.lib.markup.tags import words
from parvis.lib.web.documents import Document, is_html
from parvis.lib.web.fetching import Answer

KINDS = (
    ("reply", "u-in-reply-to"),
    ("like", "u-like-of"),
    ("repost", "u-repost-of"),
    ("bookmark", "u-bookmark-of"),
)
MOST_NAME, MOST_TITLE, MOST_TEXT = 100, 200, 400
_ROOT = re.compile(r"h-[a-z0-9-]+")
_NOT_READ = words("script style template noscript svg iframe")
_IN_A_LINE = words(
    "a abbr b bdi bdo cite code data del dfn em font i ins kbd mark q s samp small span strong sub sup time u var wbr"
)
MOST_LOOKED_AT = 20
"""Entries, and answers of one entry, that are looked at: each is searched through, and they may stand in one another."""


@dataclass(frozen=True)
class Entry:
    """What a page that mentions ours says of itself, in plain text; "" and None for what it does not say.

    `kind` is reply, like, repost, bookmark or mention.
    """

    kind: str = "mention"
    author_name: str = ""
    author_url: str = ""
    title: str = ""
    text: str = ""
    published_at: datetime | None = None


def entry_of(answer: Answer, target: str) -> Entry:
    """What a page says of itself and of `target`; of several entries the one that points there."""
    if not is_html(answer):
        return Entry()
    page = Document(answer)
    every = (element for element in page.elements() if "h-entry" in _classes(element))
    roots = list(islice(every, MOST_LOOKED_AT))
    pointing = (root for root in roots if _points(root, page, target))
    root = next(pointing, roots[0] if roots else None)
    title = next((_said(element, MOST_TITLE) for element in page.elements("title")), "")
    if root is None:
        return Entry(title=title)
    author = _first(root, "p-author")
    text = _value(root, MOST_TEXT, "p-summary", "e-content", "p-content")
    name = _value(root, MOST_TITLE, "p-name")
    is_note = bool(name) and text.startswith(name.rstrip("…"))
    return Entry(
        kind=_kind(root, page, target),
        author_name=_name_of(author) if author is not None else "",
        author_url=_url_of(author, page) if author is not None else "",
        title="" if is_note else name or ("" if text else title),
        text=text,
        published_at=_moment(_first(root, "dt-published")),
    )


def _classes(element: html.HtmlElement) -> list[str]:
    return (element.get("class") or "").split()


def _is_root(element: html.HtmlElement) -> bool:
    return any(_ROOT.fullmatch(name) for name in _classes(element))


def _own(root: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """The elements that say something of this root: not those inside another one."""
    waiting = list(reversed(root))
    while waiting:
        element = waiting.pop()
        if not isinstance(element.tag, str):
            continue
        yield element
        if not _is_root(element):
            waiting += reversed(element)


def _first(root: html.HtmlElement, name: str) -> html.HtmlElement | None:
    return next((element for element in _own(root) if name in _classes(element)), None)


def _value(root: html.HtmlElement, most: int, *names: str) -> str:
    """The text of the first property that says something."""
    found = (_first(root, name) for name in names)
    return next((said for one in found if one is not None and (said := _said(one, most))), "")


def _said(element: html.HtmlElement, most: int) -> str:
    """The text of an element on one line, without control signs, no longer than `most`."""
    if element.tag in {"img", "area"}:
        return in_one_line(element.get("alt") or "", most)
    if element.tag in {"data", "input", "abbr"} and (element.get("value") or element.get("title")):
        return in_one_line(element.get("value") or element.get("title") or "", most)
    return in_one_line("".join(_texts(element)), most)


def _texts(element: html.HtmlElement) -> Iterator[str]:
    """The texts inside an element; what browsers do not show is left out. Not recursive: others choose how deep it goes."""
    waiting: list[html.HtmlElement | str] = [element]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
            continue
        apart = "" if one.tag in _IN_A_LINE else " "
        parts: list[html.HtmlElement | str] = [apart, one.text or ""]
        for child in one:
            if isinstance(child.tag, str) and child.tag not in _NOT_READ:
                parts.append(child)
            parts.append(child.tail or "")
        waiting += reversed([*parts, apart])


def in_one_line(text: str, most: int) -> str:
    """Plain words: spaces made one, signs that are not seen (and could turn the line around) taken out, … when it is longer."""
    seen = "".join(" " if sign.isspace() else sign for sign in text if sign.isspace() or _is_seen(sign))
    line = " ".join(seen.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _is_seen(sign: str) -> bool:
    return unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"} or sign == "\u200d"


def _name_of(author: html.HtmlElement) -> str:
    """The name of an h-card, or of an author that is none."""
    return _value(author, MOST_NAME, "p-name") or _said(author, MOST_NAME)


def _url_of(author: html.HtmlElement, page: Document) -> str:
    """The author's own address, of http or https."""
    named = _first(author, "u-url")
    found = next((one.get("href") for one in (named, author) if one is not None and one.get("href")), None)
    address = page.whole(found) if found else ""
    return address if address.startswith(("http://", "https://")) and len(address) <= 500 else ""


def _kind(root: html.HtmlElement, page: Document, target: str) -> str:
    for kind, name in KINDS:
        named = (element for element in _own(root) if name in _classes(element))
        if any(_points(element, page, target) for element in islice(named, MOST_LOOKED_AT)):
            return kind
    return "mention"


def _points(element: html.HtmlElement, page: Document, target: str) -> bool:
    """Whether an element, or anything inside it, links to this address."""
    return any(
        page.whole(one.get("href") or "") == target
        for one in element.iter("a", "link", "area")
        if one.get("href")
    )


def _moment(element: html.HtmlElement | None) -> datetime | None:
    """When it came out; without a time zone it is taken for UTC."""
    if element is None:
        return None
    said = element.get("datetime") or element.get("value") or element.get("title") or "".join(_texts(element))
    try:
        moment = datetime.fromisoformat(said.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
