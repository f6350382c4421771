"""A first look at a whole export, nothing written: what is in it, and what its items need to know of one another."""

import hashlib
import html
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from django.utils.translation import gettext_lazy as _

from parvis.lib.refusal import Refusal
from parvis.lib.wxr import Analysis, Channel, Export, Item, NotWordPressExport
from parvis.lib.wxr.addresses import old_paths

from .fates import TEXTS, fate_of, in_each_language

_UPLOADS = re.compile(
    r".*/(?:wp-content/uploads|wp-content/blogs\.dir/\d+/files|uploads|files)/(.+)", re.DOTALL
)
_SIZED = re.compile(r"-\d{1,5}x\d{1,5}(?=\.[A-Za-z0-9]{2,5}$)")
_SCALED = re.compile(r"-(?:scaled|rotated|e\d{9,})(?=\.[A-Za-z0-9]{2,5}$)")


class NoSuchFile(Refusal):
    def __init__(self, path: Path) -> None:
        super().__init__(_("There is no file “%(file)s” that can be read.") % {"file": path.name or path})


class NotAnExport(Refusal):
    def __init__(self, path: Path) -> None:
        super().__init__(
            _(
                "“%(file)s” is not an export of WordPress. In WordPress, choose Tools, Export, All content, "
                "and bring the .xml file you get."
            )
            % {"file": path.name}
        )


@dataclass(frozen=True, kw_only=True)
class Picture:
    """An attachment of the old site: where its file was, and what was said of it."""

    number: int
    url: str
    path: str
    title: str
    alt: str
    caption: str
    parent: int
    position: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """What the address of a post or page is made of. `out_at` is None for a draft, which has none."""

    key: str
    kind: str
    slug: str
    title: str
    out_at: datetime | None


@dataclass
class Keys:
    """By what items are known again in a later file: their numbers, as long as each has its own.

    Files that were put together repeat numbers. A text with the number of an earlier one is another text when its title
    and its identifier (guid) differ, or its title and its words: then the identifier, or the title, is in its key.
    """

    _first: dict[int, tuple[int, int, int]] = field(default_factory=dict)

    def of(self, item: Item) -> str:
        """The key of an item; without a number, it is made of what the item says."""
        if item.id is None:
            made_of = "\n".join((item.type, item.guid, item.title, str(item.local_at), item.content))
            return f"x{digest(made_of)}"
        if item.type not in TEXTS:
            return str(item.id)
        guid, title, words = hash(item.guid), hash(item.title), hash((item.content, item.meta))
        first = self._first.setdefault(item.id, (guid, title, words))
        if title == first[1] or (guid, words) == (first[0], first[2]):
            return str(item.id)
        return f"{item.id}x{digest(item.guid if guid != first[0] else f'{item.guid}{item.title}')}"


@dataclass(kw_only=True)
class Overview:
    """All that a second reading of the file needs to know beforehand."""

    analysis: Analysis
    channel: Channel
    hosts: frozenset[str]
    pictures: dict[int, Picture] = field(default_factory=dict)
    children: dict[int, list[int]] = field(default_factory=dict)
    """Number of a post or page → its attachments, in the order it gave them."""
    by_path: dict[str, int] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    """Old path → key of the post or page that answered there."""
    keys: Keys = field(default_factory=Keys)
    logins: Counter[str] = field(default_factory=Counter)
    texts: list["Place"] = field(default_factory=list)

    @property
    def source(self) -> str:
        """What names the old blog for ever: its address; its title when the file does not say it."""
        address = (self.channel.base_blog_url or self.channel.link).strip().rstrip("/")
        return (address or f"title:{self.channel.title.strip()}")[:500]

    def key_of(self, item: Item) -> str:
        """By what an item is known again in a later file."""
        return self.keys.of(item)

    def versions(self, item: Item, languages: Sequence[str]) -> list[tuple[str, Item]]:
        """(key, item) for each language an item is written in; the first has the item's own key."""
        return versions(self.keys.of(item), item, languages)

    def is_own(self, url: str) -> bool:
        """Whether an absolute address was on the old site."""
        return bare_host(url) in self.hosts

    def picture_at(self, url: str) -> Picture | None:
        """The attachment whose file, in any of its sizes, is at this address."""
        path = upload_path(url)
        for each in (path, _SIZED.sub("", path), _SCALED.sub("", _SIZED.sub("", path))):
            for stem in (each, re.sub(r"(?=\.[A-Za-z0-9]{2,5}$)", "-scaled", each)):
                if (number := self.by_path.get(stem)) is not None:
                    return self.pictures[number]
        return None

    def target_at(self, url: str) -> str:
        """The key of the post or page that answered at this address of the old site, empty when none did."""
        parts = split(url)
        path = unquote(parts[2], errors="replace") or "/"
        short = re.match(r"(?:p|page_id)=(\d+)$", parts[3])
        for each in (f"{path.rstrip('/')}/?{parts[3]}" if short else path, path.rstrip("/"), f"{path}/"):
            if each in self.targets:
                return self.targets[each]
        return ""


