"""Texts that are one endless word: read once, not once for each of their letters, or these tests would not end."""

import pytest

from parvis.lib.text.languages import guess
from parvis.lib.text.search import query_words, snippet


class TestAnEndlessWord:
    @pytest.mark.parametrize("piece", ["a'b", "a\u0301", "a\u200b", "a"])
    def test_is_searched(self, piece):
        found = snippet(piece * 100_000, query_words("a b", ["fr", "en"]), "fr")

        assert found is not None

    def test_does_not_hide_the_words_before_it(self):
        text = "The square is open. " + "a'b" * 100_000

        assert ("square", True) in snippet(text, query_words("square", ["en"]), "en")

    def test_is_of_no_language(self):
        assert guess("a" * 1_000_000, ["fr", "en"]) is None
