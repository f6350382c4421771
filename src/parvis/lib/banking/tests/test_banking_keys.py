"""The same payment is one, however often and however it is told; two payments stay two."""

from dataclasses import replace

import pytest

from parvis.lib import banking
from parvis.lib.banking.keys import Namer, meant

from .messages import PAYER, balance, entry, message, mt940, notification, payment, statement


def lines(content):
    return [line for each in banking.read(content) for line in each.lines]


def keys(content):
    return [line.key for line in lines(content)]


def are_one(one, other):
    return banking.same_payment(one.names, other.names)


def statement_of(*entries):
    return message(statement(*entries))


class TestKey:
    def test_is_the_same_whenever_a_file_is_read(self):
        content = statement_of(entry("20", ref="N-1"), entry("20"), entry("20"))
        assert keys(content) == keys(content)
        assert len(set(keys(content))) == 3

    def test_is_the_reference_of_the_bank_and_the_place_in_its_entry(self):
        one, two = lines(statement_of(entry("40", payment("20"), payment("20"), ref="N-1")))
        assert one.key[0] == two.key[0] == "a"
        assert one.key != two.key
        alone = lines(
            statement_of(entry("20", payment("20", text=["other words"]), ref="N-1", on="2026-05-01"))
        )
        assert alone[0].key == one.key

    def test_of_the_second_payment_of_an_entry_is_not_that_of_a_first(self):
        (line,) = lines(statement_of(entry("20", ref="N-1")))
        first, second = (Namer().named(replace(line, index=index), "account") for index in (0, 1))
        assert first.key != second.key

    def test_is_that_of_the_payment_where_the_entry_has_none(self):
        (one,) = lines(statement_of(entry("20", payment("20", ref="D-1"))))
        assert one.key[0] == "a"

    @pytest.mark.parametrize(
        "over",
        [
            {"amount": 1},
            {"booked_on": None},
            {"currency": "EUR"},
            {"party_iban": "X"},
            {"references": ("X",)},
        ],
    )
    def test_without_a_reference_is_made_of_what_the_line_says(self, over):
        paid = entry("20", payment("20", references=["1"], iban=PAYER), value_on="")
        (line,) = lines(statement_of(paid))
        account = banking.read(statement_of(paid))[0].account
        assert line.key[0] == "h"
        assert Namer().named(line, account).key == line.key
        assert Namer().named(replace(line, **over), account).key != line.key
        assert Namer().named(line, "another account").key != line.key

    def test_of_two_genuine_equal_transfers_is_not_the_same(self):
        same = entry("20", payment("20", references=["1"], iban=PAYER))
        one, two = lines(statement_of(same, same))
        assert one.key != two.key
        assert not are_one(one, two)

    def test_of_equal_transfers_on_two_pages_is_not_the_same(self):
        page = statement(entry("20"))
        assert len(set(keys(message(page, page)))) == 2

    def test_of_a_payment_and_its_charge_under_one_reference_is_not_the_same(self):
        paid, charge = lines(statement_of(entry("20", ref="N-1"), entry("2", sign="DBIT", ref="N-1")))
        assert not are_one(paid, charge)

    def test_of_a_payment_and_its_reversal_is_not_the_same(self):
        paid, undone = lines(
            statement_of(entry("20", ref="N-1"), entry("20", sign="DBIT", reversal="true", ref="N-1"))
        )
        assert not are_one(paid, undone)

    def test_of_what_is_only_announced_is_not_that_of_the_payment_it_becomes(self):
        announced, paid = lines(statement_of(entry("20", ref="N-1", status="PDNG"), entry("20", ref="N-1")))
        assert not are_one(announced, paid)
        assert paid.key == keys(statement_of(entry("20", ref="N-1")))[0]

    def test_of_one_reference_on_two_accounts_is_not_the_same(self):
        ours = message(statement(entry("20", ref="N-1")), statement(entry("20", ref="N-1"), account=PAYER))
        one, two = lines(ours)
        assert not are_one(one, two)

    @pytest.mark.parametrize("filler", ["NONREF", "NOTPROVIDED", "notprovided", "0000", "N/A", "-", ""])
    def test_is_no_reference_that_only_fills_its_place(self, filler):
        assert meant(filler) == ""
        assert keys(statement_of(entry("20", ref=filler))) == keys(statement_of(entry("20")))


