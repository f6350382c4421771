"""Real files from banks, those of other projects' tests: what they pay, what they do not, and that they come once."""

import pytest

from parvis.conftest import SHARED_DATA, skip_or_fail
from parvis.lib import banking
from parvis.rooms.campaigns.actions.bank.refusals import FileRefused
from parvis.rooms.campaigns.models import BankLine, BankStatement, Entry
from parvis.rooms.campaigns.tests.banks import balance, billed, bring, lines, told
from parvis.rooms.campaigns.tests.makers import bank_of

pytestmark = [pytest.mark.django_db, pytest.mark.data]
GERMAN = "DE89370400440532013000"


def real(name):
    path = SHARED_DATA / "campaigns" / "bank" / name
    if not path.exists():
        skip_or_fail("the real files of ../shared/data are absent")
    return path.read_bytes()


def in_euros(creator, *amounts, **over):
    return billed(creator, *amounts, currency="EUR", bank=bank_of(creator, iban=GERMAN), **over)


class TestRealFiles:
    def test_propose_the_bill_of_the_amount_and_name_in_them(self, alice):
        _campaign, (pledge,), clock = in_euros(alice, 1250_50, names=["Acme GmbH"])
        brought = bring(alice, real("bsp_camt053_multicurrency.xml"), clock.at)
        assert lines() == [(1250_50, "proposed", "name", 0)]
        assert [item for item, _why in brought.skipped] == ["US-ACCT-0099"]
        assert BankLine.objects.get().pledge == pledge

    def test_pay_the_bill_whose_reference_stands_in_them(self, alice):
        _campaign, (pledge,), clock = in_euros(alice, 1250_50)
        file = real("bsp_camt053_multicurrency.xml").replace(
            b"Invoice 2026-117", f"Facture {pledge.reference}".encode()
        )
        bring(alice, file, clock.at)
        assert told(pledge) == ("collected", 1250_50)
        assert balance() == (1250_50, -1250_50, 0)
        assert bring(alice, file, clock.at).lines == []

    def test_keep_two_equal_payments_of_one_day_apart(self, alice):
        _campaign, _pledges, clock = in_euros(alice, 40_00)
        file = real("bsp_camt053_duplicate_same_day.xml").replace(b"DBIT", b"CRDT")
        assert bring(alice, file, clock.at).known == 0
        assert bring(alice, file, clock.at).known == 2
        assert lines() == [(4_50, "open", "unknown", 0)] * 2

    def test_are_refused_whole_when_an_amount_is_garbled(self, alice):
        _campaign, _pledges, clock = in_euros(alice, 12_34)
        with pytest.raises(FileRefused, match="cannot be read"):
            bring(alice, real("bsp_camt053_garbled_amount.xml"), clock.at)
        assert not BankStatement.objects.exists()

    def test_of_a_german_bank_come_once_whatever_they_hold(self, alice):
        name = "mt940_betterplace_sepa_mt9401.sta"
        statements = banking.read(real(name))
        for place, account in enumerate({each.account for each in statements}):
            bank_of(alice, iban=f"TEST{place}", stated_as=account)
        _campaign, (pledge,), clock = billed(alice, 40_00)
        came_in = sum(line.amount > 0 and not line.is_reversal for each in statements for line in each.lines)
        first = bring(alice, real(name), clock.at)
        assert len([line for line in first.lines if line.amount > 0]) == came_in
        kept = BankLine.objects.count()
        again = bring(alice, real(name), clock.at)
        assert (again.lines, BankLine.objects.count()) == ([], kept)
        assert told(pledge) == ("billed", 0)
        assert not Entry.objects.exists()
