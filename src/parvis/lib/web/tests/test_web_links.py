"""Discovery and verification, case by case as https://webmention.rocks tries them."""

import time
import tracemalloc
from typing import Any

import pytest

from parvis.lib.web import Answer, endpoint_of, links_out, points_to
from parvis.lib.web.tests.site import Site, fetcher, said

HOOK = "/hook"


def discovery(there: Site) -> dict[int, Any]:
    """The 23 discovery tests of webmention.rocks: what each page answers; all lead to HOOK."""
    whole = there.url(HOOK)
    return {
        1: said("", Link=f'<{HOOK}>; rel="webmention"'),
        2: said("", Link=f'<{whole}>; rel="webmention"'),
        3: said(f'<link rel="webmention" href="{HOOK}">'),
        4: said(f'<link rel="webmention" href="{whole}">'),
        5: said(f'<p><a rel="webmention" href="{HOOK}">Here</a></p>'),
        6: said(f'<p><a rel="webmention" href="{whole}">Here</a></p>'),
        7: said("", LinK=f'<{whole}>; rel="webmention"'),
        8: said("", Link=f"<{whole}>; rel=webmention"),
        9: said(f'<link rel="webmention somethingelse" href="{whole}">'),
        10: said("", Link=f'<{whole}>; rel="somethingelse webmention"'),
        11: said(
            '<link rel="webmention" href="/wrong/link"><a rel="webmention" href="/wrong/a">x</a>',
            Link=f'<{HOOK}>; rel="webmention"',
        ),
        12: said(f'<link rel="not-webmention" href="/wrong"><link rel="webmention" href="{whole}">'),
        13: said(f'<!-- <a href="/wrong" rel="webmention"></a> --><a href="{whole}" rel="webmention"></a>'),
        14: said(
            f'<code>&lt;a href="/wrong" rel="webmention"&gt;&lt;/a&gt;</code><a href="{whole}" rel="webmention"></a>'
        ),
        15: said('<link rel="webmention" href="">'),
        16: said(
            f'<body><a rel="webmention" href="{HOOK}">x</a><link rel="webmention" href="/wrong"></body>'
        ),
        17: said(
            f'<body><link rel="webmention" href="{HOOK}"><a rel="webmention" href="/wrong">x</a></body>'
        ),
        18: said("").replace(
            b"\r\n\r\n",
            f'\r\nLink: </wrong>; rel="other"\r\nLink: <{HOOK}>; rel="webmention"\r\n\r\n'.encode(),
            1,
        ),
        19: said("", Link=f'</wrong>; rel="other", <{HOOK}>; rel="webmention"'),
        20: said(f'<link rel="webmention"><a href="{HOOK}" rel="webmention">x</a>'),
        21: said(f'<link rel="webmention" href="{HOOK}?query=yes">'),
        22: said('<link rel="webmention" href="22/hook">'),
        23: said(status=302, Location="/test/redirected/23"),
    }


class TestDiscovery:
    @pytest.mark.parametrize("number", range(1, 24))
    def test_finds_where_a_page_takes_mentions(self, there: Site, number: int):
        there.pages[f"/test/{number}"] = discovery(there)[number]
        there.pages["/test/redirected/23"] = said('<link rel="webmention" href="23/hook">')

        found = endpoint_of(fetcher().get(there.url(f"/test/{number}")))

        expected = {
            15: "/test/15",
            21: f"{HOOK}?query=yes",
            22: "/test/22/hook",
            23: "/test/redirected/23/hook",
        }
        assert found == there.url(expected.get(number, HOOK))

    @pytest.mark.parametrize(
        ("page", "found"),
        [
            (said("Nothing"), None),
            (said("", Link="nonsense"), None),
            (
                said("", Link='<https://a.example/,;">; title="a, \\" <b>; rel=webmention"; rel=webmention'),
                'https://a.example/,;"',
            ),
            (said("", Link="</a>; REL=WebMention"), "/a"),
            (said("", Link="<>; rel=webmention"), "/"),
            (said("", Link="</a>; rel=other; rel=webmention"), None),
            (said('<base href="/there/"><a rel=webmention href=hook>'), "/there/hook"),
            (said('<A REL="WEBMENTION" HREF=" /hook\n">'), "/hook"),
            (said('<area rel="webmention" href="/wrong"><template><p></template>'), None),
            (said('<link rel="webmention" href="/hook">', Content_Type="text/plain"), None),
            (said('<link rel="webmention" href="/hook">', Content_Type="application/pdf"), None),
            (said('<link rel="webmention" href="http://[/">'), None),
            (said("<div>" * 50_000 + '<a rel="webmention" href="/hook">'), None),
        ],
    )
    def test_is_not_misled(self, there: Site, page: bytes, found: str | None):
        there.pages["/"] = page

        told = endpoint_of(fetcher().get(there.url("/")))

        if len(page) < 100_000:  # how deep a parser reads is its own affair, as long as it comes back
            assert told == (there.url(found) if found and found.startswith("/") else found)


