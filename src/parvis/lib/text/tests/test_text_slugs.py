"""Addresses made of titles."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.lib.text.slugs import readable, slug


class TestSlug:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("L’été à Paris : œufs & Straße", "l-ete-a-paris-oeufs-strasse"),
            ("  --Hello,  World!-- ", "hello-world"),
            ("snake_case 2.0", "snake-case-2-0"),
            ("Привет", ""),
            ("…", ""),
            ("Łódź 東京 2024", "lodz-2024"),
        ],
    )
    def test_is_made_of_small_ascii_words(self, text, expected):
        assert slug(text) == expected

    def test_stops_after_some_words(self):
        assert slug("a b c d", words=3) == "a-b-c"
        assert slug(" ".join("abcdefghijklmnop")).count("-") == 11

    @given(st.text())
    def test_holds_nothing_else_and_stays_short(self, text):
        assert re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", slug(text))
        assert len(slug(text + "x" * 300)) <= 100
        assert slug(slug(text)) == slug(text)


class TestReadable:
    def test_keeps_letters_of_every_script(self):
        assert readable("Привет, Мир") == "привет-мир"
        assert readable("E\u0301cole d’été") == "école-d-été"

    @given(st.text())
    def test_changes_nothing_the_second_time(self, text):
        assert readable(readable(text)) == readable(text)
