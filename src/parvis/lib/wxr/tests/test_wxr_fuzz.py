"""Damage of any kind never breaks the reader, and never loses an item in silence."""

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parvis.lib.wxr import Export, NotWordPressExport
from parvis.lib.wxr.content import render
from parvis.lib.wxr.languages import bilingual

NAMES = [
    "wxr/theme-preview.xml",
    "wxr/wagtail-wordpress-import-post_meta.xml",
    "wxr-edge/wpimporter-wxr-comprehensive.xml",
    "wxr-edge/wpimporter-valid-wxr-1.0.xml",
    "wxr-edge/wpimporter-crazy-cdata.xml",
    "wxr-edge/wpimporter-namespace-edge-cases.xml",
    "wxr-edge/wpimporter-slashes.xml",
]
BOUNDS = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


PIECES = [
    *(
        "[",
        "]",
        "/",
        "[a]",
        "[/a]",
        "[b x=1]",
        "[/b]",
        "[[",
        "]]",
        '"',
        "'",
        "<p>",
        "</p>",
        "<pre>",
        "</pre>",
    ),
    *("\n\n", "\n", "<!--more-->", "<!--nextpage-->", "<!-- wp:x -->", "<!-- wp:x /-->", "[code]", "[/code]"),
    *("[caption]", "[/caption]", "<img class=wp-image-1>", "https://x.example/", "text ", "<!--", "-->", "<"),
]


@cache
def content_of(path: Path) -> bytes:
    return path.read_bytes()


def check(data: bytes, path: Path) -> None:
    """Read `data`; every item seen in the bytes is given or named, and one without number or type is named."""
    path.write_bytes(data)
    export = Export(path)
    try:
        items = list(export.items())
    except NotWordPressExport:
        return
    lost = [problem for problem in export.problems if problem.reason in LOST]
    assert len(items) + len(lost) == export.textual_items
    if len(re.findall(rb"<item[\s>]", data)) > len(items):
        assert export.problems
    nameless = sum(item.id is None for item in items)
    assert nameless <= sum(p.reason == "This item has no WordPress number." for p in export.problems)
    typeless = sum(not item.type for item in items)
    assert typeless <= sum(p.reason == "This item has no type." for p in export.problems)
    assert Export(path).analyse().items == len(items)
    for item in items:
        bilingual(item, ("fr", "en"))


LOST = {"Nothing of this item could be read.", "This item is too long to be read."}


@pytest.mark.data
class TestDamage:
    @BOUNDS
    @given(name=st.sampled_from(NAMES), share=st.floats(0, 1))
    def test_of_a_file_cut_anywhere(self, shared_data, tmp_path, name, share):
        data = content_of(shared_data / "journal" / name)
        check(data[: int(len(data) * share)], tmp_path / "cut.xml")

    @BOUNDS
    @given(
        name=st.sampled_from(NAMES),
        flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 7)), max_size=30),
    )
    def test_of_flipped_bits(self, shared_data, tmp_path, name, flips):
        data = bytearray(content_of(shared_data / "journal" / name))
        for share, bit in flips:
            data[int((len(data) - 1) * share)] ^= 1 << bit
        check(bytes(data), tmp_path / "flipped.xml")

    @BOUNDS
    @given(
        name=st.sampled_from(NAMES),
        which=st.integers(0, 400),
        kind=st.sampled_from(["drop", "twice", "cdata"]),
    )
    def test_of_a_tag_lost_or_doubled(self, shared_data, tmp_path, name, which, kind):
        data = content_of(shared_data / "journal" / name)
        tags = list(re.finditer(rb"<[^<>]*>|\]\]>|<!\[CDATA\[", data))
        tag = tags[which % len(tags)]
        put = {"drop": b"", "twice": tag[0] * 2, "cdata": b"<![CDATA["}[kind]
        check(data[: tag.start()] + put + data[tag.end() :], tmp_path / "tag.xml")

    def test_one_bad_item_harms_no_other(self, shared_data, tmp_path):
        data = content_of(shared_data / "journal/wxr/wagtail-wordpress-import-post_meta.xml")
        whole = [item.title for item in Export(shared_data / "journal" / NAMES[1]).items()]
        starts = [match.start() for match in re.finditer(rb"<item>", data)]
        for number, start in enumerate(starts):
            end = data.index(b"</item>", start)
            for broken in (
                b"</item>",
                b"<item><title>",
                data[start:end].replace(b"]]>", b"]] >"),
                b"\x00\xff&<" * 9,
            ):
                tail = b"" if broken == b"</item>" else data[end:]
                path = tmp_path / "harmed.xml"
                path.write_bytes(data[:start] + broken + (tail or data[end + 7 :]))
                titles = [item.title for item in Export(path).items()]
                others = whole[:number] + whole[number + 2 :]
                assert [title for title in titles if title in others] == others


class TestContent:
    @BOUNDS
    @given(
        st.lists(
            st.sampled_from(PIECES),
            max_size=40,
        ).map("".join)
        | st.text(max_size=60)
    )
    def test_of_any_kind_renders(self, content):
        rendered = render(content, lambda number: None)
        assert rendered.pages == content.count("<!--nextpage-->") + 1
        assert "\ufdd1" not in rendered.html

    def test_that_is_nested_without_end_is_rendered(self):
        rendered = render("[a]" * 5000 + "Texte" + "[/a]" * 5000, lambda number: None)
        assert rendered.html == "<p>Texte</p>"

    @pytest.mark.parametrize(
        "piece", ["[", "[a ", "[a]", '[a "', "[[a]", "[code]", "<", "<!--", "<pre>", "<p>", "\n\n", "[a][/a]"]
    )
    def test_that_repeats_without_end_is_rendered(self, piece):
        rendered = render(piece * 20_000, lambda number: None)
        assert rendered.pages == 1
