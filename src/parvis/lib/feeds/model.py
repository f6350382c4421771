"""What a feed says, before any format is chosen."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Person:
    """Someone who wrote. There is no mail address here, so that none can be published by mistake."""

    name: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Category:
    """`term` is the slug that machines compare, `label` the words that people read."""

    term: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Enclosure:
    """A file that goes with an entry; `length` in bytes, 0 when unknown."""

    url: str
    mime: str
    length: int


@dataclass(frozen=True, kw_only=True)
class Original:
    """Where a text appeared first, when that was elsewhere."""

    url: str
    publication: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One text, in full, in one language.

    `id` is written as stored, to the byte: readers know an entry by it. `html` is clean and holds absolute
    addresses only. `note` pairs a language with a short plain text for those who do not read the language of
    the entry. `in_reply_to` is the id and the address of what is answered. `point` is where it was: latitude and
    longitude in degrees, written with as many decimals as may be known (GeoRSS-Simple).
    """

    id: str
    url: str
    title: str
    language: str
    html: str
    summary: str
    published_at: datetime
    updated_at: datetime
    note: tuple[tuple[str, str], ...] = ()
    authors: tuple[Person, ...] = ()
    categories: tuple[Category, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    original: Original | None = None
    comments_url: str = ""
    replies_url: str = ""
    in_reply_to: tuple[str, str] | None = None
    point: tuple[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Tombstone:
    """An entry that stood in this feed and is to be let go by whoever kept it: its `id`, and when it went (RFC 6721)."""

    id: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A list of entries with its own address; `language` is None when entries are in several.

    `next_url` leads to older pages of a living feed, `prev_archive_url` to the newest archive that never
    changes any more, `next_archive_url` from an archive to the one after it; `current_url` is given in such an archive only, and leads back (RFC 5005).
    `generator` is a name and an address, which may be empty. `gone` is said in Atom alone, which has words for it.
    """

    id: str
    title: str
    home_url: str
    self_url: str
    updated_at: datetime
    subtitle: str = ""
    language: str | None = None
    authors: tuple[Person, ...] = ()
    entries: tuple[Entry, ...] = ()
    gone: tuple[Tombstone, ...] = ()
    hub_url: str = ""
    next_url: str = ""
    prev_archive_url: str = ""
    next_archive_url: str = ""
    current_url: str = ""
    icon_url: str = ""
    rights: str = ""
    generator: tuple[str, str] = ("Parvis", "")
