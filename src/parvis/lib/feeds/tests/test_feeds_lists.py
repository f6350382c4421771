"""What search engines and readers of other people's lists find."""

from datetime import UTC, datetime

import pytest
from lxml import etree

from parvis.lib.feeds.opml import opml
from parvis.lib.feeds.sitemap import MAX_URLS, Page, sitemap, sitemap_index

HOME = "https://journal.example.org/"
WRITTEN = datetime(2026, 2, 9, 17, 30, tzinfo=UTC)
NAMESPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def found(document: bytes, path: str):
    return etree.fromstring(document).xpath(path, namespaces=NAMESPACES)


class TestSitemap:
    def test_lists_pages_with_their_other_languages(self):
        english = "https://journal.example.org/en"
        page = Page(url=HOME, modified_at=WRITTEN, alternates=(("fr", HOME), ("en", english)))
        document = sitemap([page])
        assert found(document, "//s:loc/text()") == [HOME]
        assert found(document, "//s:lastmod/text()") == ["2026-02-09T17:30:00Z"]
        assert found(document, "//x:link/@hreflang") == ["fr", "en"]

    def test_refuses_more_than_the_protocol_allows(self):
        with pytest.raises(ValueError, match="50000"):
            sitemap(Page(url="https://journal.example.org/") for _ in range(MAX_URLS + 1))

    def test_lists_its_parts(self):
        document = sitemap_index([("https://journal.example.org/1.xml", datetime(2026, 1, 1, tzinfo=UTC))])
        assert found(document, "/s:sitemapindex/s:sitemap/s:loc/text()") == [
            "https://journal.example.org/1.xml"
        ]


class TestOpml:
    def test_lists_feeds_with_their_language(self):
        document = opml(
            "À lire",
            [
                ("A & B", "https://a.example/feed", "https://a.example/", "fr"),
                ("", "https://b.example/f", "", ""),
            ],
        )
        outlines = found(document, "//outline")
        assert [outline.get("text") for outline in outlines] == ["A & B", "https://b.example/f"]
        assert outlines[0].get("xmlUrl") == "https://a.example/feed"
        assert (outlines[0].get("language"), outlines[1].get("htmlUrl")) == ("fr", None)
