"""Statements and notifications of ISO 20022."""

from datetime import date

import pytest
from lxml import etree

from parvis.conftest import SHARED_DATA, skip_or_fail
from parvis.lib import banking
from parvis.lib.banking import Reason, StatementRefused
from parvis.lib.banking.references import found_in

from .messages import (
    ACCOUNT,
    PAYER,
    balance,
    element,
    entry,
    message,
    notification,
    payment,
    statement,
    whole,
)

QRR = "210000000003139471430009017"
SCHEMAS = SHARED_DATA / "campaigns" / "bank"


def lines_of(content):
    (found,) = banking.read(content)
    return found.lines


def refused(content):
    with pytest.raises(StatementRefused) as refusal:
        banking.read(content)
    return refusal.value


def charge(value, *, included="", sign="DBIT"):
    inner = f'<Amt Ccy="CHF">{value}</Amt>{element("CdtDbtInd", sign)}{element("ChrgInclInd", included)}'
    return f"<Chrgs><Rcrd>{inner}</Rcrd></Chrgs>"


class TestStatement:
    def test_has_the_account_the_balances_and_the_numbers(self):
        (found,) = banking.read(whole(entry("20.00"), opening="5.00", closing="25.00"))
        assert (found.format, found.account, found.currency) == ("camt.053.001.08", ACCOUNT, "CHF")
        assert (found.statement_id, found.sequence, found.page) == ("S-1", 7, 1)
        assert (found.opening, found.closing, found.is_checked) == (500, 2500, True)
        assert (found.opened_on, found.closed_on) == (date(2026, 4, 30), date(2026, 4, 30))
        assert found.key == f"{ACCOUNT}|S-1|7|1|"

    @pytest.mark.parametrize("version", ["02", "04", "08"])
    def test_is_read_in_each_version(self, version):
        content = whole(entry("20.00", version=version), closing="20.00", version=version)
        (found,) = banking.read(content)
        assert found.format == f"camt.053.001.{version}"
        assert [line.amount for line in found.lines] == [2000]

    def test_is_read_without_a_namespace_and_with_prefixes(self):
        plain = whole(entry("20.00"), closing="20.00", namespace="")
        prefixed = plain.replace(b"<", b"<n:").replace(b"<n:/", b"</n:").replace(b"<n:?", b"<?")
        prefixed = prefixed.replace(b"<n:Document", b'<n:Document xmlns:n="urn:bank"')
        assert banking.read(plain) == banking.read(prefixed)
        assert banking.read(plain)[0].format == "camt.053"

    def test_is_read_in_other_encodings(self):
        text = whole(entry("20.00", note="Crédit"), closing="20.00").decode()
        for encoding in ("UTF-16", "ISO-8859-1", "utf-8-sig"):
            declared = text.replace("UTF-8", encoding.replace("-sig", ""))
            assert banking.read(declared.encode(encoding))[0].lines[0].note == "Crédit"

    def test_may_stand_beside_others(self):
        content = message(
            statement(balance("OPBD", "1"), balance("CLBD", "3"), entry("2")),
            statement(balance("OPBD", "0", "EUR"), balance("CLBD", "0", "EUR"), id="S-2", currency="EUR"),
        )
        assert [(each.statement_id, each.currency, len(each.lines)) for each in banking.read(content)] == [
            ("S-1", "CHF", 1),
            ("S-2", "EUR", 0),
        ]

    def test_may_be_a_page_of_a_longer_one(self):
        head = "<StmtPgntn><PgNb>2</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>"
        inside = (balance("ITBD", "10"), balance("ITBD", "30"), entry("20"))
        (found,) = banking.read(message(statement(*inside, head=head)))
        assert (found.page, found.opening, found.closing) == (2, 1000, 3000)

    def test_may_open_with_the_closing_balance_of_the_day_before(self):
        (found,) = banking.read(message(statement(balance("PRCD", "10"), balance("CLBD", "30"), entry("20"))))
        assert found.opening == 1000

    def test_may_be_overdrawn(self):
        inside = (balance("OPBD", "10", sign="DBIT"), balance("CLBD", "5", sign="DBIT"), entry("5"))
        (found,) = banking.read(message(statement(*inside)))
        assert (found.opening, found.closing) == (-1000, -500)

    def test_has_the_decimals_of_its_currency(self):
        inside = (balance("OPBD", "0", "JPY"), balance("CLBD", "500", "JPY"), entry("500.00", currency="JPY"))
        (found,) = banking.read(message(statement(*inside, currency="JPY")))
        assert found.lines[0].amount == found.closing == 500


