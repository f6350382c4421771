"""Feeds as Atom, RSS and JSON, from one description."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from parvis.lib.feeds.as_atom import atom
from parvis.lib.feeds.as_json import json_feed
from parvis.lib.feeds.as_rss import rss
from parvis.lib.feeds.model import Category, Enclosure, Entry, Feed, Original, Person, Tombstone

__all__ = [
    "FORMATS",
    "Category",
    "Enclosure",
    "Entry",
    "Feed",
    "Format",
    "Original",
    "Person",
    "Tombstone",
    "atom",
    "json_feed",
    "rss",
]


@dataclass(frozen=True, kw_only=True)
class Format:
    """A way to write a feed; `mime` without charset, which is always UTF-8; `extension` without dot."""

    name: str
    mime: str
    extension: str
    write: Callable[[Feed], bytes]


FORMATS: Mapping[str, Format] = {
    "atom": Format(name="atom", mime="application/atom+xml", extension="atom", write=atom),
    "rss": Format(name="rss", mime="application/rss+xml", extension="rss", write=rss),
    "json": Format(name="json", mime="application/feed+json", extension="json", write=json_feed),
}
