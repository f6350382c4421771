"""Bank statements: each payment finds its bill once, or waits for somebody to say whose it is."""

import pytest

from parvis.core.audiences.models import Membership
from parvis.lib.banking.tests import messages
from parvis.rooms.campaigns.actions.bank import bringing
from parvis.rooms.campaigns.actions.bank.refusals import FileRefused, NotYourAccount
from parvis.rooms.campaigns.actions.settling import drop
from parvis.rooms.campaigns.models import BankLine, BankStatement, Entry, PledgeEvent, Receipt
from parvis.rooms.campaigns.tests.banks import (
    balance,
    billed,
    bring,
    came,
    lines,
    notification,
    paid,
    statement,
    told,
)
from parvis.rooms.campaigns.tests.makers import IBAN, QR_IBAN, bank_of

pytestmark = pytest.mark.django_db


class TestMatching:
    def test_pays_by_the_structured_reference(self, alice):
        campaign, (pledge,), clock = billed(alice, 40_00)
        brought = bring(alice, notification(paid(pledge)), clock.at)
        assert brought.as_json() == {
            "paid": 1,
            "part_paid": 0,
            "proposed": 0,
            "open": 0,
            "known": 0,
            "skipped": [],
        }
        assert told(pledge) == ("collected", 40_00)
        assert lines() == [(40_00, "paid", "reference", 0)]
        assert balance() == (40_00, -40_00, 0)
        campaign.refresh_from_db()
        assert campaign.collected == 40_00
        assert Receipt.objects.get().amount == 40_00

    def test_pays_by_a_qr_reference_without_its_leading_zeros(self, alice):
        bank_of(alice, iban=QR_IBAN)
        _campaign, (pledge,), clock = billed(alice, 40_00, bank=bank_of(alice, iban=QR_IBAN))
        entry = came(40_00, references=[pledge.reference.lstrip("0")])
        bring(alice, notification(entry, account=QR_IBAN), clock.at)
        assert told(pledge) == ("collected", 40_00)

    def test_pays_by_the_reference_in_a_text_whose_blanks_are_elsewhere(self, alice):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        said = pledge.reference
        bring(
            alice,
            notification(came(40_00, text=[f"merci {said[:4]} {said[4:8]} {said[8:]} Gaston"])),
            clock.at,
        )
        assert lines() == [(40_00, "paid", "text", 0)]

    @pytest.mark.parametrize("amount", [40_00, 10_00])
    def test_pays_by_the_short_code(self, alice, amount):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        bring(alice, notification(came(amount, text=[f"pour {pledge.code.lower()}, merci"])), clock.at)
        assert lines() == [(amount, "paid", "code", 0)]

    def test_only_proposes_letters_that_look_like_a_code_when_the_amount_is_another(self, alice):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        bring(alice, notification(came(10_00, text=[f"Q{pledge.code}Q"])), clock.at)
        assert told(pledge) == ("billed", 0)
        assert lines() == [(10_00, "proposed", "code-alone", 0)]

    def test_only_proposes_by_amount_and_name(self, alice):
        _campaign, (pledge,), clock = billed(alice, 40_00, names=["Zoé Favre"])
        brought = bring(alice, notification(came(40_00, debtor="FAVRE ZOE")), clock.at)
        assert brought.as_json()["proposed"] == 1
        assert told(pledge) == ("billed", 0)
        assert BankLine.objects.get().pledge == pledge
        assert not Entry.objects.exists()

    def test_guesses_not_between_two_of_the_same_amount_and_name(self, alice):
        _campaign, _pledges, clock = billed(alice, 40_00, 40_00, names=["Zoé Favre", "Zoe Favre"])
        bring(alice, notification(came(40_00, debtor="Zoe Favre")), clock.at)
        assert lines() == [(40_00, "open", "several", 0)]

    def test_proposes_not_what_another_payment_of_the_file_pays(self, alice):
        _campaign, (pledge,), clock = billed(alice, 40_00, names=["Zoé Favre"])
        named = came(40_00, debtor="Zoé Favre", ref="1")
        bring(alice, notification(named, paid(pledge, ref="2")), clock.at)
        assert lines() == [(40_00, "open", "unknown", 0), (40_00, "paid", "reference", 0)]

    def test_never_uses_a_reference_whose_check_digit_is_wrong_but_shows_it(self, alice):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        wrong = f"RF00{pledge.reference[4:]}"
        bring(alice, notification(came(40_00, references=[wrong])), clock.at)
        assert told(pledge) == ("billed", 0)
        line = BankLine.objects.get()
        assert (line.state, line.because) == ("open", "wrong")
        assert line.references == [{"reference": wrong, "is_right": False}]

    def test_takes_no_reference_of_somebody_elses_campaign(self, alice, charlie):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        bank_of(charlie, iban=QR_IBAN)
        bring(charlie, notification(paid(pledge), account=QR_IBAN), clock.at)
        assert told(pledge) == ("billed", 0)
        assert lines() == [(40_00, "open", "unknown", 0)]


