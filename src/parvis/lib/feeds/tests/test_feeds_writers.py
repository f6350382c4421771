"""What readers find in each format."""

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import feedparser
import pytest
from lxml import etree

from parvis.lib.feeds import (
    FORMATS,
    Category,
    Enclosure,
    Entry,
    Feed,
    Original,
    Person,
    Tombstone,
    atom,
    json_feed,
    rss,
)
from parvis.lib.feeds.rules import check

WRITTEN = datetime(2026, 2, 9, 18, 30, tzinfo=timezone(timedelta(hours=1)))
NAMESPACES = {
    "a": "http://www.w3.org/2005/Atom",
    "at": "http://purl.org/atompub/tombstones/1.0",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "fh": "http://purl.org/syndication/history/1.0",
    "thr": "http://purl.org/syndication/thread/1.0",
    "wfw": "http://wellformedweb.org/CommentAPI/",
}

ENTRY = Entry(
    id="http://old.example.org/?p=17",
    url="https://journal.example.org/2026/marché",
    title="Le marché",
    language="fr",
    html="<p>Les <b>pommes</b> &amp; les poires</p>",
    summary="Un samedi au marché",
    published_at=WRITTEN,
    updated_at=WRITTEN + timedelta(days=1),
    authors=(Person(name="Éva", url="https://eva.example.org/"), Person(name="Tom")),
    categories=(Category(term="ville", label="La ville"),),
)
FEED = Feed(
    id="tag:example.org,2026:journal",
    title="Journal",
    subtitle="De tout",
    language="fr",
    home_url="https://journal.example.org/",
    self_url="https://journal.example.org/feed",
    updated_at=WRITTEN + timedelta(days=1),
    authors=(Person(name="Éva"),),
    entries=(ENTRY,),
)


def with_entry(**changes):
    return replace(FEED, entries=(replace(ENTRY, **changes),))


def found(document: bytes, path: str):
    return etree.fromstring(document).xpath(path, namespaces=NAMESPACES)


@pytest.mark.parametrize("name", FORMATS)
class TestEveryFormat:
    def test_gives_the_same_bytes_for_the_same_feed(self, name):
        write = FORMATS[name].write
        assert write(FEED) == write(replace(FEED))

    def test_keeps_the_stored_id_to_the_byte(self, name):
        imported = "http://Example.org:80/?p=%c3%a9&page_id=17#A B"
        document = FORMATS[name].write(with_entry(id=imported))
        if name == "json":
            assert json.loads(document)["items"][0]["id"] == imported
        else:
            assert found(document, "//item/guid/text() | //a:entry/a:id/text()") == [imported]

    def test_refuses_a_moment_without_zone(self, name):
        with pytest.raises(ValueError, match="zone"):
            FORMATS[name].write(with_entry(published_at=datetime(2026, 2, 9)))  # noqa: DTZ001

    def test_loses_only_the_characters_that_xml_forbids(self, name):
        document = FORMATS[name].write(with_entry(html="<p>a\x0bb\x00\ud800 😀 \u202eשלום ]]></p>"))
        assert "<p>ab 😀 \u202eשלום ]]></p>" in read_html(document, name)

    def test_puts_a_note_in_another_language_before_the_full_text(self, name):
        document = FORMATS[name].write(with_entry(note=(("en", "Apples & pears\n\n<cheap>"), ("de", " "))))
        assert read_html(document, name) == (
            '<div class="note" lang="en"><p>Apples &amp; pears</p><p>&lt;cheap&gt;</p></div>\n'
            '<div lang="fr"><p>Les <b>pommes</b> &amp; les poires</p></div>'
        )

    def test_never_shows_a_mail_address_as_a_name(self, name):
        authors = (Person(name="eva@example.org"), Person(name="Tom <tom@example.org>"), Person(name="\x01"))
        document = FORMATS[name].write(with_entry(authors=authors))
        assert b"@example.org" not in document
        if name == "json":
            assert json.loads(document)["items"][0]["authors"] == [{"name": "eva"}, {"name": "Tom"}]
        else:
            path = "//item/dc:creator/text() | //a:entry/a:author/a:name/text()"
            assert found(document, path) == ["eva", "Tom"]

    def test_writes_addresses_in_ascii(self, name):
        document = FORMATS[name].write(with_entry(url="https://münchen.example/é?a=[1]&b=%zz%20#ü"))
        address = "https://xn--mnchen-3ya.example/%C3%A9?a=%5B1%5D&b=%25zz%20#%C3%BC"
        if name == "json":
            assert json.loads(document)["items"][0]["url"] == address
        else:
            assert feedparser.parse(document).entries[0].link == address


