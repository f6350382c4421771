"""Statements in MT940, tolerantly read and never in part."""

from datetime import date

import pytest

from parvis.lib import banking
from parvis.lib.banking import Reason, StatementRefused

from .messages import ACCOUNT, PAYER, mt940


def only(*fields, **over):
    (found,) = banking.read(mt940(*fields, **over))
    (line,) = found.lines
    return line


def refused(content):
    with pytest.raises(StatementRefused) as refusal:
        banking.read(content)
    return refusal.value


class TestStatement:
    def test_has_the_account_the_balances_and_the_numbers(self):
        (found,) = banking.read(mt940(":61:2604300430C20,NTRFNONREF//B-1", closing="C260430CHF20,"))
        assert (found.format, found.account, found.currency) == ("MT940", ACCOUNT, "CHF")
        assert (found.statement_id, found.sequence, found.page) == ("STARTUMS", 12, 1)
        assert (found.opening, found.closing, found.closed_on) == (0, 2000, date(2026, 4, 30))

    def test_is_known_by_its_day_too_for_banks_start_their_numbers_anew(self):
        this = banking.read(mt940())[0]
        next_year = banking.read(mt940(opening="C270430CHF0,", closing="C270430CHF0,"))[0]
        assert this.key != next_year.key

    @pytest.mark.parametrize("account", [f"{ACCOUNT}CHF", "CH44 3199 9123 0008 8901 2", f"{ACCOUNT} CHF"])
    def test_has_an_iban_however_the_bank_writes_it(self, account):
        assert banking.read(mt940(account=account))[0].account == ACCOUNT

    def test_may_have_a_number_that_is_no_iban(self):
        assert banking.read(mt940(account="50880050/0194774600888"))[0].account == "50880050/0194774600888"

    def test_may_be_wrapped_for_the_network(self):
        wrapped = b"{1:F01BANKCHZZXXXX}{2:O940}{4:\r\n" + mt940() + b"}"
        assert banking.read(wrapped) == banking.read(mt940())

    def test_may_be_one_of_several_each_checked(self):
        good, bad = mt940(), mt940(closing="C260430CHF1,")
        assert len(banking.read(good + b"\r\n" + good)) == 2
        assert refused(good + b"\r\n" + bad).reason == Reason.BALANCE

    def test_is_read_in_the_letters_of_windows(self):
        fields = (":61:2604300430C20,NTRFNONREF", ":86:Zoé")
        content = mt940(*fields, closing="C260430CHF20,").decode().encode("cp1252")
        assert banking.read(content)[0].lines[0].text == "Zoé"

    def test_that_lost_its_end_refuses_the_file(self):
        content = mt940()
        assert refused(content[: content.index(b":62F:")]).reason == Reason.ONE_BALANCE
        assert refused(content[: content.index(b":60F:")]).reason == Reason.BROKEN

    def test_that_closes_in_another_currency_refuses_the_file(self):
        assert refused(mt940(closing="C260430EUR0,")).reason == Reason.CURRENCY

    def test_that_is_interim_is_refused_as_such(self):
        content = b":20:X\r\n:25:1\r\n:28C:1\r\n:34F:CHF0,\r\n:13D:2604301200+0100\r\n-"
        assert refused(content).reason == Reason.INTERIM