class TestBalances:
    def test_that_do_not_add_up_refuse_the_file_and_say_by_how_much(self):
        refusal = refused(whole(entry("20.00"), opening="5.00", closing="25.10"))
        assert refusal.reason == Reason.BALANCE
        assert str(refusal) == (
            "Statement S-1 does not add up: it opens with 5.00 CHF, its booked lines come to 20.00, and it closes with "
            "25.10, which differs by 0.10. Nothing was taken from the file; ask the bank for it again."
        )

    def test_that_are_not_both_there_refuse_the_file(self):
        for kind in ("OPBD", "CLBD"):
            assert refused(message(statement(balance(kind, "1")))).reason == Reason.ONE_BALANCE

    def test_that_are_missing_altogether_leave_the_statement_unchecked(self):
        (found,) = banking.read(message(statement(entry("20"))))
        assert not found.is_checked
        assert found.lines[0].amount == 2000

    def test_that_do_not_add_up_in_one_statement_refuse_the_others_too(self):
        right = statement(balance("OPBD", "0"), balance("CLBD", "2"), entry("2"))
        assert refused(message(right, right.replace(">2<", ">3<", 1))).reason == Reason.BALANCE

    def test_are_looked_at_whatever_a_namespace_says(self):
        content = whole(entry("20"), closing="21", namespace="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08")
        assert refused(content).reason == Reason.BALANCE

    def test_of_a_notification_are_not_looked_for(self):
        (found,) = banking.read(notification(entry("20")))
        assert (found.opening, found.closing, found.is_notification) == (None, None, True)

    def test_leave_out_what_is_not_booked(self):
        content = whole(entry("20"), entry("99", status="PDNG"), closing="20")
        assert [(line.amount, line.is_booked) for line in lines_of(content)] == [(2000, True), (9900, False)]

    def test_in_another_currency_than_the_account_refuse_the_file(self):
        inside = (balance("OPBD", "0", "EUR"), balance("CLBD", "0", "EUR"))
        assert refused(message(statement(*inside))).reason == Reason.CURRENCY


