"""RSS 2.0 with full text, language and author per item, and the links of Atom."""

import re
from html import escape

from lxml import etree

from parvis.lib.feeds.model import Entry, Feed
from parvis.lib.feeds.text import body, clean, heading, line, persons, plain, prefix, rfc822, uri
from parvis.lib.feeds.tree import leaf, root_of, written

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
COMMENTS = "http://wellformedweb.org/CommentAPI/"
HISTORY = "http://purl.org/syndication/history/1.0"
THREAD = "http://purl.org/syndication/thread/1.0"
GEORSS = "http://www.georss.org/georss"
MIME = "application/rss+xml"

_PREFIXES: dict[str | None, str] = {
    "atom": ATOM,
    "content": CONTENT,
    "dc": DUBLIN_CORE,
    "wfw": COMMENTS,
    "fh": HISTORY,
    "thr": THREAD,
    "georss": GEORSS,
}
# The specification names GIF, JPEG and PNG; readers of RSS break on anything else.
_IMAGE = re.compile(r"\.(?:gif|jpe?g|png)$", re.IGNORECASE)


def rss(feed: Feed) -> bytes:
    """The feed as RSS 2.0. Raises ValueError for a moment without a zone."""
    root = root_of("rss", _PREFIXES)
    root.set("version", "2.0")
    channel = leaf(root, "channel")
    title = plain(feed.title) or uri(feed.home_url)
    leaf(channel, "title", title)
    leaf(channel, "link", uri(feed.home_url))
    leaf(channel, "description", plain(feed.subtitle) or title)
    _feed_links(channel, feed)
    if feed.language:
        leaf(channel, "language", feed.language)
    if line(feed.rights):
        leaf(channel, "copyright", plain(feed.rights))
    leaf(channel, "lastBuildDate", rfc822(feed.updated_at))
    leaf(channel, "generator", plain(feed.generator[0]))
    for person in persons(feed.authors):
        leaf(channel, f"{{{DUBLIN_CORE}}}creator", person.name)
    if _IMAGE.search(feed.icon_url):
        image = leaf(channel, "image")
        leaf(image, "url", uri(feed.icon_url))
        leaf(image, "title", title)
        leaf(image, "link", uri(feed.home_url))
    for entry in feed.entries:
        _item(channel, entry, feed)
    return written(root)


def _feed_links(channel: etree._Element, feed: Feed) -> None:
    _link(channel, "self", feed.self_url, type=MIME)
    _link(channel, "hub", feed.hub_url)
    _link(channel, "next", feed.next_url, type=MIME)
    _link(channel, "prev-archive", feed.prev_archive_url, type=MIME)
    _link(channel, "next-archive", feed.next_archive_url, type=MIME)
    if feed.current_url:
        leaf(channel, f"{{{HISTORY}}}archive")
        _link(channel, "current", feed.current_url, type=MIME)


def _item(channel: etree._Element, entry: Entry, feed: Feed) -> None:
    item = leaf(channel, "item")
    if line(entry.title):
        leaf(item, "title", plain(prefix(entry, feed) + heading(entry)))
    leaf(item, "link", uri(entry.url))
    leaf(item, "guid", clean(entry.id)).set("isPermaLink", "false")
    leaf(item, "pubDate", rfc822(entry.published_at))
    for person in persons(entry.authors):
        leaf(item, f"{{{DUBLIN_CORE}}}creator", person.name)
    leaf(item, f"{{{DUBLIN_CORE}}}language", entry.language)
    for label in dict.fromkeys(plain(each.label) or plain(each.term) for each in entry.categories):
        if label:
            leaf(item, "category", label)
    if entry.original is not None:
        address = uri(entry.original.url)
        leaf(item, "source", plain(entry.original.publication) or address).set("url", address)
    _enclosures(item, entry)
    if entry.comments_url:
        leaf(item, "comments", uri(entry.comments_url))
    if entry.replies_url:
        leaf(item, f"{{{COMMENTS}}}commentRss", uri(entry.replies_url))
    if entry.in_reply_to is not None:
        _reply(item, *entry.in_reply_to)
    if entry.point is not None:
        leaf(item, f"{{{GEORSS}}}point", " ".join(entry.point))
    _texts(item, entry)


def _texts(item: etree._Element, entry: Entry) -> None:
    """The summary and the full text; without a summary the full text is the description."""
    summary = clean(entry.summary).strip()
    if summary:
        leaf(item, "description", escape(summary, quote=False))
        leaf(item, f"{{{CONTENT}}}encoded", body(entry))
    else:
        leaf(item, "description", body(entry))


def _enclosures(item: etree._Element, entry: Entry) -> None:
    """RSS takes one enclosure an item; the others are links, as in Atom."""
    for position, enclosure in enumerate(entry.enclosures):
        length = str(enclosure.length)
        if position:
            _link(item, "enclosure", enclosure.url, type=enclosure.mime, length=length)
        else:
            element = leaf(item, "enclosure")
            element.attrib.update({"url": uri(enclosure.url), "length": length, "type": enclosure.mime})


def _reply(item: etree._Element, answered: str, address: str) -> None:
    reply = etree.SubElement(item, f"{{{THREAD}}}in-reply-to", {"ref": clean(answered)})
    if address:
        reply.attrib.update({"href": uri(address), "type": "text/html"})


def _link(parent: etree._Element, rel: str, address: str, **attributes: str) -> None:
    if address:
        link = leaf(parent, f"{{{ATOM}}}link")
        link.attrib.update({"rel": rel, "href": uri(address)})
        for name, value in attributes.items():
            link.set(name, value)
