"""What a WordPress export holds, as plain frozen values."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_SPACES = re.compile(r"[ \t\n\v\f\r\x85\u2028\u2029]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")


class NotWordPressExport(ValueError):
    """The file is something else than a WordPress export; the message says it in one sentence."""


@dataclass(frozen=True, kw_only=True)
class Channel:
    """The exported site. `version` is the WXR version as written, empty when the file does not say it."""

    title: str = ""
    link: str = ""
    description: str = ""
    language: str = ""
    version: str = ""
    base_site_url: str = ""
    base_blog_url: str = ""
    generator: str = ""


@dataclass(frozen=True, kw_only=True)
class Author:
    """A person who wrote on the old site; `login` is what items point to."""

    login: str
    id: int | None = None
    email: str = ""
    display_name: str = ""
    first_name: str = ""
    last_name: str = ""


@dataclass(frozen=True, kw_only=True)
class Term:
    """A category, tag or other term. `parent` is a slug, and the parent may come later in the file."""

    taxonomy: str
    slug: str
    name: str
    parent: str = ""
    description: str = ""
    term_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ItemTerm:
    """A term that an item carries; `name` is plain text."""

    taxonomy: str
    slug: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ItemComment:
    """A comment, pingback, trackback or webmention of an item; `id` is 0 when the file lost it."""

    id: int
    parent: int
    author: str
    author_email: str
    author_url: str
    content: str
    approved: str
    type: str
    at: datetime | None
    user_id: int
    meta: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Item:
    """One row of the old site's posts: a post, page, attachment, menu entry or anything else.

    `title`, `content` and `excerpt` are as the database held them. `guid` is kept to the byte.
    `local_at` is on the clock of the old site, `at` and `modified_at` are in UTC.
    `id` is None and `type` empty only when a Problem says so.
    """

    id: int | None
    type: str
    status: str
    title: str
    slug: str
    link: str
    guid: str
    author_login: str
    content: str
    excerpt: str
    local_at: datetime | None
    at: datetime | None
    modified_at: datetime | None
    comment_status: str
    ping_status: str
    parent: int
    menu_order: int
    password: str = field(repr=False)
    is_sticky: bool
    attachment_url: str
    terms: tuple[ItemTerm, ...] = ()
    meta: tuple[tuple[str, str], ...] = ()
    comments: tuple[ItemComment, ...] = ()

    @property
    def title_text(self) -> str:
        """The title without tags, entities resolved, on one line; spaces that do not break stay as they are."""
        text = _CONTROLS.sub("", html.unescape(_TAG.sub("", self.title)))
        return _SPACES.sub(lambda found: found[0] if set(found[0]) == {" "} else " ", text).strip(" ")

    def meta_value(self, key: str) -> str:
        """The first value under that key, empty when there is none."""
        return next((value for name, value in self.meta if name == key), "")

    def meta_values(self, key: str) -> tuple[str, ...]:
        """All values under that key, in the order of the file."""
        return tuple(value for name, value in self.meta if name == key)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something recovered, lost or odd: `item` says where, `reason` is a short stable sentence."""

    item: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """What an export holds, without a word of its texts.

    `textual_items` counts the items seen in the bytes, `items` those that could be read.
    `zone` is an IANA name proposed from the two clocks of each date, None when nothing fits.
    `languages` counts the items whose language the file itself states.
    """

    channel: Channel
    authors: tuple[Author, ...]
    terms: tuple[Term, ...]
    items: int
    counts: Mapping[tuple[str, str], int]
    comments: int
    textual_items: int
    meta_keys: Mapping[str, int]
    zone: str | None
    languages: Mapping[str, int]
    problems: tuple[Problem, ...]
