"""References: made, checked, and found wherever a payer put them."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649
from stdnum.ch import esr

from parvis.lib.banking.records import Line
from parvis.lib.banking.references import (
    CODE_LETTERS,
    Found,
    Kind,
    Where,
    found_in,
    is_iban,
    is_qr_iban,
    is_qrr,
    is_scor,
    make_code,
    make_qrr,
    make_scor,
)

SCOR = "RF18539007547034"
QRR = "210000000003139471430009017"
bodies = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=21)
numbers = st.integers(1, 10**26 - 1).map(str)


def line(**said):
    return Line(**({"amount": 2000, "currency": "CHF", "booked_on": None, "value_on": None} | said))


def found(*, codes=(), **said):
    return found_in(line(**said), codes)


def in_text(text):
    return [(each.reference, each.is_right) for each in found(text=text)]


class TestMaking:
    def test_gives_the_references_of_the_standards(self):
        assert make_scor("539007547034") == SCOR
        assert make_qrr("21000000000313947143000901") == QRR

    @given(bodies)
    def test_a_creditor_reference_is_right_and_no_other_check_digits_are(self, body):
        reference = make_scor(body)
        assert is_scor(reference)
        assert iso11649.is_valid(reference)
        others = {f"RF{check:02}{body}" for check in range(2, 99)} - {reference}
        assert not any(map(is_scor, others))

    @given(numbers, st.integers(1, 9))
    def test_a_swiss_reference_is_right_and_no_other_check_digit_is(self, body, more):
        reference = make_qrr(body)
        assert is_qrr(reference)
        assert esr.is_valid(reference)
        assert not is_qrr(reference[:-1] + str((int(reference[-1]) + more) % 10))

    @pytest.mark.parametrize("body", ["", "a", "A" * 22, "É", "A B"])
    def test_a_creditor_reference_of_anything_else_is_a_mistake(self, body):
        with pytest.raises(ValueError, match="no body"):
            make_scor(body)

    @pytest.mark.parametrize("body", ["", "0", "1" * 27, "12a", "١", "-1"])
    def test_a_swiss_reference_of_anything_else_is_a_mistake(self, body):
        with pytest.raises(ValueError, match="no body"):
            make_qrr(body)

    def test_a_code_has_no_letters_that_are_taken_for_one_another(self):
        codes = {make_code(random.Random(7).choice) for _ in range(3)}
        assert len(codes) == 1
        assert all(letter in CODE_LETTERS for letter in codes.pop())
        assert not set("0O1I") & set(CODE_LETTERS)


class TestAccounts:
    def test_with_an_institution_for_qr_want_a_swiss_reference(self):
        assert is_qr_iban("CH4431999123000889012")
        assert not is_qr_iban("CH9300762011623852957")

    @pytest.mark.parametrize("account", ["CH4431999123000889013", "CH44", "", "XX4431999123000889012", "?"])
    def test_with_wrong_check_digits_or_of_no_country_are_none(self, account):
        assert not is_iban(account)
        assert not is_qr_iban(account)


class TestStructured:
    @pytest.mark.parametrize(
        ("written", "kind", "reference"),
        [
            (QRR, Kind.QRR, QRR),
            ("21 00000 00003 13947 14300 09017", Kind.QRR, QRR),
            ("1236", Kind.QRR, "000000000000000000000001236"),
            ("rf18 5390 0754 7034", Kind.SCOR, SCOR),
        ],
    )
    def test_is_normalised(self, written, kind, reference):
        assert found(references=(written,)) == [Found(kind, reference, Where.STRUCTURED, True)]

    def test_with_wrong_check_digits_is_shown_and_flagged(self):
        assert found(references=(QRR[:-1] + "6",)) == [
            Found(Kind.QRR, QRR[:-1] + "6", Where.STRUCTURED, False)
        ]
        assert found(references=("RF19539007547034",)) == [
            Found(Kind.SCOR, "RF19539007547034", Where.STRUCTURED, False)
        ]

    def test_of_nothing_but_zeros_is_none(self):
        assert found(references=("0" * 27, "")) == []

    def test_that_is_really_a_text_is_looked_through(self):
        assert found(references=(f"ref {SCOR}",)) == [Found(Kind.SCOR, SCOR, Where.STRUCTURED, True)]


class TestText:
    @pytest.mark.parametrize(
        "text",
        [
            SCOR,
            "RF18 5390 0754 7034",
            "rf18 5390 0754 7034",
            "RF 18 5390 0754 7034",
            "Merci, RF18 5390 0754 7034 bravo",
            "RF18 5390 0754 7034 PAUL",
            "RF18 5390 0754 7034, pour le disque",
            "RF18 5390 07\n54 7034",
            f"{SCOR}MERCI",
            f"REF{SCOR}",
            f"ref:{SCOR}.",
        ],
    )
    def test_holds_a_creditor_reference_with_blanks_or_words_around_it(self, text):
        assert in_text(text) == [(SCOR, True)]

    @pytest.mark.parametrize(
        "text",
        [
            QRR,
            "21 00000 00003 13947 14300 09017",
            f"QRR{QRR}",
            "210000000003139\n471430009017 merci",
            "21 00000 00003 13947 14300 09017 2026",
            "du 30 21 00000 00003 13947 14300 09017",
            "21 00000 00003 13947 14300 09017 21",
        ],
    )
    def test_holds_a_swiss_reference_with_blanks_or_digits_around_it(self, text):
        assert in_text(text) == [(QRR, True)]

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("RF19 5390 0754 7034 merci", "RF19539007547034"),
            ("RF19539007547034 merci", "RF19539007547034"),
            ("RF 19 5390 0754 70", "RF195390075470"),
            ("21 00000 00003 13947 14300 09016", QRR[:-1] + "6"),
        ],
    )
    def test_with_wrong_check_digits_is_shown_and_flagged(self, text, shown):
        assert in_text(text) == [(shown, False)]

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "Merci",
            "PERF12 ABC",
            "RF",
            "RF18",
            "RF1A 5390",
            "1" * 26,
            "1" * 28,
            "20131209007602198765432000000012",
        ],
    )
    def test_may_hold_none(self, text):
        assert in_text(text) == []

    def test_ends_a_reference_with_a_word_though_it_is_right_before_too(self):
        assert is_scor("RF98539")
        assert in_text("RF98 5390 1014 merci") == [("RF9853901014", True)]

    def test_offers_each_reference_that_may_be_meant_where_no_word_ends(self):
        assert in_text("RF9853901014MERCI") == [("RF9853901014", True), ("RF98539", True)]

    def test_may_hold_several(self):
        assert in_text(f"{SCOR} et {QRR}") == [(SCOR, True), (QRR, True)]

    @given(bodies, st.sampled_from(["", " ", "\n"]), st.sampled_from(["", " merci", ", bravo", " RF"]))
    def test_gives_back_whatever_reference_was_printed_in_groups_of_four(self, body, blank, after):
        reference = make_scor(body)
        printed = " ".join(reference[at : at + 4] for at in range(0, len(reference), 4))
        assert (reference, True) in in_text(f"Bill{blank or ' '}{printed}{after}")

    @given(numbers, st.integers(1, 9))
    def test_gives_back_whatever_swiss_reference_was_cut_anywhere(self, body, every):
        reference = make_qrr(body)
        cut = " ".join(reference[at : at + every] for at in range(0, 27, every))
        assert (reference, True) in in_text(f"no {cut} thanks")

    @given(st.text(max_size=60))
    def test_of_any_kind_gives_only_what_is_shaped_like_a_reference(self, text):
        assert all(is_scor(each) or is_qrr(each) for each, is_right in in_text(text) if is_right)


class TestWhere:
    def test_the_surest_place_is_told_where_one_stands_in_several(self):
        (one,) = found(references=(SCOR,), end_to_end_id=SCOR, text=SCOR, note=SCOR)
        assert one.where == Where.STRUCTURED

    @pytest.mark.parametrize(
        ("field", "where"),
        [("end_to_end_id", Where.END_TO_END), ("text", Where.TEXT), ("note", Where.NOTE)],
    )
    def test_every_place_is_looked_at(self, field, where):
        assert [each.where for each in found(**{field: f"x {SCOR}"})] == [where]


class TestCode:
    @pytest.mark.parametrize("text", ["K7M2QX", "merci k7m2qx !", "K7M 2QX", "K7\nM2QX", "codeK7M2QXbravo"])
    def test_is_found_among_those_that_are_looked_for_blanks_or_not(self, text):
        assert found(text=text, codes={"K7M2QX", "AAAAAA"}) == [Found(Kind.CODE, "K7M2QX", Where.TEXT)]

    def test_is_looked_for_by_nobody_otherwise(self):
        assert found(text="K7M2QX") == []

    def test_may_stand_in_a_structured_reference(self):
        (one,) = found(references=("K7M2QX",), codes={"K7M2QX"})
        assert one == Found(Kind.CODE, "K7M2QX", Where.STRUCTURED)
