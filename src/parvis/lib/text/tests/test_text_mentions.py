"""Names after an @."""

import pytest

from parvis.lib.text.mentions import LONGEST, MOST, mentions, name_words


class TestMentions:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("Thanks @Paul", ["Paul"]),
            ("(@Paul) and @Élise Roux, then", ["Paul) and ", "Élise Roux, then"]),
            ("@Paul\nand more", ["Paul"]),
            ("@Paul @Paul", ["Paul ", "Paul"]),
            ("write to paul@parvis.example", []),
            ("https://social.example/@paul", []),
            ("a decorator @1 and an empty @ and @@x", []),
            ("nothing", []),
        ],
    )
    def test_stand_after_an_at_that_begins_a_word(self, text, found):
        assert mentions(text) == found

    def test_are_short_and_few(self):
        assert [len(one) for one in mentions("@" + "a" * 500)] == [LONGEST]
        assert len(mentions(" ".join(f"@a{n}" for n in range(99)))) == MOST


class TestNameWords:
    def test_are_without_accents_cases_and_marks(self):
        assert name_words("Élise Roux-Favre, hier") == ("elise", "roux", "favre", "hier")