TARGET = "https://parvis.example/journal/2026/11/words/"
EXACT = [
    said(f'<a href="{TARGET}">x</a>'),
    said(f"<A HREF = {TARGET}>x</A>"),
    said(f'<a href="\n {TARGET} ">x</a>'),
    said(f'<img src="{TARGET}">'),
    said(f'<video src="{TARGET}"></video>'),
    said(f'<blockquote cite="{TARGET}"></blockquote>'),
    said('<base href="https://parvis.example/journal/"><a href="2026/11/words/">x</a>'),
    said(f'<a href="{TARGET.replace("/", "&#47;")}">x</a>'),
    said(f"Read {TARGET}.", Content_Type="text/plain"),
    said(f"({TARGET})", Content_Type="text/plain; charset=nonsense"),
    said(f'{{"links": [{{"to": "{TARGET}"}}]}}', Content_Type="application/json"),
]
NOT = [
    said(f"Read {TARGET}"),
    said(f'<!-- <a href="{TARGET}">x</a> -->'),
    said(f'<a title="{TARGET}">x</a>'),
    said(f'<p>&lt;a href="{TARGET}"&gt;</p>'),
    said(f'<a href="{TARGET}more/">x</a>'),
    said(f'<a href="{TARGET}?a">x</a>'),
    said(f'<a href="{TARGET}#below">x</a>'),
    said(f'<a href="{TARGET[:-1]}">x</a>'),
    said(f'<a href="{TARGET.replace("https", "http")}">x</a>'),
    said(f'<a href="https://elsewhere.example/?to={TARGET}">x</a>'),
    said(f"<script>'<a href=\"{TARGET}\">'</script>"),
    said(f'<textarea><a href="{TARGET}"></textarea>'),
    said(f"Read {TARGET}more/", Content_Type="text/plain"),
    said(f'{{"{TARGET}": "a name"}}', Content_Type="application/json"),
    said(f'{{"a": "{TARGET}', Content_Type="application/json"),
    said("[" * 100_000, Content_Type="application/json"),
    said(f'<a href="{TARGET}">', Content_Type="image/png"),
    said(""),
]


class TestALink:
    @pytest.mark.parametrize("page", EXACT)
    def test_to_exactly_the_address_counts(self, there: Site, page: bytes):
        there.pages["/"] = page
        assert points_to(fetcher().get(there.url("/")), TARGET)

    @pytest.mark.parametrize("page", NOT)
    def test_to_something_else_does_not(self, there: Site, page: bytes):
        there.pages["/"] = page
        assert not points_to(fetcher().get(there.url("/")), TARGET)


class TestWhatIsLongOnPurpose:
    def test_is_searched_within_a_moment_and_without_copies_of_it(self):
        text = Answer("https://a.example/", 200, (("content-type", "text/plain"),), b"http://" * 150_000)
        header = Answer(
            "https://a.example/", 200, (("link", "<" * 65_000), ("content-type", "text/plain")), b""
        )
        began = time.process_time()
        tracemalloc.start()

        assert not points_to(text, TARGET)
        assert endpoint_of(header) is None

        assert tracemalloc.get_traced_memory()[1] < 50_000_000
        tracemalloc.stop()
        assert time.process_time() - began < 5


class TestLinksOut:
    def test_are_those_to_other_hosts_whole_and_once(self):
        text = """<p><a href="https://a.example/1">a</a> <a href="/here/">b</a> <a href="https://parvis.example/x/">c</a>
        <a href="HTTPS://B.example/é">d</a> <a href="https://a.example/1">e</a> <a href="mailto:x@y.example">f</a>
        <a href="https://c.example/" rel="nofollow">g</a> <a href="http://[/">h</a> <a>i</a> <a href="//d.example">j</a>"""

        found = links_out(text, "https://parvis.example/journal/")

        assert found == ["https://a.example/1", "https://B.example/é", "https://d.example"]

    def test_are_a_hundred_at_most(self):
        text = "".join(f'<a href="https://a.example/{number}">x</a>' for number in range(500))
        assert len(links_out(text, "https://parvis.example/")) == 100
