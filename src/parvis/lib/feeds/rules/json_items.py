"""Rules of JSON Feed 1.1 (jsonfeed.org), under the names of the same rules for Atom and RSS."""

import json
from collections.abc import Iterator, Mapping

from parvis.lib.feeds.rules import values
from parvis.lib.feeds.rules.findings import Finding

_VERSION = "https://jsonfeed.org/version/1.1"
_FEED_KEYS = frozenset(
    [
        *("version", "title", "home_page_url", "feed_url", "description", "user_comment"),
        *("next_url", "icon", "favicon", "authors", "author", "language"),
        *("expired", "hubs", "items"),
    ]
)
_ITEM_KEYS = frozenset(
    [
        *("id", "url", "external_url", "title", "content_html", "content_text"),
        *("summary", "image", "banner_image", "date_published", "date_modified", "authors"),
        *("author", "tags", "language", "attachments"),
    ]
)
_ADDRESSES = (
    "home_page_url",
    "feed_url",
    "next_url",
    "icon",
    "favicon",
    "url",
    "external_url",
    "image",
    "banner_image",
)
_TEXTS = ("title", "description", "summary", "content_html", "content_text", "language")

type _Found = Iterator[Finding]


def check(data: bytes) -> list[Finding]:
    """What is wrong with a JSON Feed."""
    try:
        document = json.loads(data)
    except ValueError as error:
        return [Finding("SAXError", str(error))]
    if not isinstance(document, dict):
        return [Finding("UndefinedElement", "feed")]
    return list(_feed(document))


def _feed(feed: Mapping[str, object]) -> _Found:
    if feed.get("version") != _VERSION:
        yield Finding("InvalidRSSVersion", "feed/version")
    if not feed.get("title"):
        yield Finding("MissingTitle", "feed/title")
    if not feed.get("feed_url"):
        yield Finding("MissingSelf", "feed/feed_url")
    yield from _members(feed, _FEED_KEYS, "feed")
    for position, hub in enumerate(_list(feed, "hubs")):
        yield from _required(hub, ("type", "url"), f"feed/hubs/{position}")
    items = feed.get("items")
    if not isinstance(items, list):
        yield Finding("MissingElement", "feed/items")
        return
    seen: set[object] = set()
    for position, item in enumerate(_list(feed, "items")):
        yield from _item(item, f"feed/items/{position}")
        if item.get("id") in seen:
            yield Finding("DuplicateValue", f"feed/items/{position}/id")
        seen.add(item.get("id"))


def _item(item: Mapping[str, object], where: str) -> _Found:
    if not isinstance(item.get("id"), str) or not item.get("id"):
        yield Finding("MissingElement", f"{where}/id")
    if not item.get("content_html") and not item.get("content_text"):
        yield Finding("MissingTextualContent", where)
    yield from _members(item, _ITEM_KEYS, where)
    for name in ("date_published", "date_modified"):
        if name in item and (rule := values.rfc3339(str(item[name]))):
            yield Finding(rule, f"{where}/{name}")
    for position, attachment in enumerate(_list(item, "attachments")):
        place = f"{where}/attachments/{position}"
        yield from _required(attachment, ("url", "mime_type"), place)
        if not values.is_mime(str(attachment.get("mime_type", "text/html"))):
            yield Finding("InvalidMIMEAttribute", f"{place}/mime_type")
        if not values.integer(str(attachment.get("size_in_bytes", 0)), least=0):
            yield Finding("InvalidNonNegativeInteger", f"{place}/size_in_bytes")


def _members(element: Mapping[str, object], known: frozenset[str], where: str) -> _Found:
    """Rules that feed and item share. Names with an underscore in front are extensions."""
    for name, value in element.items():
        place = f"{where}/{name}"
        if name not in known and not name.startswith("_"):
            yield Finding("UndefinedElement", place)
        if name in _TEXTS and not isinstance(value, str):
            yield Finding("InvalidValue", place)
        if name in _ADDRESSES and (rule := values.uri(str(value), full=True)):
            yield Finding(rule, place)
        if name == "language" and (rule := values.language(str(value))):
            yield Finding(rule, place)
        if isinstance(value, str) and values.wrong_characters(value):
            yield Finding("BadCharacters", place)
    for position, author in enumerate(_list(element, "authors")):
        if not {"name", "url", "avatar"} & set(author):
            yield Finding("MissingElement", f"{where}/authors/{position}")


def _required(element: Mapping[str, object], names: tuple[str, ...], where: str) -> _Found:
    for name in names:
        if not element.get(name):
            yield Finding("MissingAttribute", f"{where}/{name}")
    if rule := values.uri(str(element.get("url", "")), full=True):
        yield Finding(rule, f"{where}/url")


def _list(element: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    value = element.get(name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
