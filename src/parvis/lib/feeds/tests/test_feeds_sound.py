"""Whatever people write, our feeds break no rule and read back as they were given."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from html import escape, unescape

import feedparser
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parvis.lib.feeds import FORMATS, Category, Enclosure, Entry, Feed, Original, Person, Tombstone
from parvis.lib.feeds.rules import check
from parvis.lib.feeds.text import body, clean, heading, line, persons, plain, prefix, rfc822, rfc3339, uri

NASTY = st.sampled_from(
    [
        *("]]>", "<![CDATA[", "</content>", "<b>", "</b>", "&amp;", "&lt;", "&nbsp;", "&#0;", "<!--", "<?x"),
        *("\x00", "\x0b", "\x85", "\ufffe", "\ud800", "\U0001fffe", "\r\n", "\u2028", "\u202e", "\ufffd"),
        *("😀", "👩‍👩‍👧", "שלום", "مرحبا", "é", "œ", "«\u00a0a\u00a0»", '"', "'", "a@b.example", "R&D", "<3"),
    ]
)
# Signs that, behind a letter such as Ã, look like UTF-8 read as Latin-1: the checker says so, feedparser
# "repairs" it, and no writer can tell that it was meant.
LETTERS = st.characters(
    exclude_characters="".join(map(chr, range(0xA0, 0xC0))), exclude_categories=["Cs"]
) | st.sampled_from("\ud800\udfff")
TEXT = st.lists(st.one_of(NASTY, st.text(LETTERS, max_size=8)), max_size=6).map("".join)
WORD = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8)
LANGUAGE = st.sampled_from(["fr", "en", "de-CH", "pt-BR", "he", "zh-Hant"])
PATH = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=10)
URL = st.builds("https://{}.example.org/{}".format, WORD, PATH)
MOMENT = st.datetimes(datetime(1995, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
HTML = st.lists(
    st.one_of(
        TEXT.map(lambda text: f"<p>{escape(text)}</p>"),
        st.builds('<a href="{}">{}</a>'.format, URL.map(escape), TEXT.map(escape)),
        URL.map(lambda url: f'<img src="{escape(url)}" alt="" width="3" height="2" loading="lazy">'),
        st.just("<pre><code>a &lt; b ]]&gt; c</code></pre><hr>"),
    ),
    max_size=4,
).map("".join)
PERSON = st.builds(Person, name=TEXT, url=st.one_of(st.just(""), URL))
ENTRY = st.builds(
    Entry,
    id=WORD.map("tag:example.org,2026:{}".format),
    url=URL,
    title=TEXT,
    language=LANGUAGE,
    html=HTML,
    summary=TEXT,
    note=st.lists(st.tuples(LANGUAGE, TEXT), max_size=2).map(tuple),
    published_at=MOMENT,
    updated_at=MOMENT,
    authors=st.lists(PERSON, max_size=2).map(tuple),
    categories=st.lists(st.builds(Category, term=WORD, label=TEXT), max_size=3).map(tuple),
    enclosures=st.lists(
        st.builds(
            Enclosure,
            url=URL,
            mime=st.sampled_from(["audio/mpeg", "image/png"]),
            length=st.integers(0, 2**40),
        ),
        max_size=2,
    ).map(tuple),
    original=st.one_of(st.none(), st.builds(Original, url=URL, publication=TEXT)),
    comments_url=st.one_of(st.just(""), URL),
    replies_url=st.one_of(st.just(""), URL),
    in_reply_to=st.one_of(st.none(), st.tuples(WORD.map("tag:example.org,2026:{}".format), URL)),
)
ENTRIES = st.lists(
    ENTRY,
    max_size=4,
    unique_by=(lambda entry: entry.id, lambda entry: entry.updated_at.replace(microsecond=0)),
)
OPTIONAL_URL = st.one_of(st.just(""), URL)
FEED = st.builds(
    Feed,
    id=st.just("tag:example.org,2026:journal"),
    title=TEXT,
    subtitle=TEXT,
    language=st.one_of(st.none(), LANGUAGE),
    home_url=URL,
    self_url=URL,
    updated_at=MOMENT,
    authors=st.lists(PERSON, max_size=2).map(tuple),
    entries=ENTRIES.map(tuple),
    gone=st.lists(st.builds(Tombstone, id=URL, at=MOMENT), max_size=2).map(tuple),
    hub_url=OPTIONAL_URL,
    next_url=OPTIONAL_URL,
    prev_archive_url=OPTIONAL_URL,
    icon_url=st.sampled_from(["", "https://example.org/i.png", "https://example.org/i.svg"]),
    rights=TEXT,
)
MANY = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def declared_language(feed: Feed) -> set[str]:
    """A feed in several languages and without entries has no language to tell."""
    return set() if feed.language or feed.entries else {"MissingDCLanguage"}


class TestSound:
    @pytest.mark.parametrize("name", FORMATS)
    @MANY
    @given(feed=FEED)
    def test_breaks_no_rule(self, name, feed):
        written = FORMATS[name]
        findings = check(written.write(feed), written.mime)
        assert [each for each in findings if each.rule not in declared_language(feed)] == []

    @MANY
    @given(feed=FEED)
    def test_atom_reads_back_as_given(self, feed):
        parsed = feedparser.parse(
            FORMATS["atom"].write(feed), sanitize_html=False, resolve_relative_uris=False
        )
        assert parsed.bozo == 0
        assert parsed.feed.id == feed.id
        assert len(parsed.entries) == len(feed.entries)
        for read, entry in zip(parsed.entries, feed.entries, strict=True):
            assert (read.id, read.link) == (entry.id, uri(entry.url))
            title = unescape(read.title) if read.title_detail.type == "text/html" else read.title
            assert title == prefix(entry, feed) + heading(entry)
            assert (read.content[0].value, read.content[0].language) == (body(entry), entry.language)
            assert datetime(*read.published_parsed[:6], tzinfo=UTC) == entry.published_at.replace(
                microsecond=0
            )
            assert datetime(*read.updated_parsed[:6], tzinfo=UTC) == entry.updated_at.replace(microsecond=0)
            names = [person.name for person in persons(entry.authors)]
            assert not names or names == [author.name for author in read.authors]

    @MANY
    @given(feed=FEED)
    def test_rss_reads_back_as_given(self, feed):
        parsed = feedparser.parse(
            FORMATS["rss"].write(feed), sanitize_html=False, resolve_relative_uris=False
        )
        assert parsed.bozo == 0
        assert len(parsed.entries) == len(feed.entries)
        for read, entry in zip(parsed.entries, feed.entries, strict=True):
            assert (read.id, read.link, read.language) == (entry.id, uri(entry.url), entry.language)
            given_title = plain(prefix(entry, feed) + heading(entry)) if line(entry.title) else ""
            assert read.get("title", "") == given_title
            full = read.content[0].value if "content" in read else read.summary
            assert full == body(entry)
            assert datetime(*read.published_parsed[:6], tzinfo=UTC) == entry.published_at.replace(
                microsecond=0
            )
            assert [each.href for each in read.enclosures] == [uri(each.url) for each in entry.enclosures]


class TestText:
    @given(text=st.text())
    def test_cleaning_twice_changes_nothing_more(self, text):
        assert clean(clean(text)) == clean(text)

    @given(text=TEXT)
    def test_plain_text_shows_the_same_words(self, text):
        assert plain(text).replace("\u2060", "") == line(text).replace("\u2060", "")

    @given(url=URL)
    def test_an_address_is_encoded_once(self, url):
        assert uri(uri(url)) == uri(url)
        assert re.fullmatch(r"[!-~]+", uri(url))

    @given(at=MOMENT, minutes=st.integers(-720, 720))
    def test_a_moment_stays_the_same_moment(self, at, minutes):
        local = at.astimezone(timezone(timedelta(minutes=minutes)))
        assert datetime.fromisoformat(rfc3339(local)) == at.replace(microsecond=0)
        assert parsedate_to_datetime(rfc822(local)) == at.replace(microsecond=0)
