"""Atom 1.0 (RFC 4287) with paging and archives (RFC 5005), threads (RFC 4685) and tombstones (RFC 6721)."""

from html import escape

from lxml import etree

from parvis.lib.feeds.model import Entry, Feed, Original, Person
from parvis.lib.feeds.text import (
    body,
    clean,
    heading,
    line,
    persons,
    plain,
    prefix,
    rfc3339,
    summary_language,
    uri,
)
from parvis.lib.feeds.tree import leaf, root_of, written

ATOM = "http://www.w3.org/2005/Atom"
THREAD = "http://purl.org/syndication/thread/1.0"
HISTORY = "http://purl.org/syndication/history/1.0"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
GEORSS = "http://www.georss.org/georss"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MIME = "application/atom+xml"

_PREFIXES: dict[str | None, str] = {
    None: ATOM,
    "thr": THREAD,
    "fh": HISTORY,
    "at": TOMBSTONES,
    "georss": GEORSS,
}


def atom(feed: Feed) -> bytes:
    """The feed as Atom. Raises ValueError for a moment without a zone."""
    root = root_of(f"{{{ATOM}}}feed", _PREFIXES)
    if feed.language:
        root.set(LANG, feed.language)
    _leaf(root, "id", clean(feed.id))
    _text(root, "title", line(feed.title) or uri(feed.home_url))
    if line(feed.subtitle):
        _text(root, "subtitle", line(feed.subtitle))
    _leaf(root, "updated", rfc3339(feed.updated_at))
    _feed_links(root, feed)
    _authors(root, _authors_of(feed))
    if feed.icon_url:
        _leaf(root, "icon", uri(feed.icon_url))
    if line(feed.rights):
        _text(root, "rights", line(feed.rights))
    name, address = feed.generator
    generator = _leaf(root, "generator", plain(name))
    if address:
        generator.set("uri", uri(address))
    for entry in feed.entries:
        _entry(root, entry, feed)
    for one in feed.gone:
        stone = etree.SubElement(root, f"{{{TOMBSTONES}}}deleted-entry")
        stone.attrib.update({"ref": clean(one.id), "when": rfc3339(one.at)})
    return written(root)


def _feed_links(root: etree._Element, feed: Feed) -> None:
    _link(root, "self", feed.self_url, type=MIME)
    _link(root, "alternate", feed.home_url, type="text/html")
    _link(root, "hub", feed.hub_url)
    _link(root, "next", feed.next_url, type=MIME)
    _link(root, "prev-archive", feed.prev_archive_url, type=MIME)
    _link(root, "next-archive", feed.next_archive_url, type=MIME)
    if feed.current_url:
        etree.SubElement(root, f"{{{HISTORY}}}archive")
        _link(root, "current", feed.current_url, type=MIME)


def _entry(root: etree._Element, entry: Entry, feed: Feed) -> None:
    element = etree.SubElement(root, f"{{{ATOM}}}entry", {LANG: entry.language})
    _leaf(element, "id", clean(entry.id))
    title = _text(element, "title", prefix(entry, feed) + heading(entry))
    title.set(LANG, entry.language)
    _leaf(element, "published", rfc3339(entry.published_at))
    _leaf(element, "updated", rfc3339(entry.updated_at))
    _entry_links(element, entry)
    # A source would lend its authors to an entry without any (RFC 4287 §4.2.1): ours are said outright.
    authors = persons(entry.authors) or (_authors_of(feed) if entry.original else [])
    _authors(element, authors)
    for term, label in {line(each.term): plain(each.label) for each in entry.categories}.items():
        if term:
            _leaf(element, "category").attrib.update({"term": term, "label": label or term})
    if entry.original is not None:
        _source(element, entry.original, entry)
    if line(entry.summary):
        _text(element, "summary", clean(entry.summary).strip()).set(LANG, summary_language(entry))
    if entry.point is not None:
        leaf(element, f"{{{GEORSS}}}point", " ".join(entry.point))
    content = _leaf(element, "content", body(entry))
    content.set("type", "html")
    content.set(LANG, entry.language)


def _entry_links(element: etree._Element, entry: Entry) -> None:
    _link(element, "alternate", entry.url, type="text/html")
    for enclosure in entry.enclosures:
        _link(element, "enclosure", enclosure.url, type=enclosure.mime, length=str(enclosure.length))
    if entry.original is not None:
        _link(element, "via", entry.original.url, title=plain(entry.original.publication))
    _link(element, "replies", entry.comments_url, type="text/html")
    _link(element, "replies", entry.replies_url, type=MIME)
    if entry.in_reply_to is not None:
        answered, address = entry.in_reply_to
        reply = etree.SubElement(element, f"{{{THREAD}}}in-reply-to", {"ref": clean(answered)})
        if address:
            reply.attrib.update({"href": uri(address), "type": "text/html"})


def _source(element: etree._Element, original: Original, entry: Entry) -> None:
    """The publication of origin; all that is known of its feed is the text we took from it."""
    source = _leaf(element, "source")
    _leaf(source, "id", uri(original.url))
    _text(source, "title", line(original.publication) or uri(original.url))
    _leaf(source, "updated", rfc3339(entry.published_at))
    _link(source, "alternate", original.url)


def _authors_of(feed: Feed) -> list[Person]:
    """The authors of the feed; RFC 4287 §4.1.1 wants one, so a feed of nobody stands under its own name."""
    return persons(feed.authors) or [Person(name=plain(feed.title) or uri(feed.home_url))]


def _authors(parent: etree._Element, authors: list[Person]) -> None:
    for person in authors:
        author = _leaf(parent, "author")
        _leaf(author, "name", person.name)
        if person.url:
            _leaf(author, "uri", uri(person.url))


def _link(parent: etree._Element, rel: str, address: str, **attributes: str) -> None:
    if not address:
        return
    link = _leaf(parent, "link")
    link.attrib.update({"rel": rel, "href": uri(address)})
    link.attrib.update({name: value for name, value in attributes.items() if value})


def _text(parent: etree._Element, name: str, text: str) -> etree._Element:
    """A text construct (RFC 4287 §3.1); as HTML when it has signs that readers would take for HTML anyway."""
    if "<" not in text and "&" not in text:
        return _leaf(parent, name, text)
    element = _leaf(parent, name, escape(text, quote=False))
    element.set("type", "html")
    return element


def _leaf(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    return leaf(parent, f"{{{ATOM}}}{name}", text)
