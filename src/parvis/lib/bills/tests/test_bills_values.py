"""What may stand in each field of a bill."""

from dataclasses import replace
from datetime import date

import pytest

from parvis.lib.bills import Fault, Line, Unbillable

from .samples import BY_QR_IBAN, IN_EUROS, IN_FRANCS, PIA, ROBERT, with_check_digits


def refused(bill, **changes):
    """The field and the fault for which a changed bill is refused."""
    with pytest.raises(Unbillable) as refusal:
        replace(bill, **changes)
    assert refusal.value.field in str(refusal.value)
    assert "%(" not in str(refusal.value)
    return refusal.value.field, refusal.value.fault


class TestAddress:
    @pytest.mark.parametrize(
        ("field", "most"),
        [("name", 70), ("street", 70), ("house_number", 16), ("postal_code", 16), ("town", 35)],
    )
    @pytest.mark.parametrize(("whose", "who"), [("creditor", ROBERT), ("debtor", PIA)])
    def test_has_room_for_so_many_characters_and_no_more(self, field, most, whose, who):
        assert getattr(
            getattr(replace(IN_FRANCS, **{whose: replace(who, **{field: "é" * most})}), whose), field
        )
        too_long = replace(who, **{field: "é" * (most + 1)})
        assert refused(IN_FRANCS, **{whose: too_long}) == (f"{whose}.{field}", Fault.TOO_LONG)

    @pytest.mark.parametrize("field", ["name", "postal_code", "town"])
    @pytest.mark.parametrize("nothing", ["", "  ", "\N{NO-BREAK SPACE}", "🎬"])
    def test_needs_a_name_a_postal_code_and_a_town(self, field, nothing):
        assert refused(IN_FRANCS, debtor=replace(PIA, **{field: nothing})) == (f"debtor.{field}", Fault.EMPTY)

    def test_can_do_without_a_street(self):
        bill = replace(IN_FRANCS, debtor=replace(PIA, street="", house_number=""))
        assert bill.debtor.street == ""

    @pytest.mark.parametrize("country", ["", "C", "CHE", "Suisse", "EU", "ZZ", "12", "ÇH"])
    def test_has_the_two_letters_of_a_country(self, country):
        assert refused(IN_FRANCS, creditor=replace(ROBERT, country=country)) == (
            "creditor.country",
            Fault.COUNTRY,
        )

    def test_takes_small_letters_for_a_country(self):
        assert replace(IN_FRANCS, debtor=replace(PIA, country=" fr ")).debtor.country == "FR"


class TestAccount:
    def test_is_kept_without_spaces(self):
        assert IN_FRANCS.iban == "CH5800791123000889012"

    @pytest.mark.parametrize(
        "iban", ["", "CH58 0079 1123 0008 8901 3", "CH58 0079 1123 0008 8901", "XX58 0079", "01-162-8"]
    )
    def test_has_the_right_check_digits_and_length(self, iban):
        assert refused(IN_FRANCS, iban=iban) == ("iban", Fault.IBAN)

    def test_lies_in_switzerland_or_liechtenstein_for_francs(self):
        assert refused(IN_FRANCS, iban=IN_EUROS.iban) == ("iban", Fault.IBAN_ABROAD)
        assert replace(IN_FRANCS, iban="LI21 0881 0000 2324 013A A").iban == "LI21088100002324013AA"

    def test_is_no_qr_iban_for_euros(self):
        assert refused(IN_EUROS, iban=BY_QR_IBAN.iban, bic="POFICHBEXXX") == ("iban", Fault.QR_IBAN_IN_EUR)

    def test_outside_of_the_economic_area_comes_with_its_bic_for_euros(self):
        assert refused(IN_EUROS, iban=IN_FRANCS.iban) == ("bic", Fault.BIC_NEEDED)
        assert replace(IN_EUROS, iban=IN_FRANCS.iban, bic="pofichbe xxx").bic == "POFICHBEXXX"

    @pytest.mark.parametrize("bic", ["POFI", "POFICHBEXX", "12345678"])
    def test_has_a_bic_of_eight_or_eleven(self, bic):
        assert refused(IN_EUROS, bic=bic) == ("bic", Fault.BIC)


