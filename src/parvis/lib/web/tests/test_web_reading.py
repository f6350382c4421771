from datetime import UTC, datetime

import mf2py
import pytest

from parvis.lib.web import Answer, Entry, entry_of
from parvis.lib.web.reading import in_one_line

TARGET = "https://parvis.example/journal/2026/11/words/"


def entry(html: str, kind: str = "text/html; charset=utf-8") -> Entry:
    return entry_of(
        Answer("https://dan.example/notes/1", 200, (("Content-Type", kind),), html.encode()), TARGET
    )


REPLY = f"""<!doctype html><title>A note · dan.example</title><body>
<div class="h-entry"><p>In reply to <a class="u-in-reply-to" href="{TARGET}">Words</a></p>
<a class="p-author h-card" href="/about"><img alt="" src="/me.jpg"> Dan  <b>the</b> Man</a>
<time class="dt-published" datetime="2026-11-20T10:00:00+01:00">Friday</time>
<div class="e-content"><p>I <em>quite</em> agree.</p><p>And more.</p><script>alert(1)</script></div></div>"""


class TestAnEntry:
    def test_says_who_answers_what_and_when(self):
        assert entry(REPLY) == Entry(
            kind="reply",
            author_name="Dan the Man",
            author_url="https://dan.example/about",
            text="I quite agree. And more.",
            published_at=datetime(2026, 11, 20, 9, tzinfo=UTC),
        )

    def test_says_the_same_to_a_whole_reader_of_microformats(self):
        found = mf2py.parse(doc=REPLY, url="https://dan.example/notes/1")["items"][0]["properties"]
        ours = entry(REPLY)

        assert found["author"][0]["properties"]["name"] == [ours.author_name]
        assert found["author"][0]["properties"]["url"] == [ours.author_url]
        assert found["in-reply-to"] == [TARGET]
        assert datetime.fromisoformat(found["published"][0]) == ours.published_at

    @pytest.mark.parametrize("kind", ["like", "repost", "bookmark"])
    def test_says_what_it_does(self, kind: str):
        html = f'<div class="h-entry"><a class="u-{kind}-of" href="{TARGET}">x</a></div>'
        assert entry(html).kind == kind

    def test_that_answers_something_else_only_mentions(self):
        html = f'<div class="h-entry"><a class="u-in-reply-to" href="https://x.example/">x</a><a href="{TARGET}">x</a></div>'
        assert entry(html).kind == "mention"

    def test_answers_through_a_citation(self):
        html = f'<div class="h-entry"><div class="u-in-reply-to h-cite"><a class="u-url" href="{TARGET}">x</a></div></div>'
        assert entry(html).kind == "reply"

    def test_has_a_title_that_is_not_its_text(self):
        assert entry(
            '<div class="h-entry"><h1 class="p-name">On words</h1><p class="p-summary">Short.</p></div>'
        ) == Entry(title="On words", text="Short.")
        assert entry('<div class="h-entry"><p class="p-name e-content">A note.</p></div>') == Entry(
            text="A note."
        )

    def test_of_several_is_the_one_that_points_here(self):
        html = f"""<div class="h-feed"><div class="h-entry"><p class="p-name">First</p></div>
        <div class="h-entry"><p class="p-name">Second</p><a href="{TARGET}">x</a></div></div>"""
        assert entry(html).title == "Second"

    def test_is_not_what_stands_inside_another(self):
        html = f"""<div class="h-entry"><a href="{TARGET}">x</a><div class="h-cite"><p class="p-name">Theirs</p>
        <p class="p-author">Them</p></div><p class="p-name">Mine</p></div>"""
        assert (entry(html).title, entry(html).author_name) == ("Mine", "")

    def test_without_microformats_is_a_title(self):
        assert entry(f'<title> My\n page </title><a href="{TARGET}">x</a>') == Entry(title="My page")
        assert entry("Words", "text/plain") == Entry()
        assert entry("") == Entry()

    @pytest.mark.parametrize("said", ["yesterday", "0001-01-01T00:00:00+14:00", "2026-13-01", "9" * 500, ""])
    def test_does_not_tell_a_moment_that_is_none(self, said: str):
        assert (
            entry(
                f'<div class="h-entry"><time class="dt-published" datetime="{said}">x</time></div>'
            ).published_at
            is None
        )

    @pytest.mark.parametrize(
        "url", ["javascript:alert(1)", "data:text/html,x", "http://[/", "https://x.example/" + "a" * 600]
    )
    def test_has_no_author_at_an_address_that_is_none(self, url: str):
        html = f'<div class="h-entry"><a class="p-author h-card" href="{url}">Dan</a></div>'
        assert (entry(html).author_name, entry(html).author_url) == ("Dan", "")

    def test_is_plain_words_of_bounded_length(self):
        html = f"""<div class="h-entry"><p class="p-author">{"Dan " * 500}</p><h1 class="p-name">{"x" * 900}</h1>
        <div class="e-content">&lt;script&gt; {"word " * 5_000}</div></div>"""
        read = entry(html)

        assert (len(read.author_name), len(read.title)) == (100, 200)
        assert 390 < len(read.text) <= 400
        assert read.text.startswith("<script> word")

    def test_as_deep_as_one_likes_is_read_or_not_but_does_no_harm(self):
        entry('<div class="h-entry">' * 20_000 + "x")
        entry('<div class="h-entry"><div class="e-content">' + "<b>" * 50_000 + "x")


class TestALine:
    def test_holds_no_sign_that_is_not_seen(self):
        assert in_one_line("a\u202eb\x00c\u200b d\n\te\ufefff", 100) == "abc d ef"

    def test_ends_where_it_is_too_long(self):
        assert in_one_line("abcdef", 4) == "abc…"
