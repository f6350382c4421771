"""Reads the elements of an export into records."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote

from lxml import etree

from parvis.lib.wxr import dates
from parvis.lib.wxr.markup import name_of, text_of
from parvis.lib.wxr.records import Item, ItemComment, ItemTerm

_NUMBER = re.compile(r"-?\d{1,18}")
_PLAIN_ADDRESS = re.compile(r"[?&](?:p|page_id|attachment_id)=(\d{1,18})$")
_TAXONOMIES = {"tag": "post_tag", "": "category"}

NO_NUMBER = "This item has no WordPress number."
NUMBER_FROM_ADDRESS = "This item has no WordPress number; it was taken from its guid."
NO_TYPE = "This item has no type."
NO_STATUS = "This item has no status."
BAD_DATE = "A date of this item cannot be; it was left out."
NO_DATE = "This item has no date."
DATE_FROM_LOCAL = "The date in UTC was worked out from the clock of the site."
BAD_NUMBER = "A number of this item is not a number; zero was taken."
NAMELESS_META = "A meta value without a key was left out."
NUMBERLESS_COMMENT = "A comment of this item has no number."
BAD_COMMENT_DATE = "A comment of this item has no date that can be."
BARE_MARKUP = "A text of this item was not protected as text; its markup was kept as far as it could be read."


@dataclass(kw_only=True)
class Reading:
    """One item while it is read: the flaws found so far, and the zone of the site when it is known."""

    zone: str | None = None
    flaws: list[str] = field(default_factory=list)
    used_local: bool = False

    def note(self, flaw: str) -> None:
        """Remember a flaw once."""
        if flaw not in self.flaws:
            self.flaws.append(flaw)

    def from_local(self, local: datetime) -> datetime:
        """The moment the clock of the site showed `local`; remembers that the zone counted."""
        self.used_local = True
        return dates.in_utc(local, self.zone)

    def number(self, text: str) -> int:
        """A whole number; an empty one is zero."""
        text = text.strip()
        if _NUMBER.fullmatch(text):
            return int(text)
        if text:
            self.note(BAD_NUMBER)
        return 0


def named(elements: Iterable[etree._Element]) -> Iterator[tuple[str, etree._Element]]:
    """Each element with its name as exports write it; comments and the like are passed over."""
    for element in elements:
        if isinstance(element.tag, str):
            yield name_of(element.tag), element


def fields_of(elements: Iterable[etree._Element]) -> dict[str, str]:
    """The first text that is not empty under each name."""
    found: dict[str, str] = {}
    for name, element in named(elements):
        if not found.get(name):
            found[name] = text_of(element)
    return found


def read_item(element: etree._Element, reading: Reading, *, is_damaged: bool = False) -> Item:
    """The item of an `<item>` element. In a damaged one fields count wherever they ended up."""
    values: dict[str, str] = {}
    terms: list[tuple[str, str, str]] = []
    meta: list[tuple[str, str]] = []
    comments: list[ItemComment] = []
    for name, child in named(element.iterdescendants() if is_damaged else element):
        match name:
            case "wp:postmeta":
                meta += _meta(child, reading)
            case "wp:comment":
                comments.append(_comment(child, reading))
            case "category":
                terms.append((child.get("domain", ""), child.get("nicename", ""), text_of(child)))
            case _:
                if not values.get(name):
                    values[name] = _markup_of(child, reading) if len(child) else text_of(child)
    return _item(values, reading, terms=_item_terms(terms), meta=tuple(meta), comments=tuple(comments))


def _item(
    values: dict[str, str],
    reading: Reading,
    *,
    terms: tuple[ItemTerm, ...],
    meta: tuple[tuple[str, str], ...],
    comments: tuple[ItemComment, ...],
) -> Item:
    def line(name: str) -> str:
        return values.get(name, "").strip()

    local_at, at = _moments(values, reading)
    item_type, status = line("wp:post_type"), line("wp:status")
    if not item_type:
        reading.note(NO_TYPE)
    if not status:
        reading.note(NO_STATUS)
    return Item(
        id=_item_number(line("wp:post_id"), values.get("guid", ""), reading),
        type=item_type,
        status=status,
        title=values.get("title", ""),
        slug=decoded(line("wp:post_name")),
        link=line("link"),
        guid=values.get("guid", ""),
        author_login=line("dc:creator") or line("wp:author"),
        content=values.get("content:encoded", ""),
        excerpt=values.get("excerpt:encoded", ""),
        local_at=local_at,
        at=at,
        modified_at=_modified_at(values, reading),
        comment_status=line("wp:comment_status"),
        ping_status=line("wp:ping_status"),
        parent=reading.number(line("wp:post_parent")),
        menu_order=reading.number(line("wp:menu_order")),
        password=values.get("wp:post_password", ""),
        is_sticky=line("wp:is_sticky") == "1",
        attachment_url=line("wp:attachment_url"),
        terms=terms,
        meta=meta,
        comments=comments,
    )


def _item_number(text: str, guid: str, reading: Reading) -> int | None:
    if _NUMBER.fullmatch(text) and int(text) > 0:
        return int(text)
    if address := _PLAIN_ADDRESS.search(guid.strip()):
        reading.note(NUMBER_FROM_ADDRESS)
        return int(address[1])
    reading.note(NO_NUMBER)
    return None


def _moments(values: dict[str, str], reading: Reading) -> tuple[datetime | None, datetime | None]:
    """The item's date on the site's clock and in UTC. A zero date in UTC is what every draft has: no flaw."""
    local_text, utc_text = values.get("wp:post_date", ""), values.get("wp:post_date_gmt", "")
    feed_text = values.get("pubDate", "")
    local = dates.parse_written(local_text)
    utc = dates.parse_written(utc_text)
    if (local is None and local_text.strip()) or (utc is None and not dates.is_zero(utc_text)):
        reading.note(BAD_DATE)
    if utc is not None:
        return local, dates.in_utc(utc, "UTC")
    published = dates.parse_feed_date(feed_text)
    if published is not None and (local is None or abs(published.year - local.year) <= 1):
        return local, published
    if feed_text.strip() and local is None and published is None:
        reading.note(BAD_DATE)
    if local is None:
        reading.note(NO_DATE)
        return None, None
    if values.get("wp:status", "").strip() not in {"draft", "pending", "auto-draft"}:
        reading.note(DATE_FROM_LOCAL)
    return local, reading.from_local(local)


def _modified_at(values: dict[str, str], reading: Reading) -> datetime | None:
    text = values.get("wp:post_modified_gmt", "")
    if utc := dates.parse_written(text):
        return dates.in_utc(utc, "UTC")
    if not dates.is_zero(text):
        reading.note(BAD_DATE)
    local = dates.parse_written(values.get("wp:post_modified", ""))
    return reading.from_local(local) if local else None


def _item_terms(found: list[tuple[str, str, str]]) -> tuple[ItemTerm, ...]:
    """Old exports print each term twice, once by its name alone: that one counts only where it stands alone."""
    named = {(_taxonomy(domain), name) for domain, slug, name in found if slug}
    named |= {("category", name) for domain, slug, name in found if slug}
    terms: dict[ItemTerm, None] = {}
    for domain, slug, name in found:
        taxonomy = _taxonomy(domain)
        if slug or (taxonomy, name) not in named:
            plain = plain_name(name)
            terms[ItemTerm(taxonomy=taxonomy, slug=decoded(slug) or slug_of(plain), name=plain)] = None
    return tuple(terms)


def _taxonomy(domain: str) -> str:
    return _TAXONOMIES.get(domain.strip(), domain.strip())


def _meta(element: etree._Element, reading: Reading) -> Iterator[tuple[str, str]]:
    values = fields_of(element)
    key = values.get("wp:meta_key", "").strip()
    if key:
        yield key, values.get("wp:meta_value", "")
    elif len(element) and any(name.startswith("wp:") for name in values):
        reading.note(NAMELESS_META)


def _comment(element: etree._Element, reading: Reading) -> ItemComment:
    values = fields_of(element)
    meta = [
        pair for name, child in named(element) if name == "wp:commentmeta" for pair in _meta(child, reading)
    ]
    number = reading.number(values.get("wp:comment_id", ""))
    if number <= 0:
        reading.note(NUMBERLESS_COMMENT)
    at = _comment_moment(values, reading)
    if at is None:
        reading.note(BAD_COMMENT_DATE)
    return ItemComment(
        id=max(number, 0),
        parent=max(reading.number(values.get("wp:comment_parent", "")), 0),
        author=values.get("wp:comment_author", "").strip(),
        author_email=values.get("wp:comment_author_email", "").strip(),
        author_url=values.get("wp:comment_author_url", "").strip(),
        content=values.get("wp:comment_content", ""),
        approved=values.get("wp:comment_approved", "").strip(),
        type=values.get("wp:comment_type", "").strip() or "comment",
        at=at,
        user_id=max(reading.number(values.get("wp:comment_user_id", "")), 0),
        meta=tuple(meta),
    )


def _comment_moment(values: dict[str, str], reading: Reading) -> datetime | None:
    if utc := dates.parse_written(values.get("wp:comment_date_gmt", "")):
        return dates.in_utc(utc, "UTC")
    local = dates.parse_written(values.get("wp:comment_date", ""))
    return reading.from_local(local) if local else None


def _markup_of(element: etree._Element, reading: Reading) -> str:
    """The text of a field that was not wrapped in CDATA: its tags became elements and are written out again."""
    if name_of(str(element.tag)) not in {"content:encoded", "excerpt:encoded", "title"}:
        return text_of(element)
    reading.note(BARE_MARKUP)
    etree.cleanup_namespaces(element)
    inner = "".join(etree.tostring(child, encoding="unicode", method="html") for child in element)
    return html.escape(element.text or "", quote=False) + re.sub(r'\sxmlns(?::[\w.-]+)?="[^"]*"', "", inner)


def decoded(slug: str) -> str:
    """A slug with its percent signs resolved; one that is no UTF-8 stays as it is."""
    try:
        return unquote(slug, errors="strict")
    except UnicodeDecodeError:
        return slug


def plain_name(name: str) -> str:
    """The name of a term as text: the database keeps entities in it."""
    return html.unescape(name).strip()


def slug_of(name: str) -> str:
    """A slug for a term that came without one."""
    return "-".join(re.findall(r"\w+", name.lower()))
