"""What stands in an export outside its items: the site, its authors and its terms."""

import html
import re

from lxml import etree

from parvis.lib.wxr.fields import decoded, fields_of, named, plain_name, slug_of
from parvis.lib.wxr.markup import CONTROL_REMOVED, DAMAGED, REPAIRED, UNREADABLE, WRONG_BYTES, Markup, text_of
from parvis.lib.wxr.records import Author, Channel, Term

_KEPT_BYTES = 32 * 1024 * 1024
_FRAME = re.compile(rb"<\?xml[^>]*\?>|<!DOCTYPE[^>]*>|</?rss\b[^>]*>|</?channel\s*>")
NO_CHANNEL = "The file has no channel: what it says of the site was searched without it."
NO_VERSION = "The file does not say which version of the format it is in."
TOO_MUCH = "There is too much outside the items; some of it was not read."
_WORDS = {
    CONTROL_REMOVED: "Control characters were removed from what the file says of the site.",
    WRONG_BYTES: "Some bytes outside the items are not in the encoding of the file; they were read as Windows-1252.",
    REPAIRED: "The XML outside the items was repaired.",
    DAMAGED: "The XML outside the items is damaged; authors or terms may be missing.",
    UNREADABLE: "Nothing outside the items could be read.",
}


class Outside:
    """Gathers the bytes between items, then reads them as one."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._held = 0
        self._is_too_much = False
        self.channel = Channel()
        self.authors: tuple[Author, ...] = ()
        self.terms: tuple[Term, ...] = ()

    @property
    def head(self) -> bytes:
        """The bytes before the first item."""
        return self._parts[0] if self._parts else b""

    def add(self, data: bytes) -> None:
        """Some more bytes from outside the items."""
        if not data.strip():
            return
        if self._held + len(data) > _KEPT_BYTES:
            self._is_too_much = True
            return
        self._held += len(data)
        self._parts.append(data)

    def read(self, markup: Markup) -> tuple[str, ...]:
        """Fills `channel`, `authors` and `terms`; gives back what was wrong."""
        data = b"".join(self._parts)
        flaws = [] if b"<channel" in data else [NO_CHANNEL]
        root, found = markup.read(_FRAME.sub(b"", data))
        flaws += [_WORDS[flaw] for flaw in found]
        if root is not None:
            self.channel, self.authors, self.terms = read_channel(root)
        if not self.channel.version:
            flaws.append(NO_VERSION)
        if self._is_too_much:
            flaws.append(TOO_MUCH)
        self._parts = self._parts[:1]
        return tuple(flaws)


def read_channel(root: etree._Element) -> tuple[Channel, tuple[Author, ...], tuple[Term, ...]]:
    """The site, its authors and terms. `root` holds all that stands outside items, at any depth."""
    authors: dict[str, Author] = {}
    terms: dict[tuple[str, str], Term] = {}
    values: dict[str, str] = {}
    for name, element in named(root.iterdescendants()):
        match name:
            case "wp:author":
                author = _author(element)
                if author.login:
                    authors.setdefault(author.login, author)
            case "wp:category" | "wp:tag" | "wp:term":
                term = _term(name, fields_of(element))
                if term.slug or term.name:
                    terms.setdefault((term.taxonomy, term.slug), term)
            case _:
                values.setdefault(name, text_of(element).strip())
    channel = Channel(
        title=values.get("title", ""),
        link=values.get("link", ""),
        description=values.get("description", ""),
        language=values.get("language", ""),
        version=values.get("wp:wxr_version", ""),
        base_site_url=values.get("wp:base_site_url", ""),
        base_blog_url=values.get("wp:base_blog_url", "") or values.get("wp:base_site_url", ""),
        generator=values.get("generator", ""),
    )
    return channel, tuple(authors.values()), tuple(terms.values())


def _author(element: etree._Element) -> Author:
    values = {name: text.strip() for name, text in fields_of(element).items()}
    return Author(
        login=values.get("wp:author_login", ""),
        id=int(number) if re.fullmatch(r"[0-9]{1,18}", number := values.get("wp:author_id", "")) else None,
        email=values.get("wp:author_email", ""),
        display_name=html.unescape(values.get("wp:author_display_name", "")),
        first_name=values.get("wp:author_first_name", ""),
        last_name=values.get("wp:author_last_name", ""),
    )


def _term(kind: str, values: dict[str, str]) -> Term:
    def first(*names: str) -> str:
        return next((values[f"wp:{name}"] for name in names if values.get(f"wp:{name}", "").strip()), "")

    number = first("term_id").strip()
    name = plain_name(first("cat_name", "tag_name", "term_name"))
    taxonomy = {"wp:category": "category", "wp:tag": "post_tag"}.get(kind) or first("term_taxonomy").strip()
    return Term(
        taxonomy=taxonomy,
        slug=decoded(first("category_nicename", "tag_slug", "term_slug").strip()) or slug_of(name),
        name=name,
        parent=decoded(first("category_parent", "term_parent").strip()),
        description=first("category_description", "tag_description", "term_description"),
        term_id=int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None,
    )