def read_html(document: bytes, name: str) -> str:
    if name == "json":
        return json.loads(document)["items"][0]["content_html"]
    return found(document, "string(//content:encoded | //a:content)")


class TestTombstones:
    GONE = replace(FEED, gone=(Tombstone(id="http://old.example.org/?p=3", at=WRITTEN),))

    def test_name_in_atom_what_is_to_be_let_go(self):
        document = atom(self.GONE)
        [stone] = found(document, "/a:feed/at:deleted-entry")
        assert dict(stone.attrib) == {
            "ref": "http://old.example.org/?p=3",
            "when": "2026-02-09T17:30:00Z",
        }
        assert check(document, "application/atom+xml; charset=utf-8") == []
        assert not feedparser.parse(document).bozo

    @pytest.mark.parametrize("name", ["rss", "json"])
    def test_have_no_words_in_other_formats(self, name):
        assert FORMATS[name].write(self.GONE) == FORMATS[name].write(FEED)


class TestAtom:
    def test_says_the_language_of_feed_entry_title_and_content(self):
        document = atom(replace(with_entry(language="en"), language=None))
        assert found(document, "/a:feed/@xml:lang") == []
        assert found(document, "//a:entry/@xml:lang | //a:entry/*/@xml:lang") == ["en"] * 4

    def test_says_the_language_of_a_summary_that_is_a_note(self):
        document = atom(with_entry(note=(("en", "Apples"),), summary="Apples"))
        assert found(document, "string(//a:summary/@xml:lang)") == "en"

    def test_prefixes_a_title_only_in_a_feed_of_another_language(self):
        titles = [
            found(atom(replace(FEED, language=language)), "string(//a:entry/a:title)")
            for language in ("en", "fr-CH", None)
        ]
        assert titles == ["[fr] Le marché", "Le marché", "Le marché"]

    def test_writes_dates_in_utc(self):
        assert found(atom(FEED), "//a:entry/a:published/text()") == ["2026-02-09T17:30:00Z"]

    def test_declares_html_for_a_title_that_looks_like_it(self):
        document = atom(with_entry(title="Close </b> & &amp;"))
        (title,) = found(document, "//a:entry/a:title")
        assert (title.get("type"), title.text) == ("html", "Close &lt;/b&gt; &amp; &amp;amp;")

    def test_gives_an_untitled_text_its_first_words(self):
        titles = [
            found(atom(with_entry(title="", summary=summary, html=html)), "string(//a:entry/a:title)")
            for summary, html in [
                ("Court", ""),
                ("", f"<p>Des&nbsp;mots {'longs ' * 20}</p>"),
                ("", "<img src='https://example.org/a.png'>"),
            ]
        ]
        assert titles == [
            "Court",
            "Des mots longs longs longs longs longs longs longs longs…",
            "2026-02-09",
        ]

    def test_names_the_publication_where_a_text_appeared_first(self):
        original = Original(url="https://paper.example/1", publication="Le Papier")
        document = atom(with_entry(original=original, authors=()))
        assert found(document, "//a:link[@rel='via']/@href") == ["https://paper.example/1"]
        assert found(document, "//a:source/a:title/text()") == ["Le Papier"]
        assert found(document, "//a:entry/a:author/a:name/text()") == ["Éva"]

    def test_has_an_author_even_when_nobody_is_named(self):
        document = atom(replace(FEED, authors=(), entries=()))
        assert found(document, "/a:feed/a:author/a:name/text()") == ["Journal"]

    def test_links_pages_archives_hub_and_comments(self):
        document = atom(
            replace(
                with_entry(
                    comments_url="https://journal.example.org/1#comments",
                    replies_url="https://journal.example.org/1/feed",
                    in_reply_to=("tag:example.org,2026:0", "https://journal.example.org/0"),
                ),
                hub_url="https://hub.example.org/",
                next_url="https://journal.example.org/feed?page=2",
                prev_archive_url="https://journal.example.org/feed/2025",
                current_url="https://journal.example.org/feed",
            )
        )
        assert found(document, "/a:feed/a:link/@rel") == [
            *("self", "alternate", "hub", "next", "prev-archive", "current")
        ]
        assert len(found(document, "/a:feed/fh:archive")) == 1
        assert found(document, "//a:link[@rel='replies']/@type") == ["text/html", "application/atom+xml"]
        assert found(document, "//thr:in-reply-to/@ref") == ["tag:example.org,2026:0"]


