"""The text inside the codes."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from segno.helpers import make_epc_qr

from parvis.lib.bills import Line, payload
from parvis.lib.bills.codes import modules
from parvis.lib.bills.payload import decimal

from .samples import BY_QR_IBAN, IN_EUROS, IN_FRANCS, bills


class TestFrancs:
    def test_say_line_by_line_what_the_guidelines_ask(self):
        assert payload(IN_FRANCS).split("\n") == [
            "SPC", "0200", "1",
            "CH5800791123000889012",
            "S", "Robert Schneider SA", "Rue du Lac", "1268", "2501", "Bienne", "CH",
            "", "", "", "", "", "", "",
            "149.50", "CHF",
            "S", "Pia-Maria Rutschmann-Schnyder", "Grosse Marktgasse", "28", "9400", "Rorschach", "CH",
            "SCOR", "RF18539007547034", "Le lac en hiver, contribution 214",
            "EPD",
        ]  # fmt: skip

    def test_leave_the_debtor_open_and_name_a_qr_reference(self):
        lines = payload(BY_QR_IBAN).split("\n")
        assert lines[20:27] == [""] * 7
        assert lines[27:29] == ["QRR", "210000000003139471430009017"]
        assert len(lines) == 31

    def test_keep_an_empty_line_for_no_message(self):
        assert payload(replace(IN_FRANCS, additional_information="")).split("\n")[29:] == ["", "EPD"]

    @settings(deadline=None, max_examples=60)
    @given(bills("CHF"))
    def test_give_back_every_fact(self, bill):
        lines = payload(bill).split("\n")
        creditor, debtor = bill.creditor, bill.debtor
        assert len(lines) == 31
        assert lines[3] == bill.iban
        assert lines[4:11] == ["S", *(getattr(creditor, field) for field in FIELDS)]
        assert lines[20:27] == (["S", *(getattr(debtor, field) for field in FIELDS)] if debtor else [""] * 7)
        assert round(float(lines[18]) * 100) == bill.amount
        assert lines[28:30] == [bill.reference, bill.additional_information]


FIELDS = ("name", "street", "house_number", "postal_code", "town", "country")


class TestEuros:
    def test_say_line_by_line_what_epc069_12_asks(self):
        assert payload(IN_EUROS).split("\n") == [
            "BCD", "002", "1", "SCT", "",
            "Robert Schneider SA", "DE89370400440532013000", "EUR149.50", "",
            "RF18539007547034", "", "Le lac en hiver, contribution 214",
        ]  # fmt: skip

    def test_name_the_bank_abroad(self):
        assert (
            payload(replace(IN_EUROS, iban=IN_FRANCS.iban, bic="POFICHBEXXX")).split("\n")[4] == "POFICHBEXXX"
        )

    def test_end_with_the_last_line_that_says_something(self):
        assert payload(replace(IN_EUROS, additional_information="")).endswith("\nRF18539007547034")

    def test_make_the_same_code_as_another_writer(self):
        bill = replace(IN_EUROS, additional_information="", amount=14_955, lines=(Line("Tout", 14_955),))
        other = make_epc_qr(
            bill.creditor.name, bill.iban, "149.55", reference=bill.reference, encoding="utf-8"
        )
        assert modules(payload(bill)) == tuple(tuple(map(bool, row)) for row in other.matrix)


class TestAmounts:
    @given(st.integers(1, 99_999_999_999))
    def test_never_lose_a_hundredth(self, amount):
        whole, point, cents = decimal(amount).partition(".")
        assert int(whole) * 100 + int(cents) == amount
        assert (point, len(cents)) == (".", 2)
        assert whole == str(int(whole))