class TestLine:
    def test_has_who_paid_what_and_why(self):
        paid = payment(
            "20.00",
            ref="D-1",
            end_to_end="E-1",
            references=[QRR],
            text=["Merci pour", "le projet"],
            debtor="Zoé Rochat",
            iban="CH93 0076 2011 6238 5295 7",
        )
        (line,) = lines_of(whole(entry("20.00", paid, ref="N-1", value_on="2026-05-02"), closing="20"))
        assert (line.amount, line.currency) == (2000, "CHF")
        assert (line.booked_on, line.value_on) == (date(2026, 4, 30), date(2026, 5, 2))
        assert (line.entry_reference, line.bank_reference, line.end_to_end_id) == ("N-1", "D-1", "E-1")
        assert (line.references, line.text) == ((QRR,), "Merci pour\nle projet")
        assert (line.party_name, line.party_iban) == ("Zoé Rochat", PAYER)

    @pytest.mark.parametrize("version", ["02", "08"])
    def test_names_who_was_paid_where_it_is_a_debit(self, version):
        paid = payment(creditor="The Printer", debtor="Us", version=version)
        content = whole(
            entry("5", paid, sign="DBIT", version=version), opening="5", closing="0", version=version
        )
        assert [(line.amount, line.party_name) for line in lines_of(content)] == [(-500, "The Printer")]

    def test_that_was_reversed_says_so_and_keeps_the_sign_that_it_has(self):
        paid = payment("5", sign="DBIT", debtor="Zoé Rochat")
        content = whole(entry("5", paid, sign="DBIT", reversal="true"), opening="5")
        (line,) = lines_of(content)
        assert (line.amount, line.is_reversal) == (-500, True)
        assert line.party_name == "Zoé Rochat"

    @pytest.mark.parametrize(
        ("status", "version", "is_booked"),
        [
            ("BOOK", "02", True),
            ("BOOK", "08", True),
            ("PDNG", "02", False),
            ("PDNG", "08", False),
            ("INFO", "08", False),
            ("", "08", False),
        ],
    )
    def test_is_booked_only_where_the_bank_says_so(self, status, version, is_booked):
        content = notification(entry("20", status=status, version=version), version=version)
        assert lines_of(content)[0].is_booked == is_booked

    def test_says_what_was_ordered_in_another_currency(self):
        (line,) = lines_of(notification(entry("20", payment("21.00", currency="EUR"))))
        assert (line.amount, line.instructed) == (2000, (2100, "EUR"))
        (line,) = lines_of(notification(entry("20", payment("20", instructed="21.00"))))
        assert (line.amount, line.instructed) == (2000, (2100, "EUR"))

    def test_takes_a_moment_for_its_day_on_the_clock_of_the_bank(self):
        moment = "<DtTm>2026-04-30T23:59:00-05:00</DtTm>"
        content = notification(entry("20").replace("<Dt>2026-04-30</Dt>", moment))
        assert lines_of(content)[0].booked_on == date(2026, 4, 30)

    def test_without_a_reference_says_nothing_in_its_place(self):
        (line,) = lines_of(notification(entry("20", payment("20", end_to_end="NOTPROVIDED", ref="NONREF"))))
        assert (line.end_to_end_id, line.bank_reference) == ("", "")

    def test_has_the_notes_of_the_bank_apart(self):
        (line,) = lines_of(notification(entry("20", payment("20", text=["Merci"]), note="GUTSCHRIFT")))
        assert (line.text, line.note) == ("Merci", "GUTSCHRIFT")


class TestBatch:
    def test_is_a_line_for_each_payment(self):
        paid = (payment("2187.00", references=["1"]), payment("1296.00", references=["2"]))
        lines = lines_of(whole(entry("3483.00", *paid, ref="N-1", count="2"), closing="3483"))
        assert [(line.amount, line.index, line.references) for line in lines] == [
            (218700, 0, ("1",)),
            (129600, 1, ("2",)),
        ]
        assert {line.entry_name for line in lines} == {lines[0].entry_name}

    def test_shows_a_reference_with_a_wrong_check_digit_beside_one_that_is_right(self):
        references = ("302388292000011111111111111", "302388292000022222222222222")
        paid = (payment("2187.00", references=references[:1]), payment("1296.00", references=references[1:]))
        lines = lines_of(whole(entry("3483.00", *paid), closing="3483.00"))
        shown = [(each.reference, each.is_right) for line in lines for each in found_in(line)]
        assert shown == list(zip(references, (False, True), strict=True))

    def test_of_version_02_is_told_apart_by_the_amount_of_the_transaction(self):
        paid = (payment(split="20.00", version="02"), payment(split="30.00", version="02"))
        content = whole(entry("50", *paid, version="02"), closing="50", version="02")
        assert [line.amount for line in lines_of(content)] == [2000, 3000]

    def test_may_hold_a_payment_in_the_other_direction(self):
        paid = (payment("50"), payment("20", sign="DBIT"))
        assert [line.amount for line in lines_of(whole(entry("30", *paid), closing="30"))] == [5000, -2000]

    def test_that_is_not_told_apart_is_one_line_that_says_so(self):
        (line,) = lines_of(whole(entry("50", count="2"), closing="50"))
        assert (line.amount, line.is_batch) == (5000, True)
        paid = (payment(references=["1"]), payment(references=["2"]))
        (line,) = lines_of(whole(entry("50", *paid), closing="50"))
        assert (line.amount, line.is_batch, line.references) == (5000, True, ("1", "2"))

    def test_of_which_the_bank_kept_its_charges_has_a_line_for_them(self):
        paid = (payment("20"), payment("30"))
        content = whole(entry("49.10", *paid, charges=charge("0.90", included="true")), closing="49.10")
        assert [(line.amount, line.is_charge) for line in lines_of(content)] == [
            (2000, False),
            (3000, False),
            (-90, True),
        ]

    def test_with_charges_of_each_payment_has_one_line_for_them(self):
        paid = (payment("20", charges=charge("0.50")), payment("30", charges=charge("0.40")))
        lines = lines_of(whole(entry("49.10", *paid), closing="49.10"))
        assert [line.amount for line in lines] == [2000, 3000, -90]

    def test_with_charges_that_are_booked_apart_has_none(self):
        apart = charge("0.90", included="false")
        content = whole(entry("20", payment("20"), charges=apart), closing="20")
        assert [line.amount for line in lines_of(content)] == [2000]
        assert refused(notification(entry("20", payment("20.90"), charges=apart))).reason == Reason.DETAILS

    def test_that_does_not_come_to_the_amount_of_its_entry_refuses_the_file(self):
        for paid in ((payment("20"), payment("31")), (payment("51"),)):
            refusal = refused(notification(entry("50", *paid)))
            assert refusal.reason == Reason.DETAILS
            assert "come to 51.00 CHF, but the entry to 50.00" in str(refusal)