class TestWhatCounts:
    def test_leaves_out_what_is_only_announced(self, alice):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        announced = messages.entry(
            "40.00", messages.payment("40.00", references=[pledge.reference]), status="PDNG"
        )
        brought = bring(alice, notification(announced), clock.at)
        assert told(pledge) == ("billed", 0)
        assert [item for item, _why in brought.skipped] == ["2026-04-30 40.00 CHF"]
        assert lines() == []
        bring(alice, notification(paid(pledge), id="N-2"), clock.at)
        assert told(pledge) == ("collected", 40_00)

    def test_shows_what_the_bank_took_back_and_changes_nothing_by_itself(self, alice):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        bring(alice, notification(paid(pledge, debtor="Zoé Favre", ref="1")), clock.at)
        back = messages.entry(
            "40.00",
            messages.payment("40.00", sign="DBIT", debtor="Zoé Favre", ref="9"),
            sign="DBIT",
            reversal="true",
        )
        bring(alice, notification(back, id="N-2"), clock.at)
        assert told(pledge) == ("collected", 40_00)
        assert lines()[1] == (-40_00, "open", "taken-back", 0)
        assert BankLine.objects.latest("pk").pledge == pledge
        assert balance() == (40_00, -40_00, 0)

    def test_keeps_nothing_of_other_money_that_goes_out(self, alice):
        _campaign, _pledges, clock = billed(alice, 40_00)
        rent = messages.entry(
            "900.00", messages.payment("900.00", sign="DBIT", creditor="Régie"), sign="DBIT"
        )
        bring(alice, notification(rent), clock.at)
        assert lines() == []


class TestMoney:
    def test_adds_up_in_parts(self, alice):
        campaign, (pledge,), clock = billed(alice, 40_00)
        one = bring(alice, notification(paid(pledge, 15_00, ref="1")), clock.at)
        assert (one.as_json()["part_paid"], told(pledge)) == (1, ("part-paid", 15_00))
        bring(alice, notification(paid(pledge, 5_00, ref="2"), id="N-2"), clock.at)
        assert told(pledge) == ("part-paid", 20_00)
        assert not Receipt.objects.exists()
        bring(alice, notification(paid(pledge, 20_00, ref="3"), id="N-3"), clock.at)
        assert told(pledge) == ("collected", 40_00)
        assert balance() == (40_00, -40_00, 0)
        campaign.refresh_from_db()
        assert campaign.collected == 40_00
        moves = PledgeEvent.objects.filter(pledge=pledge).order_by("number").values_list("move", flat=True)
        assert list(moves)[-3:] == ["pay-part", "pay-part", "pay"]

    def test_owes_what_is_too_much(self, alice):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        bring(alice, notification(paid(pledge, 50_00)), clock.at)
        assert told(pledge) == ("collected", 40_00)
        assert lines() == [(50_00, "paid", "reference", 10_00)]
        assert balance() == (50_00, -40_00, -10_00)

    def test_owes_a_second_payment_whole(self, alice):
        campaign, (pledge,), clock = billed(alice, 40_00)
        bring(alice, notification(paid(pledge, ref="1"), paid(pledge, ref="2")), clock.at)
        assert lines() == [(40_00, "paid", "reference", 0), (40_00, "open", "second", 40_00)]
        assert balance() == (80_00, -40_00, -40_00)
        campaign.refresh_from_db()
        assert campaign.collected == 40_00

    def test_owes_what_is_in_another_currency_than_the_campaign(self, alice):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        entry = came(40_00, currency="EUR", references=[pledge.reference])
        bring(alice, notification(entry, currency="EUR"), clock.at)
        assert told(pledge) == ("billed", 0)
        assert lines() == [(40_00, "open", "currency", 40_00)]
        assert set(Entry.objects.get().legs.values_list("currency", flat=True)) == {"EUR"}

    def test_takes_back_whoever_was_dropped_and_pays_late(self, alice):
        campaign, (pledge,), clock = billed(alice, 40_00)
        drop(campaign=campaign, at=clock.pass_by(days=11))
        members = Membership.objects.filter(group=campaign.group, person=pledge.person)
        assert (told(pledge), members.exists()) == (("dropped", 0), False)
        bring(alice, notification(paid(pledge, 10_00, ref="1")), clock.at)
        assert lines() == [(10_00, "open", "late", 10_00)]
        bring(alice, notification(paid(pledge, ref="2"), id="N-2"), clock.at)
        assert (told(pledge), members.exists()) == (("collected", 40_00), True)


