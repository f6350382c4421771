"""Sitemaps for search engines (sitemaps.org 0.9), with the same page in other languages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from parvis.lib.feeds.text import rfc3339, uri
from parvis.lib.feeds.tree import leaf, root_of, written

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
MAX_URLS = 50_000

_PREFIXES: dict[str | None, str] = {None: SITEMAP, "xhtml": XHTML}


@dataclass(frozen=True, kw_only=True)
class Page:
    """A public page; `alternates` pairs a language (or `x-default`) with an address, this page's included."""

    url: str
    modified_at: datetime | None = None
    alternates: tuple[tuple[str, str], ...] = ()


def sitemap(pages: Iterable[Page]) -> bytes:
    """One sitemap. Raises ValueError above 50,000 addresses, the limit of the protocol."""
    root = root_of(f"{{{SITEMAP}}}urlset", _PREFIXES)
    for count, page in enumerate(pages, start=1):
        _refuse_above_limit(count)
        element = _located(root, "url", page.url, page.modified_at)
        for language, address in page.alternates:
            attributes = {"rel": "alternate", "hreflang": language, "href": uri(address)}
            etree.SubElement(element, f"{{{XHTML}}}link", attributes)
    return written(root)


def sitemap_index(parts: Iterable[tuple[str, datetime | None]]) -> bytes:
    """The list of sitemaps: address and last change of each. Raises ValueError above 50,000."""
    root = root_of(f"{{{SITEMAP}}}sitemapindex", _PREFIXES)
    for count, (address, modified_at) in enumerate(parts, start=1):
        _refuse_above_limit(count)
        _located(root, "sitemap", address, modified_at)
    return written(root)


def _refuse_above_limit(count: int) -> None:
    if count > MAX_URLS:
        raise ValueError(f"A sitemap holds at most {MAX_URLS} addresses")


def _located(root: etree._Element, name: str, address: str, modified_at: datetime | None) -> etree._Element:
    element = etree.SubElement(root, f"{{{SITEMAP}}}{name}")
    leaf(element, f"{{{SITEMAP}}}loc", uri(address))
    if modified_at is not None:
        leaf(element, f"{{{SITEMAP}}}lastmod", rfc3339(modified_at))
    return element