class TestRss:
    def test_gives_each_item_its_language_and_its_authors(self):
        document = rss(with_entry(language="fr-CH"))
        assert found(document, "//channel/language/text()") == ["fr"]
        assert found(document, "//item/dc:language/text()") == ["fr-CH"]
        assert found(document, "//item/dc:creator/text()") == ["Éva", "Tom"]

    def test_writes_dates_as_mail_does(self):
        assert found(rss(FEED), "//item/pubDate/text()") == ["Mon, 09 Feb 2026 17:30:00 GMT"]

    def test_says_that_the_guid_is_no_address(self):
        assert found(rss(FEED), "//guid/@isPermaLink") == ["false"]

    def test_escapes_the_plain_summary_since_descriptions_are_html(self):
        assert found(rss(with_entry(summary="1 < 2 & <b>")), "//item/description/text()") == [
            "1 &lt; 2 &amp; &lt;b&gt;"
        ]

    def test_gives_the_full_text_as_description_when_there_is_no_summary(self):
        document = rss(with_entry(summary=""))
        assert found(document, "//item/description/text()") == [ENTRY.html]
        assert found(document, "//content:encoded") == []

    def test_breaks_what_looks_like_html_in_a_title_without_a_visible_trace(self):
        (title,) = found(rss(with_entry(title="Close </b> &amp; R&D, a < b")), "//item/title/text()")
        assert title == "Close <\u2060/b> &\u2060amp; R&D, a < b"

    def test_leaves_an_untitled_text_untitled(self):
        assert found(rss(with_entry(title=" ")), "//item/title") == []

    def test_prefixes_a_title_only_in_a_feed_of_another_language(self):
        assert found(rss(replace(FEED, language="en")), "//item/title/text()") == ["[fr] Le marché"]

    def test_gives_the_first_file_as_enclosure_and_links_the_others(self):
        files = tuple(
            Enclosure(url=f"https://journal.example.org/{name}.mp3", mime="audio/mpeg", length=7)
            for name in "ab"
        )
        document = rss(with_entry(enclosures=files))
        assert found(document, "//enclosure/@url") == ["https://journal.example.org/a.mp3"]
        assert len(feedparser.parse(document).entries[0].enclosures) == 2

    def test_names_the_publication_where_a_text_appeared_first(self):
        original = Original(url="https://paper.example/1", publication="Le Papier")
        (source,) = found(rss(with_entry(original=original)), "//item/source")
        assert (source.text, source.get("url")) == ("Le Papier", "https://paper.example/1")

    def test_shows_an_icon_only_in_a_format_that_rss_knows(self):
        counts = [
            len(found(rss(replace(FEED, icon_url=f"https://journal.example.org/i.{kind}")), "//image"))
            for kind in ("png", "svg")
        ]
        assert counts == [1, 0]

    def test_links_itself_its_comments_and_what_is_answered(self):
        document = rss(
            with_entry(
                comments_url="https://journal.example.org/1#comments",
                replies_url="https://journal.example.org/1/feed",
                in_reply_to=("tag:example.org,2026:0", ""),
            )
        )
        assert found(document, "//channel/a:link[@rel='self']/@href") == [FEED.self_url]
        assert found(document, "//wfw:commentRss/text()") == ["https://journal.example.org/1/feed"]
        assert found(document, "//comments/text()") == ["https://journal.example.org/1#comments"]
        assert found(document, "//thr:in-reply-to/@ref") == ["tag:example.org,2026:0"]


class TestJsonFeed:
    def test_says_the_language_of_feed_and_item(self):
        document = json.loads(json_feed(replace(FEED, language="en")))
        assert (document["version"], document["language"]) == ("https://jsonfeed.org/version/1.1", "en")
        assert (document["items"][0]["language"], document["items"][0]["title"]) == ("fr", "Le marché")

    def test_says_where_a_text_appeared_first_and_what_goes_with_it(self):
        document = json_feed(
            with_entry(
                original=Original(url="https://paper.example/1", publication="Le Papier"),
                enclosures=(Enclosure(url="https://e.example/a.mp3", mime="audio/mpeg", length=7),),
            )
        )
        (item,) = json.loads(document)["items"]
        assert item["external_url"] == "https://paper.example/1"
        assert item["attachments"] == [
            {"url": "https://e.example/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 7}
        ]

    def test_leaves_out_what_is_empty(self):
        document = json.loads(json_feed(replace(FEED, subtitle="", entries=())))
        assert set(document) == {
            *("version", "title", "home_page_url", "feed_url", "language", "authors", "items")
        }
