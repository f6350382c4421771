"""Lists every path an item answered at on its old site, so that none of them has to end in “not found”."""

from datetime import datetime
from urllib.parse import parse_qs, unquote, urlsplit

from parvis.lib.wxr.dates import parse_written
from parvis.lib.wxr.fields import decoded
from parvis.lib.wxr.records import Channel, Item

_QUERY_NAMES = {"page": ("page_id", "p"), "attachment": ("attachment_id", "p")}


def old_paths(item: Item, channel: Channel) -> tuple[str, ...]:
    """Paths from the root of the host, percent signs resolved, the current one first; a slash stays as in the link.

    The link's own path, with old slugs and old dates put in its pattern, then the short forms `/?p=12` and
    `/archives/12`. A site in a folder has that folder in all of them.
    """
    base = _path(channel.base_blog_url or channel.link).rstrip("/")
    paths: list[str] = []
    path = _path(item.link)
    if path and path.rstrip("/") != base and not _is_query(item.link):
        paths.append(path)
        paths += _variants(path, item, base)
    if item.id is not None:
        names = _QUERY_NAMES.get(item.type, ("p",))
        paths += [f"{base}/?{name}={item.id}" for name in names]
        paths.append(f"{base}/archives/{item.id}")
    return tuple(dict.fromkeys(paths))


def _variants(path: str, item: Item, base: str) -> list[str]:
    """The path with each old slug and each old date of the item in the place of its own."""
    slugs = [item.slug, *(decoded(slug.strip()) for slug in item.meta_values("_wp_old_slug") if slug.strip())]
    dates = [item.local_at, *(_day(text) for text in item.meta_values("_wp_old_date"))]
    made = []
    for date in dates:
        dated = path if date is item.local_at else _with_date(path, item.local_at, date, base)
        made += [_with_slug(dated, item.slug, slug) for slug in slugs] if dated else []
    return [each for each in made if each and each != path]


def _with_slug(path: str, slug: str, other: str) -> str:
    parts = path.split("/")
    for index in range(len(parts) - 1, -1, -1):
        name, dot, ending = parts[index].partition(".")
        if slug and parts[index] == slug:
            return "/".join((*parts[:index], other, *parts[index + 1 :]))
        if slug and name == slug:
            return "/".join((*parts[:index], f"{other}{dot}{ending}", *parts[index + 1 :]))
    return path if other == slug else ""


def _with_date(path: str, date: datetime | None, other: datetime | None, base: str) -> str:
    """The path with year, month and day exchanged; empty when it holds no date, which then made no address."""
    if date is None or other is None:
        return ""
    parts = path.removeprefix(base).split("/")
    year = f"{date.year:04d}"
    if year not in parts:
        return ""
    at = parts.index(year)
    new = [f"{other.year:04d}", f"{other.month:02d}", f"{other.day:02d}"]
    for offset, (old, value) in enumerate(
        zip((year, f"{date.month:02d}", f"{date.day:02d}"), new, strict=True)
    ):
        if at + offset >= len(parts) or parts[at + offset] != old:
            break
        parts[at + offset] = value
    return base + "/".join(parts)


def _day(text: str) -> datetime | None:
    return parse_written(f"{text.strip()[:10]} 00:00:00")


def _path(url: str) -> str:
    try:
        path = urlsplit(url.strip()).path
    except ValueError:
        return ""
    plain = unquote(path, errors="replace")
    return plain if plain.startswith("/") else f"/{plain}" if plain else ""


def _is_query(url: str) -> bool:
    query = parse_qs(urlsplit(url.strip()).query)
    return any(name in query for name in ("p", "page_id", "attachment_id"))
