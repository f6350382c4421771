"""The characters of bills."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.lib.bills.characters import PAYABLE, payable, printable
from parvis.lib.bills.typeface import drawable


class TestPayable:
    def test_knows_the_324_characters_of_the_guidelines(self):
        assert len(PAYABLE) == 324

    @pytest.mark.parametrize(
        ("written", "taken"),
        [
            ("Société Générale d’Édition", "Société Générale d'Édition"),
            ("Łódź, Şile, Țara, Œuvre, 5 €", "Łódź, Şile, Țara, Œuvre, 5 €"),
            ("« Le lac » – l’hiver…", "« Le lac » - l'hiver..."),
            ("„Der See“ — “The lake”", '"Der See" - "The lake"'),
            ("un\N{NO-BREAK SPACE}\n\tdeux\N{NARROW NO-BREAK SPACE} trois ", "un deux trois"),
            ("Nguyễn Thị", "Nguyen Thi"),
            ("e\N{COMBINING ACUTE ACCENT}te\N{COMBINING ACUTE ACCENT}", "été"),
            ("co\N{SOFT HYPHEN}opération", "coopération"),
            ("ﬁlm №2 ™", "film No2 TM"),
            ("Le film 🎬👍🏽\N{ZERO WIDTH JOINER}!", "Le film !"),
            ("GROẞE STRAẞE", "GROSSE STRASSE"),
            ("x\N{COMBINING CIRCUMFLEX ACCENT}", "x"),
        ],
    )
    def test_writes_as_banks_take_it(self, written, taken):
        assert payable(written) == (taken, "")

    @pytest.mark.parametrize(
        ("written", "foreign"), [("Иван", "Иван"), ("Anna Ω", "Ω"), ("雪", "雪"), ("AΩBΩ", "Ω")]
    )
    def test_names_the_letters_it_cannot_write(self, written, foreign):
        assert payable(written)[1] == foreign

    @given(st.text())
    def test_never_gives_anything_else_and_changes_nothing_twice(self, text):
        taken, _ = payable(text)
        assert set(taken) <= PAYABLE
        assert payable(taken) == (taken, "")


class TestPrintable:
    @pytest.mark.parametrize(
        "written",
        [
            "« Été »\N{NARROW NO-BREAK SPACE}! l’œuvre — 12\N{NO-BREAK SPACE}000 €",
            "Иван и Ελένη",
            "Nguyễn",
        ],
    )
    def test_keeps_typography_and_the_scripts_of_europe(self, written):
        assert printable(written) == (written, "")

    def test_leaves_out_emoji_and_names_other_letters(self):
        assert printable("Le film 🎬 est fait") == ("Le film est fait", "")
        assert printable("雪 et 月")[1] == "雪月"

    @given(st.text())
    def test_never_gives_what_the_typeface_lacks(self, text):
        shown, _ = printable(text)
        assert set(shown) <= drawable()
        assert printable(shown) == (shown, "")

    def test_can_draw_all_that_the_code_may_hold(self):
        assert PAYABLE - {"\N{SOFT HYPHEN}"} <= drawable()
