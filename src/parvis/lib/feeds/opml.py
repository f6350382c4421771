"""A list of feeds to subscribe to (OPML 2.0)."""

from collections.abc import Iterable

from lxml import etree

from parvis.lib.feeds.text import line, uri
from parvis.lib.feeds.tree import leaf, root_of, written


def opml(title: str, feeds: Iterable[tuple[str, str, str, str]]) -> bytes:
    """The feeds, each as title, feed address, home address and language (the last two may be empty)."""
    root = root_of("opml", {})
    root.set("version", "2.0")
    leaf(leaf(root, "head"), "title", line(title))
    listing = leaf(root, "body")
    for given, feed_url, home_url, language in feeds:
        name = line(given) or uri(feed_url)
        outline = etree.SubElement(listing, "outline", {"type": "rss", "text": name, "title": name})
        outline.set("xmlUrl", uri(feed_url))
        if home_url:
            outline.set("htmlUrl", uri(home_url))
        if language:
            outline.set("language", language)
    return written(root)