class TestLine:
    @pytest.mark.parametrize(
        ("mark", "amount", "is_reversal"),
        [
            ("C", 2000, False),
            ("D", -2000, False),
            ("RC", -2000, True),
            ("RD", 2000, True),
            ("CR", 2000, False),
        ],
    )
    def test_has_the_sign_of_its_mark(self, mark, amount, is_reversal):
        closing = f"{'C' if amount > 0 else 'D'}260430CHF20,"
        line = only(f":61:2604300430{mark}20,NTRFNONREF", closing=closing)
        assert (line.amount, line.is_reversal) == (amount, is_reversal)

    @pytest.mark.parametrize(
        ("days", "value_on", "booked_on"),
        [
            ("2604300428", date(2026, 4, 30), date(2026, 4, 28)),
            ("260430", date(2026, 4, 30), date(2026, 4, 30)),
            ("260430    ", date(2026, 4, 30), date(2026, 4, 30)),
            ("2601020101", date(2026, 1, 2), date(2026, 1, 1)),
            ("2601021231", date(2026, 1, 2), date(2025, 12, 31)),
            ("2512310102", date(2025, 12, 31), date(2026, 1, 2)),
        ],
    )
    def test_was_booked_on_the_day_nearest_to_its_value(self, days, value_on, booked_on):
        line = only(f":61:{days}C20,NTRFNONREF", closing="C260430CHF20,")
        assert (line.value_on, line.booked_on) == (value_on, booked_on)

    def test_was_booked_on_a_day_that_there_was(self):
        assert only(":61:2403010229C20,NTRF", closing="C240301CHF20,").booked_on == date(2024, 2, 29)
        assert refused(mt940(":61:2503010229C20,NTRF")).reason == Reason.DAY

    def test_has_the_reference_of_the_bank_however_long(self):
        line = only(":61:260430C20,NTRFNONREF//20260430001234567891234567891234", closing="C260430CHF20,")
        assert line.bank_reference == line.entry_reference == "20260430001234567891234567891234"

    def test_has_no_reference_where_the_bank_only_fills_the_place(self):
        assert only(":61:260430C20,NTRF01916//NONREF", closing="C260430CHF20,").bank_reference == ""

    def test_keeps_the_words_that_follow_it(self):
        line = only(":61:260430C20,FMSC01916//B-1\r\n2013120900760219", closing="C260430CHF20,")
        assert "2013120900760219" in line.note

    def test_takes_free_words_line_by_line(self):
        line = only(":61:260430C20,NTRFNONREF", ":86:RF18 5390 0754\r\n7034 merci", closing="C260430CHF20,")
        assert line.text == "RF18 5390 0754\n7034 merci"

    def test_leaves_the_words_about_the_whole_statement_alone(self):
        content = mt940(":61:260430C20,NTRFNONREF", closing="C260430CHF20,\r\n:86:Conditions of the bank")
        assert banking.read(content)[0].lines[0].text == ""

    def test_takes_the_numbered_parts_of_german_and_swiss_banks(self):
        said = (
            f":86:166?00GUTSCHRIFT?100399?20EREF+E-1?21SVWZ+RF18539007?22547034 merci\r\n"
            f" à vous?30POFICHBEXXX?31{PAYER}?32Zoé ?33Rochat?34000"
        )
        line = only(":61:260430C20,NTRFNONREF//B-1", said, closing="C260430CHF20,")
        assert (line.end_to_end_id, line.text) == ("E-1", "RF18539007547034 merci à vous")
        assert (line.party_name, line.party_iban, line.note) == ("Zoé Rochat", PAYER, "GUTSCHRIFT")

    def test_takes_the_named_parts_of_dutch_banks(self):
        said = f":86:/TRTP/SEPA OVERBOEKING/IBAN/{PAYER}/BIC/POFICHBE/NAME/Zoé Rochat/REMI/merci/EREF/E-1"
        line = only(":61:260430C20,NTRFNONREF//B-1", said, closing="C260430CHF20,")
        assert (line.party_name, line.party_iban) == ("Zoé Rochat", PAYER)
        assert (line.text, line.end_to_end_id) == ("merci", "E-1")


class TestGarbled:
    @pytest.mark.parametrize("value", ["12..50,50", "12.50", "12,,50", "1 2,5", "-5,", "ABC", "", "12,505"])
    def test_amounts_refuse_the_file_with_the_line_and_the_entry(self, value):
        refusal = refused(mt940(":61:260430C1,NTRFNONREF", f":61:260430C{value}NTRFNONREF"))
        assert refusal.reason == Reason.AMOUNT
        assert (refusal.values["line"], refusal.values["entry"]) == (6, 2)

    def test_days_refuse_the_file(self):
        assert refused(mt940(":61:261330C1,NTRFNONREF")).reason == Reason.DAY

    def test_lines_refuse_the_file(self):
        assert refused(mt940(":61:what is this")).reason == Reason.AMOUNT

    def test_balances_refuse_the_file(self):
        assert refused(mt940(closing="260430CHF0,")).reason == Reason.AMOUNT
        assert refused(mt940(closing="C260430ZZZ0,")).reason == Reason.CURRENCY
