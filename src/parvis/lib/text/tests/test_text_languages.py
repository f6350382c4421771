"""Languages are guessed when it is fair to guess, and called by their names."""

import pytest

from parvis.lib.text.languages import NAMES, guess, name

BOTH = ["fr", "en"]


class TestGuess:
    @pytest.mark.parametrize(
        ("text", "language"),
        [
            ("Nous avons passé la journée au bord de la mer avec les enfants.", "fr"),
            ("We spent the whole day at the seaside with the children.", "en"),
            ("Bonjour tout le monde", "fr"),
            ("Les week-ends à la campagne, quel bonheur !", "fr"),
        ],
    )
    def test_tells_french_from_english(self, text, language):
        assert guess(text, BOTH) == language

    @pytest.mark.parametrize(
        "text", ["", "Bonjour toi", "12 34 56 78", "https://example.org/a/b/c/d the", "… ! ?"]
    )
    def test_does_not_guess_from_less_than_three_words(self, text):
        assert guess(text, BOTH) is None

    def test_stays_among_the_languages_asked_for(self):
        german = "Wir haben den ganzen Tag mit den Kindern am Meer verbracht."
        assert guess(german, ["de", "en"]) == "de"
        assert guess(german, BOTH) in {"en", "fr", None}
        assert guess(german, []) is None


class TestName:
    def test_says_languages_in_a_language(self):
        assert name("fr", "fr") == "français"
        assert name("en", "fr") == "anglais"
        assert name("fr", "en-GB") == "French"
        assert name("en-US", "en") == "English"

    def test_falls_back_to_english_and_to_the_code(self):
        assert name("fr", "pl") == "French"
        assert name("eo", "fr") == "eo"

    def test_is_complete(self):
        assert {frozenset(names) for names in NAMES.values()} == {frozenset(NAMES)}