class TestReference:
    def test_of_an_iban_is_a_creditor_reference(self):
        assert IN_FRANCS.reference == "RF18539007547034"

    def test_of_a_qr_iban_has_27_digits(self):
        assert BY_QR_IBAN.reference == "210000000003139471430009017"

    @pytest.mark.parametrize(
        "reference",
        [
            "",
            "RF19 5390 0754 7034",
            "RF18",
            "RF18 5390 0754 703é",
            "210000000003139471430009017",
            "18539007547034",
            "RF18 5390 0754 7034 0000 0000 0000",
        ],
    )
    def test_of_an_iban_is_nothing_else(self, reference):
        assert refused(IN_FRANCS, reference=reference) == ("reference", Fault.REFERENCE_SCOR)

    @pytest.mark.parametrize(
        "reference",
        [
            "",
            "0" * 27,
            "210000000003139471430009018",
            "21000000000313947143000901",
            "RF18539007547034",
            "٢" * 27,
        ],
    )
    def test_of_a_qr_iban_is_nothing_else(self, reference):
        assert refused(BY_QR_IBAN, reference=reference) == ("reference", Fault.REFERENCE_QRR)

    @pytest.mark.parametrize(
        ("bank", "qr"), [("29999", False), ("30000", True), ("31999", True), ("32000", False)]
    )
    def test_follows_the_number_of_the_bank(self, bank, qr):
        iban = with_check_digits("CH", f"{bank}000088901234")
        changes = {"iban": iban, "reference": BY_QR_IBAN.reference}
        if qr:
            assert replace(BY_QR_IBAN, **changes).iban == iban
        else:
            assert refused(BY_QR_IBAN, **changes) == ("reference", Fault.REFERENCE_SCOR)


class TestAmount:
    @pytest.mark.parametrize("amount", [1, 99_999_999_999])
    @pytest.mark.parametrize("bill", [IN_FRANCS, IN_EUROS])
    def test_lies_between_one_hundredth_and_the_most_a_code_can_ask(self, bill, amount):
        assert replace(bill, amount=amount, lines=(Line("Tout", amount),)).amount == amount

    @pytest.mark.parametrize("amount", [0, -1, 100_000_000_000, 149.5, True])
    def test_is_a_whole_number_within_bounds(self, amount):
        assert refused(IN_FRANCS, amount=amount, lines=(Line("Tout", amount),)) == ("amount", Fault.AMOUNT)

    def test_is_what_the_lines_come_to(self):
        assert refused(IN_FRANCS, amount=14_951) == ("lines", Fault.SUM)
        assert refused(IN_FRANCS, lines=()) == ("lines", Fault.SUM)

    def test_may_hold_a_rebate(self):
        assert replace(IN_FRANCS, lines=(Line("Affiche", 15_000), Line("Rabais", -50))).amount == 14_950

    @pytest.mark.parametrize("currency", ["", "USD", "chf"])
    def test_is_in_francs_or_euros(self, currency):
        assert refused(IN_FRANCS, currency=currency) == ("currency", Fault.CURRENCY)


class TestLetter:
    def test_speaks_four_languages(self):
        assert refused(IN_FRANCS, language="rm") == ("language", Fault.LANGUAGE)

    def test_is_not_due_before_it_is_sent(self):
        assert refused(IN_FRANCS, due_on=date(2026, 11, 26)) == ("due_on", Fault.DUE)
        assert replace(IN_FRANCS, due_on=IN_FRANCS.issued_on).due_on == IN_FRANCS.issued_on

    def test_names_the_line_that_is_wrong(self):
        assert refused(IN_FRANCS, lines=(Line("Film", 14_950), Line("電影", 0))) == (
            "lines.1.words",
            Fault.UNPRINTABLE,
        )
        assert refused(IN_FRANCS, words=("Bonjour", "x" * 2001)) == ("words.1", Fault.TOO_LONG)

    def test_stays_a_letter(self):
        assert refused(IN_FRANCS, amount=101, lines=(Line("Un", 1),) * 101) == ("lines", Fault.TOO_MANY)
        assert refused(IN_FRANCS, words=("Un",) * 21) == ("words", Fault.TOO_MANY)


class TestMessage:
    def test_has_140_characters_in_francs_and_70_in_euros(self):
        assert refused(IN_FRANCS, additional_information="x" * 141) == (
            "additional_information",
            Fault.TOO_LONG,
        )
        assert refused(IN_EUROS, additional_information="x" * 71) == (
            "additional_information",
            Fault.TOO_LONG,
        )
        assert replace(IN_FRANCS, additional_information="x" * 140).additional_information == "x" * 140
        assert replace(IN_EUROS, additional_information="x" * 70).additional_information == "x" * 70

    def test_is_refused_when_the_code_has_no_room_for_its_octets(self):
        full = replace(ROBERT, name="é" * 70, street="é" * 70, house_number="é" * 16, town="é" * 35)
        changes = {"creditor": full, "debtor": full, "additional_information": "é" * 140}
        assert refused(IN_FRANCS, **changes) == ("additional_information", Fault.CODE_FULL)