def look_over(
    path: Path, now: datetime, languages: Sequence[str], tell: Callable[[int], object] = bool
) -> tuple[Export, Overview]:
    """Read a file once. Raises NoSuchFile, NotAnExport."""
    export = Export(path)
    pictures: dict[int, Picture] = {}
    texts: list[Place] = []
    paths: list[tuple[str, Item]] = []
    logins: Counter[str] = Counter()
    keys = Keys()

    def look(item: Item) -> None:
        tell(export.textual_items)
        if item.type == "attachment" and item.id is not None:
            pictures.setdefault(item.id, picture_of(item))
        if item.type in TEXTS and (openness := fate_of(item, now).openness):
            logins[item.author_login] += 1
            own = keys.of(item)
            if item.id is not None:
                paths.append((own, light(item)))
            out_at = None if openness == "draft" else item.at or item.modified_at or now
            for key, each in versions(own, item, languages):
                texts.append(Place(key, item.type, item.slug, each.title_text, out_at))

    try:
        analysis = export.analyse(look)
    except NotWordPressExport as error:
        raise NotAnExport(path) from error
    except OSError as error:
        raise NoSuchFile(path) from error
    channel = analysis.channel
    hosts = frozenset(
        filter(None, map(bare_host, (channel.link, channel.base_site_url, channel.base_blog_url)))
    )
    by_path = {picture.path: number for number, picture in reversed(pictures.items()) if picture.path}
    targets = {old: number for number, item in reversed(paths) for old in old_paths(item, channel)}
    overview = Overview(
        analysis=analysis,
        channel=channel,
        hosts=hosts,
        pictures=pictures,
        children=children_of(pictures.values()),
        by_path=by_path,
        targets=targets,
        keys=keys,
        logins=logins,
        texts=texts,
    )
    return export, overview


def digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:20]


def versions(key: str, item: Item, languages: Sequence[str]) -> list[tuple[str, Item]]:
    """(key, item) for each language an item is written in; the first has the item's own key."""
    each = in_each_language(item, languages)
    return [(key if place == 0 else f"{key}:{code}", one) for place, (code, one) in enumerate(each)]


def light(item: Item) -> Item:
    """The item without its texts, to be kept in memory."""
    old = tuple((key, value) for key, value in item.meta if key in {"_wp_old_slug", "_wp_old_date"})
    return replace(item, content="", excerpt="", terms=(), comments=(), meta=old)


def picture_of(item: Item) -> Picture:
    """What the file says of an attachment. Its text is `alt`, its caption plain words."""
    url = item.attachment_url or (item.guid if split(item.guid)[1] else "")
    return Picture(
        number=item.id or 0,
        url=url,
        path=upload_path(url),
        title=item.title_text,
        alt=html.unescape(item.meta_value("_wp_attachment_image_alt")).strip(),
        caption=item.excerpt.strip(),
        parent=item.parent,
        position=item.menu_order,
    )


def children_of(pictures: Iterable[Picture]) -> dict[int, list[int]]:
    """The attachments of each item, as WordPress sorts them."""
    children: dict[int, list[int]] = {}
    for picture in sorted(pictures, key=lambda each: (each.position, each.number)):
        if picture.parent:
            children.setdefault(picture.parent, []).append(picture.number)
    return children


def split(url: str) -> tuple[str, str, str, str]:
    """Scheme, host with port, path and query of an address; empty ones for what is none."""
    try:
        parts = urlsplit(url.strip())
        return parts.scheme.lower(), parts.netloc.lower(), parts.path, parts.query
    except ValueError:
        return "", "", "", ""


def bare_host(url: str) -> str:
    """The host of an address, without user, www and the usual ports."""
    host = split(url)[1].rpartition("@")[2]
    return re.sub(r":(?:80|443)$", "", host).rstrip(".").removeprefix("www.")


def joined(base: str, url: str) -> str:
    """The whole address of a link as the old site understood it."""
    try:
        return urljoin(base, url.strip())
    except ValueError:
        return url


def upload_path(url: str) -> str:
    """The part of a file's address below the folder of uploads: 2014/05/lac.jpg; the whole path on other houses."""
    path = unicodedata.normalize("NFC", unquote(split(url)[2], errors="replace"))
    found = _UPLOADS.fullmatch(path)
    return (found[1] if found else path).strip("/")


def counted(values: Iterable[str]) -> dict[str, int]:
    """How often each value comes, the most frequent first."""
    return dict(Counter(values).most_common())
