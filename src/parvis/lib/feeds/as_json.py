"""JSON Feed 1.1 (jsonfeed.org)."""

import json

from parvis.lib.feeds.model import Entry, Feed, Person
from parvis.lib.feeds.text import body, clean, line, persons, rfc3339, uri

type _Json = dict[str, object]


def json_feed(feed: Feed) -> bytes:
    """The feed as JSON. Raises ValueError for a moment without a zone."""
    document = _kept(
        version="https://jsonfeed.org/version/1.1",
        title=line(feed.title) or uri(feed.home_url),
        home_page_url=uri(feed.home_url),
        feed_url=uri(feed.self_url),
        description=line(feed.subtitle),
        icon=uri(feed.icon_url),
        language=feed.language,
        authors=_authors(feed.authors),
        next_url=uri(feed.next_url),
        hubs=[{"type": "WebSub", "url": uri(feed.hub_url)}] if feed.hub_url else [],
    )
    document["items"] = [_item(entry) for entry in feed.entries]
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _item(entry: Entry) -> _Json:
    attachments = [
        {"url": uri(each.url), "mime_type": each.mime, "size_in_bytes": each.length}
        for each in entry.enclosures
    ]
    return _kept(
        id=clean(entry.id),
        url=uri(entry.url),
        external_url=uri(entry.original.url) if entry.original else "",
        title=line(entry.title),
        content_html=body(entry),
        summary=clean(entry.summary).strip(),
        date_published=rfc3339(entry.published_at),
        date_modified=rfc3339(entry.updated_at),
        authors=_authors(entry.authors),
        tags=list(dict.fromkeys(line(each.label) or line(each.term) for each in entry.categories)),
        language=entry.language,
        attachments=attachments,
    )


def _authors(authors: tuple[Person, ...]) -> list[_Json]:
    return [_kept(name=person.name, url=uri(person.url)) for person in persons(authors)]


def _kept(**members: object) -> _Json:
    """The members that say something."""
    return {name: value for name, value in members.items() if value}