class TestRepeating:
    def test_changes_nothing_the_second_time(self, alice):
        _campaign, (pledge, other), clock = billed(alice, 40_00, 20_00)
        file = statement(paid(pledge, ref="1"), paid(other, 30_00), came(7_00, text=["loyer"]), total=77_00)
        bring(alice, file, clock.at)
        before = (lines(), balance(), PledgeEvent.objects.count())
        again = bring(alice, file, clock.pass_by(days=1))
        assert (again.known, again.lines) == (3, [])
        assert (lines(), balance(), PledgeEvent.objects.count()) == before
        assert BankStatement.objects.count() == 1

    def test_knows_a_payment_of_the_notification_in_the_statement(self, alice):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        bring(alice, notification(paid(pledge, ref="1", end_to_end="ABC")), clock.at)
        brought = bring(alice, statement(paid(pledge, ref="1", end_to_end="ABC"), total=40_00), clock.at)
        assert (brought.known, lines()) == (1, [(40_00, "paid", "reference", 0)])
        assert balance() == (40_00, -40_00, 0)

    def test_keeps_two_equal_transfers_of_one_day_apart_even_when_told_of_twice(self, alice):
        _campaign, _pledges, clock = billed(alice, 40_00)
        twice = [came(5_00, text=["don"]), came(5_00, text=["don"])]
        bring(alice, notification(*twice), clock.at)
        bring(alice, statement(*twice, total=10_00), clock.at)
        assert lines() == [(5_00, "open", "unknown", 0)] * 2

    def test_lets_a_known_payment_stand_for_one_line_only(self, alice):
        _campaign, _pledges, clock = billed(alice, 40_00)
        bring(alice, notification(came(5_00, ref="X", end_to_end="Y")), clock.at)
        two = notification(came(5_00, ref="X"), came(5_00, end_to_end="Y"), id="N-2")
        assert bring(alice, two, clock.at).known == 1
        assert lines() == [(5_00, "open", "unknown", 0)] * 2

    def test_interrupted_leaves_nothing_and_then_completes(self, alice, monkeypatch):
        _campaign, (pledge, other), clock = billed(alice, 40_00, 20_00)
        file = notification(paid(pledge, ref="1"), paid(other, ref="2"))
        with monkeypatch.context() as broken:
            broken.setattr("parvis.rooms.campaigns.actions.bank.paying.give_receipts", interrupted)
            with pytest.raises(Interrupted):
                bring(alice, file, clock.at)
        assert (lines(), BankStatement.objects.count(), balance()) == ([], 0, (0, 0, 0))
        assert told(pledge) == ("billed", 0)
        bring(alice, file, clock.at)
        assert (told(pledge)[0], told(other)[0]) == ("collected", "collected")
        assert balance() == (60_00, -60_00, 0)

    def test_interrupted_between_two_statements_keeps_the_first_and_then_completes(self, alice, monkeypatch):
        _campaign, (pledge, other), clock = billed(alice, 40_00, 20_00)
        one, two = (
            messages.statement(paid(each, ref=ref), account=IBAN, id=ref)
            for each, ref in ((pledge, "1"), (other, "2"))
        )
        file = messages.message(one, two, kind="054")
        pay, calls = bringing.pay, []

        def once(some, **over):
            calls.append(1)
            if len(calls) == 2:
                raise Interrupted
            pay(some, **over)

        with monkeypatch.context() as broken:
            broken.setattr(bringing, "pay", once)
            with pytest.raises(Interrupted):
                bring(alice, file, clock.at)
        assert (told(pledge), told(other)) == (("collected", 40_00), ("billed", 0))
        assert bring(alice, file, clock.at).known == 1
        assert told(other) == ("collected", 20_00)


class Interrupted(Exception):
    """As if the process ended there."""


def interrupted(*_given, **_named):
    raise Interrupted


class TestRefusals:
    def test_takes_no_statement_of_a_foreign_account(self, alice):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        with pytest.raises(NotYourAccount, match="CH93"):
            bring(alice, notification(paid(pledge), account="CH9300762011623852957"), clock.at)
        assert lines() == []

    def test_takes_the_statements_of_ones_own_accounts_and_names_the_others(self, alice):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        own = messages.statement(paid(pledge), account=IBAN)
        other = messages.statement(came(1_00), account="CH9300762011623852957", id="S-2")
        brought = bring(alice, messages.message(own, other, kind="054"), clock.at)
        assert [item for item, _why in brought.skipped] == ["CH9300762011623852957"]
        assert told(pledge) == ("collected", 40_00)

    def test_knows_an_account_with_a_qr_iban_by_what_its_statements_call_it(self, alice):
        account = bank_of(alice, iban=QR_IBAN, stated_as="CH9300762011623852957")
        _campaign, (pledge,), clock = billed(alice, 40_00, bank=account)
        bring(alice, notification(paid(pledge), account="CH9300762011623852957"), clock.at)
        assert told(pledge) == ("collected", 40_00)

    def test_takes_nothing_of_a_file_that_does_not_add_up(self, alice):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        with pytest.raises(FileRefused, match="does not add up"):
            bring(alice, statement(paid(pledge), total=41_00), clock.at)
        assert (lines(), told(pledge)) == ([], ("billed", 0))