class TestNotificationAndStatement:
    """camt.054 tells first, camt.053 tells again."""

    def told(self, first, then):
        return lines(notification(*first)), lines(statement_of(*then))

    def test_are_one_by_the_reference_of_the_entry(self):
        paid = entry("40", payment("15", ref="D-1"), payment("25", ref="D-2"), ref="N-1")
        (a, b), (c, d) = self.told([paid], [paid])
        assert [are_one(a, c), are_one(b, d)] == [True, True]
        assert [are_one(a, d), are_one(b, c)] == [False, False]

    def test_are_one_where_the_statement_gives_no_details(self):
        (one,), (other,) = self.told(
            [entry("20", payment("20", ref="D-1"), ref="N-1")], [entry("20", ref="N-1")]
        )
        assert one.key == other.key

    def test_are_one_where_one_puts_the_reference_on_the_entry_and_one_on_the_payment(self):
        (one,), (other,) = self.told(
            [entry("20", ref="D-1")], [entry("20", payment("20", ref="D-1"), ref="N-1")]
        )
        assert one.key != other.key
        assert are_one(one, other)

    def test_are_one_where_one_books_singly_what_the_other_gathers(self):
        first = [entry("15", ref="D-1"), entry("25", ref="D-2")]
        (a, b), (c, d) = self.told(
            first, [entry("40", payment("15", ref="D-1"), payment("25", ref="D-2"), ref="N")]
        )
        assert [are_one(a, c), are_one(b, d), are_one(a, d)] == [True, True, False]

    def test_are_one_by_the_end_to_end_id_where_one_has_no_reference(self):
        (one,), (other,) = self.told(
            [entry("20", payment("20", end_to_end="E-1"))],
            [entry("20", payment("20", end_to_end="E-1", text=["more"]), ref="N-1")],
        )
        assert are_one(one, other)

    def test_are_one_by_what_they_say_where_neither_has_any(self):
        paid = entry("20", payment("20", references=["1"], iban=PAYER))
        (one,), (other,) = self.told([paid], [paid])
        assert one.key == other.key

    def test_tell_of_two_payments_where_the_references_of_the_bank_differ(self):
        (one,), (other,) = self.told(
            [entry("20", payment("20", end_to_end="E-1"), ref="N-1")],
            [entry("20", payment("20", end_to_end="E-1"), ref="N-2")],
        )
        assert not are_one(one, other)

    def test_tell_of_two_payments_where_somebody_gives_each_month_the_same_id(self):
        def monthly(on):
            return entry("20", payment("20", end_to_end="RENT"), on=on)

        (one,), (other,) = self.told([monthly("2026-04-30")], [monthly("2026-05-30")])
        assert not are_one(one, other)

    def test_of_equal_payments_are_one_each(self):
        def paid(**over):
            return entry("20", payment("20", end_to_end="GIFT"), **over)

        first, then = self.told([paid(), paid()], [paid(ref="N-1"), paid(ref="N-2")])
        assert [[are_one(one, other) for other in then] for one in first] == [[True, False], [False, True]]

    def test_of_an_entry_that_is_not_told_apart_are_known_by_the_entry(self):
        paid = (payment("15"), payment("25"))
        (a, b), (sum_of_both,) = self.told(
            [entry("40", *paid, ref="N-1")], [entry("40", count="2", ref="N-1")]
        )
        assert sum_of_both.is_batch
        assert a.entry_name == b.entry_name == sum_of_both.entry_name != ""
        assert not are_one(a, sum_of_both)

    def test_and_mt940_are_one_by_the_reference_of_the_bank(self):
        (one,) = lines(mt940(":61:260430C20,NTRFNONREF//N-1", closing="C260430CHF20,"))
        (other,) = lines(
            message(statement(balance("OPBD", "0"), balance("CLBD", "20"), entry("20", ref="N-1")))
        )
        assert one.key == other.key


class TestNothing:
    def test_is_the_same_as_nothing(self):
        assert not banking.same_payment((), ())