class TestGarbled:
    @pytest.mark.parametrize("value", ["12..34", "1,200.50", "", "-5", "12.345", "zwölf", "1e3"])
    def test_amounts_refuse_the_file_with_the_line_and_the_entry(self, value):
        content = whole(entry("20"), "\n\n" + entry("777"), closing="20").replace(
            b">777<", f">{value}<".encode()
        )
        refusal = refused(content)
        assert refusal.reason == Reason.AMOUNT
        assert refusal.values == {"line": 5, "entry": 2, "statement": "S-1", "text": value}
        assert str(refusal).startswith(
            f"In line 5, entry 2 of statement S-1, the amount “{value}” cannot be read."
        )

    def test_amounts_with_something_in_them_are_no_smaller_amounts(self):
        content = notification(entry("20").replace(">20<", ">20<x/>0<"))
        assert refused(content).reason == Reason.AMOUNT

    def test_amounts_of_payments_and_balances_refuse_the_file_too(self):
        assert refused(notification(entry("20", payment("2..0")))).reason == Reason.AMOUNT
        assert refused(whole(opening="x")).reason == Reason.AMOUNT

    def test_amounts_that_are_missing_refuse_the_file(self):
        content = notification(entry("20").replace('<Amt Ccy="CHF">20</Amt>', ""))
        assert refused(content).reason == Reason.AMOUNT

    @pytest.mark.parametrize("currency", ["ZZZ", "chf", "XXX", "", "EUR"])
    def test_currencies_refuse_the_file(self, currency):
        content = whole(entry("20").replace("CHF", currency), closing="20")
        assert refused(content).reason == Reason.CURRENCY

    def test_signs_refuse_the_file(self):
        assert refused(notification(entry("20", sign="PLUS"))).reason == Reason.SIGN
        assert refused(notification(entry("20", sign=""))).reason == Reason.SIGN

    def test_days_refuse_the_file(self):
        refusal = refused(notification(entry("20", on="2026-02-30")))
        assert (refusal.reason, refusal.values["text"]) == (Reason.DAY, "2026-02-30")


@pytest.mark.data
class TestMessagesMadeHere:
    @pytest.mark.parametrize("kind", ["053", "054"])
    def test_are_what_the_schema_allows(self, kind):
        path = SCHEMAS / f"camt.{kind}.001.08.xsd"
        if not path.exists():
            skip_or_fail("the real files of ../shared/data are absent")
        paid = payment(
            "20", ref="D", end_to_end="E", references=[QRR], text=["Merci"], debtor="Zoé", iban=PAYER
        )
        entries = (
            entry("40", paid, paid, ref="N", count="2", note="X", charges=charge("1", included="true")),
            entry("5", payment("5", sign="DBIT"), sign="DBIT", reversal="true", status="PDNG"),
        )
        content = whole(*entries) if kind == "053" else notification(*entries)
        schema = etree.XMLSchema(etree.parse(path))
        schema.assertValid(etree.fromstring(content))
