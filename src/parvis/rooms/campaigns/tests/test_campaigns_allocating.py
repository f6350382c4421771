"""What a creator decides by hand: whose a payment is, that it was put aside or sent back; and what went back of a pledge."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parvis.conftest import make_person
from parvis.core.audiences.models import Membership
from parvis.lib.refusal import Refusal
from parvis.rooms.campaigns.actions.bank.allocating import (
    CannotPay,
    DecidedAlready,
    NothingOwed,
    SentBackFirst,
    allocate,
    put_aside,
    refuse,
    send_back,
    take_up,
)
from parvis.rooms.campaigns.actions.refunding_by_hand import (
    NothingToRefund,
    TooMuchBack,
    WholePartBack,
    refund_by_hand,
)
from parvis.rooms.campaigns.actions.settling import drop, due_for_a_reminder, remind
from parvis.rooms.campaigns.auditing import audit
from parvis.rooms.campaigns.models import BankLine, Entry, Receipt, Refund
from parvis.rooms.campaigns.tests.banks import (
    balance,
    billed,
    bring,
    came,
    lines,
    notification,
    paid,
    stands,
    told,
)
from parvis.rooms.campaigns.tests.makers import Hands, make_campaign, make_pledge, make_reward, settle

pytestmark = pytest.mark.django_db


def one_line(creator, clock, *entries, **over):
    """The last line of a notification with these entries."""
    bring(creator, notification(*entries, **over), clock.at)
    return BankLine.objects.latest("pk")


class TestProposals:
    def test_pay_once_they_are_accepted(self, alice):
        _campaign, (pledge,), clock = billed(alice, 40_00, names=["Zoé Favre"])
        line = one_line(alice, clock, came(40_00, debtor="Favre Zoé"))
        allocate(line=line, pledge=pledge, by=alice, at=clock.at)
        assert told(pledge) == ("collected", 40_00)
        assert lines() == [(40_00, "paid", "hand", 0)]
        assert balance() == (40_00, -40_00, 0)
        with pytest.raises(DecidedAlready):
            allocate(line=line, pledge=pledge, by=alice, at=clock.at)
        assert balance() == (40_00, -40_00, 0)

    def test_leave_the_payment_open_once_they_are_refused(self, alice):
        _campaign, (pledge,), clock = billed(alice, 40_00, names=["Zoé Favre"])
        line = one_line(alice, clock, came(40_00, debtor="Favre Zoé"))
        refuse(line=line)
        assert (lines(), told(pledge)) == ([(40_00, "open", "unknown", 0)], ("billed", 0))
        assert BankLine.objects.get().pledge is None

    def test_pay_nothing_that_was_paid_meanwhile(self, alice):
        _campaign, (pledge,), clock = billed(alice, 40_00, names=["Zoé Favre"])
        line = one_line(alice, clock, came(40_00, debtor="Favre Zoé"))
        bring(alice, notification(paid(pledge, ref="2"), id="N-2"), clock.at)
        with pytest.raises(CannotPay, match="paid already"):
            allocate(line=line, pledge=pledge, by=alice, at=clock.at)
        assert balance() == (40_00, -40_00, 0)


class TestAllocating:
    def test_pays_in_part_and_owes_the_rest(self, alice):
        _campaign, (pledge, other), clock = billed(alice, 40_00, 20_00)
        line = one_line(alice, clock, came(50_00, text=["merci"]))
        allocate(line=line, pledge=other, by=alice, at=clock.at)
        assert (told(pledge), told(other)) == (("billed", 0), ("collected", 20_00))
        assert lines() == [(50_00, "paid", "hand", 30_00)]
        assert balance() == (50_00, -20_00, -30_00)

    def test_lets_what_came_twice_pay_another_pledge_of_the_campaign(self, alice):
        _campaign, (pledge, other), clock = billed(alice, 40_00, 20_00)
        line = one_line(alice, clock, paid(pledge, ref="1"), paid(pledge, 25_00, ref="2"))
        allocate(line=line, pledge=other, by=alice, at=clock.at)
        assert told(other) == ("collected", 20_00)
        assert balance() == (65_00, -60_00, -5_00)

    def test_takes_nothing_owed_into_another_campaign(self, alice):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        line = one_line(alice, clock, paid(pledge, ref="1"), paid(pledge, ref="2"))
        second = make_campaign(alice, goal=1_00, at=clock.at)
        made = make_pledge(second, amount=40_00, clock=clock, person=make_person("another"))
        clock.at = second.deadline_at
        settle(clock)
        made.refresh_from_db()
        with pytest.raises(SentBackFirst):
            allocate(line=line, pledge=made, by=alice, at=clock.at)
        assert told(made) == ("billed", 0)

    def test_asks_nothing_of_a_campaign_that_failed(self, alice):
        _campaign, _pledges, clock = billed(alice, 40_00)
        failed = make_campaign(alice, goal=500_00, at=clock.at)
        pledge = make_pledge(failed, amount=10_00, clock=clock, person=make_person("hopeful"))
        clock.at = failed.deadline_at
        settle(clock)
        line = one_line(alice, clock, came(10_00, text=["pour le livre"]))
        pledge.refresh_from_db()
        with pytest.raises(CannotPay, match="Nothing was asked"):
            allocate(line=line, pledge=pledge, by=alice, at=clock.at)
        assert (told(pledge), lines()) == (("voided", 0), [(10_00, "open", "unknown", 0)])


class TestPuttingAside:
    def test_can_be_undone(self, alice):
        _campaign, _pledges, clock = billed(alice, 40_00)
        line = one_line(alice, clock, came(7_00, text=["loyer"]))
        put_aside(line=line)
        put_aside(line=line)
        assert lines() == [(7_00, "aside", "unknown", 0)]
        take_up(line=line)
        assert lines() == [(7_00, "open", "unknown", 0)]

    def test_waits_until_what_is_owed_was_sent_back(self, alice):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        line = one_line(alice, clock, paid(pledge, ref="1"), paid(pledge, ref="2"))
        with pytest.raises(SentBackFirst):
            put_aside(line=line)
        send_back(line=line, at=clock.at)
        put_aside(line=line)
        assert balance() == (40_00, -40_00, 0)


class TestSendingBack:
    def test_is_in_the_books_once(self, alice):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        line = one_line(alice, clock, paid(pledge, 50_00))
        send_back(line=line, at=clock.at)
        with pytest.raises(NothingOwed):
            send_back(line=line, at=clock.at)
        assert balance() == (40_00, -40_00, 0)

    def test_leaves_nothing_to_allocate(self, alice):
        _campaign, (pledge, other), clock = billed(alice, 40_00, 20_00)
        line = one_line(alice, clock, paid(pledge, ref="1"), paid(pledge, ref="2"))
        send_back(line=line, at=clock.at)
        with pytest.raises(DecidedAlready):
            allocate(line=line, pledge=other, by=alice, at=clock.at)
        assert balance() == (40_00, -40_00, 0)


class TestRefunds:
    def test_go_back_in_parts_until_nothing_is_left(self, alice):
        campaign, (pledge,), clock = billed(alice, 40_00)
        bring(alice, notification(paid(pledge)), clock.at)
        for amount, state in ((10_00, "part-refunded"), (5_00, "part-refunded"), (25_00, "refunded")):
            refund_by_hand(pledge=pledge, amount=amount, because="Sorry", by=alice, at=clock.at)
            assert told(pledge)[0] == state
        assert pledge.returned == 40_00
        assert balance() == (0, 0, 0)
        campaign.refresh_from_db()
        assert (campaign.collected, campaign.returned) == (40_00, 40_00)
        assert [one.number for one in Refund.objects.order_by("pk")] == [1, 2, 3]
        assert not Membership.objects.filter(group=campaign.group, person=pledge.person).exists()
        with pytest.raises(NothingToRefund):
            refund_by_hand(pledge=pledge, amount=1, because="", by=alice, at=clock.at)

    def test_are_never_more_than_what_came(self, alice):
        _campaign, (pledge,), clock = billed(alice, 40_00)
        bring(alice, notification(paid(pledge)), clock.at)
        with pytest.raises(TooMuchBack, match=r"40\.00"):
            refund_by_hand(pledge=pledge, amount=40_01, because="", by=alice, at=clock.at)
        assert not Refund.objects.exists()

    def test_of_a_part_are_whole_and_give_the_reward_back(self, alice):
        campaign = make_campaign(alice, goal=1_00)
        reward = make_reward(campaign, limit=1)
        pledge = make_pledge(campaign, reward=reward)
        clock = Hands(campaign.deadline_at)
        settle(clock)
        pledge.refresh_from_db()
        bring(alice, notification(paid(pledge, 15_00)), clock.at)
        drop(campaign=campaign, at=clock.pass_by(days=11))
        with pytest.raises(WholePartBack, match=r"15\.00"):
            refund_by_hand(pledge=pledge, amount=5_00, because="", by=alice, at=clock.at)
        refund_by_hand(pledge=pledge, amount=15_00, because="", by=alice, at=clock.at)
        reward.refresh_from_db()
        assert (told(pledge)[0], reward.taken, balance()) == ("refunded", 0, (0, 0, 0))


class TestReminders:
    def test_are_said_once_and_only_of_what_is_not_paid(self, alice):
        _campaign, (pledge, other), clock = billed(alice, 40_00, 20_00)
        bring(alice, notification(paid(other)), clock.at)
        assert due_for_a_reminder(clock.at) == []
        at = clock.pass_by(days=5)
        (due,) = due_for_a_reminder(at)
        assert due == pledge
        assert [remind(pledge=due, at=at), remind(pledge=due, at=at)] == [True, False]
        other.refresh_from_db()
        assert remind(pledge=other, at=at) is False
        assert due_for_a_reminder(at) == []


amounts = st.sampled_from([1, 5_00, 20_00, 40_00, 45_00])
deeds = st.lists(
    st.tuples(
        st.sampled_from(["pay", "open", "again", "drop", "back", "refund"]), st.integers(0, 1), amounts
    ),
    max_size=7,
)


class TestWhateverComes:
    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(deeds)
    def test_leaves_the_books_balanced_and_no_pledge_with_more_than_it_promised(self, alice, story):
        with transaction.atomic():
            self.tell(alice, story)
            transaction.set_rollback(True)

    def tell(self, alice, story):
        campaign, pledges, clock = billed(alice, 40_00, 20_00)
        last, came_in = b"", 0
        for place, (deed, which, amount) in enumerate(story):
            pledge = pledges[which]
            pledge.refresh_from_db()
            if deed == "pay":
                last = notification(paid(pledge, amount, ref=str(place)), id=f"N{place}")
                bring(alice, last, clock.at)
                came_in += amount
            elif deed == "open":
                last = notification(came(amount, ref=str(place)), id=f"N{place}")
                line = one_line(alice, clock, came(amount, ref=str(place)), id=f"N{place}")
                came_in += amount * allowed(allocate, line=line, pledge=pledge, by=alice, at=clock.at)
            elif deed == "again" and last:
                bring(alice, last, clock.at)
            elif deed == "drop":
                drop(campaign=campaign, at=clock.pass_by(days=11))
            elif deed == "back" and (line := BankLine.objects.filter(over__gt=0).first()):
                owed = line.over
                came_in -= owed * allowed(send_back, line=line, at=clock.at)
            elif deed == "refund":
                gone = {"amount": amount, "because": "", "by": alice, "at": clock.at}
                came_in -= amount * allowed(refund_by_hand, pledge=pledge, **gone)
        campaign.refresh_from_db()
        for pledge in pledges:
            pledge.refresh_from_db()
            assert 0 <= pledge.returned <= pledge.received <= pledge.amount
            assert (pledge.state in {"collected", "part-refunded"}) <= (pledge.received == pledge.amount)
            assert Receipt.objects.filter(pledge=pledge).count() <= 1
        assert campaign.collected == sum(pledge.received for pledge in pledges)
        assert stands("pledges") == -sum(pledge.received - pledge.returned for pledge in pledges)
        owed = BankLine.objects.filter(sent_back_at=None).values_list("over", flat=True)
        assert balance() == (came_in, stands("pledges"), -sum(owed))
        assert Entry.objects.filter(legs=None).count() == 0
        # Nobody writes the letters here (invariant 9).
        assert [one for one in audit(clock.at) if one.invariant != 9] == []


def allowed(action, **given):
    """Whether an action did not refuse."""
    try:
        action(**given)
    except Refusal:
        return False
    return True
