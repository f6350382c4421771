"""Debits that go wrong in every way: each pledge is debited once or not at all, and none holds up another."""

from datetime import timedelta

import pytest

from parvis.lib.payments import KeyReused, NotReady, Outcome, Return
from parvis.rooms.campaigns.actions.closing import close
from parvis.rooms.campaigns.actions.recording import outcome_in, record
from parvis.rooms.campaigns.actions.settling import prepare, try_held
from parvis.rooms.campaigns.auditing import audit
from parvis.rooms.campaigns.models import Attempt, Detachment, Refund
from parvis.rooms.campaigns.provider.debiting import Answer, claim, put_off
from parvis.rooms.campaigns.settlement import Settlement
from parvis.rooms.campaigns.tests.card_makers import (
    ASKS,
    HARD,
    SOFT,
    VISA,
    backed,
    books,
    end,
    gateway_of,
    moody,
)
from parvis.rooms.campaigns.tests.makers import Hands, card_of, leave_card, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    return Hands()


def states(pledge):
    return list(pledge.tries.order_by("number").values_list("state", flat=True))


def state(pledge):
    pledge.refresh_from_db()
    return pledge.state


class TestDeclines:
    def test_tries_a_card_without_money_after_three_days_and_seven_then_drops_it(self, alice, clock):
        campaign, (pledge,) = backed(alice, SOFT)
        end(campaign, clock)
        assert (state(pledge), states(pledge)) == ("declined", ["declined"])
        end(campaign, clock, days=2, hours=23)
        assert states(pledge) == ["declined"]
        end(campaign, clock, days=3)
        assert states(pledge) == ["canceled", "declined"]
        end(campaign, clock, days=6, hours=23)
        assert state(pledge) == "declined"
        end(campaign, clock, days=7)
        assert (state(pledge), len(states(pledge))) == ("dropped", 3)
        campaign.refresh_from_db()
        assert campaign.collection == "closed"

    def test_never_tries_a_lost_card_again(self, alice, clock):
        campaign, (pledge,) = backed(alice, HARD)
        for days in (0, 3, 7):
            end(campaign, clock, days=days)
        assert (state(pledge), states(pledge)) == ("dropped", ["declined"])

    def test_forgets_the_card_of_who_was_dropped(self, alice, clock):
        campaign, (pledge,) = backed(alice, HARD)
        method = pledge.method
        end(campaign, clock)
        end(campaign, clock, days=7)
        settle(clock)
        pledge.refresh_from_db()
        assert (pledge.method, pledge.method_shown) == ("", "visa •••• 9987")
        assert gateway_of(alice).detached == {method}

    def test_tries_another_card_at_once_and_calls_the_first_debit_off_before(self, alice, clock):
        campaign, (pledge,) = backed(alice, HARD)
        first = pledge.method
        end(campaign, clock)
        leave_card(pledge, VISA, clock=clock)
        settle(clock)
        assert (state(pledge), states(pledge)) == ("collected", ["canceled", "collected"])
        assert first in gateway_of(alice).detached
        assert books(campaign) == {"pledges": -60_00, "provider": 60_00}

    def test_makes_no_second_debit_while_the_first_cannot_be_called_off(self, alice, clock):
        gateway = moody(alice)
        campaign, (pledge,) = backed(alice, HARD)
        end(campaign, clock)
        gateway.unanswered.add("cancel")
        leave_card(pledge, VISA, clock=clock)
        settle(clock)
        settle(clock)
        assert (states(pledge), gateway.calls["cancel"]) == (["declined"], 1)
        gateway.unanswered.clear()
        clock.pass_by(minutes=6)
        settle(clock)
        assert (state(pledge), states(pledge)) == ("collected", ["canceled", "collected"])

    def test_keeps_a_card_that_is_left_while_the_first_is_debited(self, alice, clock):
        gateway = moody(alice)
        campaign, (pledge,) = backed(alice, HARD)
        gateway.trouble[key_of(campaign, pledge)] = "lost before"
        end(campaign, clock)
        assert state(pledge) == "collecting"
        leave_card(pledge, VISA, clock=clock)
        settle(clock)
        assert not gateway.detached
        clock.pass_by(minutes=6)
        settle(clock)
        assert (state(pledge), states(pledge)) == ("collected", ["canceled", "collected"])


def key_of(campaign, pledge, number=1):
    return f"parvis:{campaign.publication.public_id}:{pledge.public_id}:{number}"


class TestLostAnswers:
    @pytest.mark.parametrize("trouble", ["lost before", "lost after", "broken before", "broken after"])
    def test_debit_once(self, alice, clock, trouble):
        campaign, (pledge,) = backed(alice, VISA)
        gateway = gateway_of(alice)
        gateway.trouble[key_of(campaign, pledge)] = trouble
        end(campaign, clock)
        assert state(pledge) == "collecting"
        for _try in range(3):
            clock.pass_by(minutes=6)
            settle(clock)
        assert state(pledge) == "collected"
        assert sum(gateway.charges.values()) == 1
        assert books(campaign) == {"pledges": -60_00, "provider": 60_00}

    def test_are_looked_up_once_the_key_may_be_forgotten(self, alice, clock):
        gateway = moody(alice)
        campaign, (pledge,) = backed(alice, VISA)
        gateway.trouble[key_of(campaign, pledge)] = "lost after"
        end(campaign, clock)
        end(campaign, clock, hours=23)
        assert (gateway.calls["collect"], gateway.calls["look_up"]) == (1, 1)
        assert (state(pledge), sum(gateway.charges.values())) == ("collected", 1)

    def test_do_not_write_over_what_was_told_meanwhile(self, alice, clock):
        gateway = moody(alice)
        campaign, _pledges = backed(alice, VISA)
        gateway.raises = lambda _call, _about: NotReady("shut")
        end(campaign, clock)
        clock.pass_by(minutes=6)
        (attempt,) = claim(campaign, worker="one", at=clock.at)
        disputed = Return(id="dp_1", by="dispute", stage="asked", amount=60_00, said_at=5)
        told = Outcome(kind="unknown", payment="pi_1", returns=(disputed,))
        record(campaign=campaign, answers=[(attempt, told)], at=clock.at)
        put_off(Answer(attempt, Outcome(kind="unknown", must_look_up=True)), claimed_at=clock.at, at=clock.at)
        attempt.refresh_from_db()
        known = outcome_in(attempt.outcome)
        assert (known.payment, known.must_look_up, [one.id for one in known.returns]) == (
            "pi_1",
            True,
            ["dp_1"],
        )

    def test_leave_alone_what_was_collected_meanwhile(self, alice, clock):
        moody(alice).raises = lambda _call, _about: NotReady("shut")
        campaign, (pledge,) = backed(alice, VISA)
        end(campaign, clock)
        attempt = pledge.tries.get()
        told = Outcome(kind="collected", payment="pi_1", received=60_00, said_at=7)
        record(campaign=campaign, answers=[(attempt, told)], at=clock.at)
        put_off(Answer(attempt, problem="cut"), claimed_at=clock.at, at=clock.at)
        attempt.refresh_from_db()
        assert (attempt.state, attempt.problems, state(pledge)) == ("collected", 0, "collected")


class TestMistakes:
    def test_of_one_pledge_hold_up_no_other(self, alice, clock):
        gateway = moody(alice)
        campaign, (one, other) = backed(alice, VISA, VISA)
        gateway.raises = lambda _call, about: RuntimeError("no") if about == one.public_id else None
        end(campaign, clock)
        assert (state(one), state(other)) == ("collecting", "collected")
        for _try in range(3):
            clock.pass_by(minutes=20)
            settle(clock)
        attempt = one.tries.get()
        assert (attempt.state, attempt.problem) == ("held", "RuntimeError: no")
        asked = gateway.calls["collect"] + gateway.calls["look_up"]
        end(campaign, clock, days=8)
        assert gateway.calls["collect"] + gateway.calls["look_up"] == asked
        campaign.refresh_from_db()
        assert campaign.collection == "grace"

    def test_that_somebody_looked_at_are_found_out_and_go_on(self, alice, clock):
        gateway = moody(alice)
        campaign, (pledge,) = backed(alice, VISA)
        gateway.raises = lambda call, _about: KeyReused("key") if call == "collect" else None
        end(campaign, clock)
        (attempt,) = pledge.tries.all()
        assert attempt.state == "held"
        gateway.raises = lambda _call, _about: None
        try_held(attempt=attempt, at=clock.at)
        settle(clock)
        assert (state(pledge), states(pledge)) == ("collected", ["absent", "collected"])
        assert [one.move for one in pledge.history.all() if one.move == "decline"] == []

    def test_of_ours_in_a_request_are_held_and_tried_anew_when_they_are_mended(self, alice, clock):
        gateway = moody(alice)
        campaign, (pledge,) = backed(alice, VISA)
        wrong = Outcome(kind="refused", code="amount_too_small")
        gateway.collect = lambda _charge: wrong
        end(campaign, clock)
        (attempt,) = pledge.tries.all()
        assert (attempt.state, attempt.problem, state(pledge)) == (
            "held",
            "refused: amount_too_small",
            "collecting",
        )
        del gateway.collect
        try_held(attempt=attempt, at=clock.at)
        settle(clock)
        assert (state(pledge), states(pledge)) == ("collected", ["refused", "collected"])

    def test_of_ours_that_nobody_mends_are_given_up_in_the_end(self, alice, clock):
        gateway = moody(alice)
        campaign, (pledge,) = backed(alice, VISA)
        gateway.collect = lambda _charge: Outcome(kind="refused", code="amount_too_small")
        end(campaign, clock)
        end(campaign, clock, days=8)
        campaign.refresh_from_db()
        assert (state(pledge), campaign.collection) == ("dropped", "closed")

    def test_of_one_campaign_hold_up_no_other(self, alice, clock):
        one, (first,) = backed(alice, VISA)
        _other, (second,) = backed(alice, VISA)
        Attempt.objects.create(
            pledge=first, campaign=one, account=one.card, number=1, key="taken", amount=1, charge={},
            prepared_at=clock.at, state_at=clock.at, state="canceled",
        )  # fmt: skip
        end(one, clock)
        assert (state(first), state(second)) == ("active", "collected")


class TestAShutAccount:
    def test_is_no_fault_of_the_pledges(self, alice, clock):
        gateway = moody(alice)
        campaign, (pledge,) = backed(alice, VISA)
        gateway.raises = lambda _call, _about: NotReady("Invalid API key")
        end(campaign, clock)
        for _try in range(10):
            clock.pass_by(minutes=6)
            settle(clock)
        attempt = pledge.tries.get()
        account = card_of(alice)
        account.refresh_from_db()
        assert (attempt.state, attempt.problems, attempt.first_sent_at) == ("prepared", 0, None)
        assert account.problem == "Invalid API key"
        gateway.raises = lambda _call, _about: None
        clock.pass_by(minutes=6)
        settle(clock)
        account.refresh_from_db()
        assert (state(pledge), account.problem) == ("collected", "")

    def test_is_waited_for_until_a_day_after_the_grace(self, alice, clock):
        moody(alice).raises = lambda _call, _about: NotReady("shut")
        campaign, (pledge,) = backed(alice, VISA)
        end(campaign, clock)
        end(campaign, clock, days=7, hours=23)
        assert state(pledge) == "collecting"
        end(campaign, clock, days=8)
        campaign.refresh_from_db()
        assert (state(pledge), campaign.collection) == ("dropped", "closed")


class TestMoneyThatIsOwed:
    def test_goes_back_by_itself_when_a_pledge_was_debited_twice(self, alice, clock):
        campaign, (pledge,) = backed(alice, HARD)
        end(campaign, clock)
        leave_card(pledge, VISA, clock=clock)
        settle(clock)
        first, _second = pledge.tries.order_by("number")
        late = Outcome(kind="collected", payment=f"pi.6000.{VISA}.0", received=60_00, said_at=9)
        Attempt.objects.filter(pk=first.pk).update(payment="", outcome={})
        record(campaign=campaign, answers=[(first, late)], at=clock.at)
        assert books(campaign) == {"pledges": -60_00, "provider": 120_00, "unallocated": -60_00}
        settle(clock)
        refund = Refund.objects.get()
        assert (refund.attempt, refund.is_owed, refund.state) == (first, True, "returned")
        assert books(campaign) == {"pledges": -60_00, "provider": 60_00}
        campaign.refresh_from_db()
        assert (state(pledge), pledge.returned, campaign.collected, campaign.returned) == (
            "collected",
            0,
            60_00,
            0,
        )

    def test_goes_back_by_itself_when_the_campaign_had_failed(self, alice, clock, caplog):
        campaign, (pledge,) = backed(alice, VISA, goal=100_00)
        end(campaign, clock)
        assert state(pledge) == "voided"
        attempt = Attempt.objects.create(
            pledge=pledge, campaign=campaign, account=campaign.card, number=1, key="k", amount=60_00,
            charge={}, prepared_at=clock.at, state_at=clock.at,
        )  # fmt: skip
        told = Outcome(kind="collected", payment=f"pi.6000.{VISA}.0", received=60_00, said_at=9)
        record(campaign=campaign, answers=[(attempt, told)], at=clock.at)
        settle(clock)
        assert (state(pledge), books(campaign)) == ("voided", {})
        assert Refund.objects.get().state == "returned"
        assert "goes back by itself" in caplog.text

    def test_is_never_kept_when_another_sum_came(self, alice, clock):
        gateway = moody(alice)
        gateway.raises = lambda call, _about: NotReady("shut") if call == "collect" else None
        campaign, (pledge,) = backed(alice, VISA)
        end(campaign, clock)
        told = Outcome(kind="collected", payment=f"pi.5900.{VISA}.0", received=59_00, said_at=9)
        record(campaign=campaign, answers=[(pledge.tries.get(), told)], at=clock.at)
        assert state(pledge) == "declined"
        settle(clock)
        assert (books(campaign), Refund.objects.get().amount) == ({}, 59_00)
        assert {one.invariant for one in audit(clock.at)} <= {9}  # nobody carries the letters here


class TestForgettingCards:
    @pytest.mark.parametrize("goal", [100_00, 10_00])
    def test_once_nothing_can_be_debited_any_more(self, alice, clock, goal):
        campaign, (pledge,) = backed(alice, VISA, goal=goal)
        method = pledge.method
        end(campaign, clock, days=8)
        settle(clock)
        pledge.refresh_from_db()
        assert (pledge.method, gateway_of(alice).detached) == ("", {method})

    def test_waits_where_the_provider_does_not_answer_and_not_for_ever(self, alice, clock):
        gateway = moody(alice)
        gateway.unanswered.add("detach")
        campaign, _pledges = backed(alice, VISA, goal=100_00)
        end(campaign, clock)
        settle(clock)
        assert gateway.calls["detach"] == 1
        for _try in range(20):
            clock.pass_by(days=2)
            settle(clock)
        assert (gateway.calls["detach"], Detachment.objects.get().done_at is not None) == (12, True)

    def test_a_card_that_came_too_late_is_forgotten(self, alice, clock):
        campaign, (pledge,) = backed(alice, VISA, goal=100_00)
        end(campaign, clock)
        leave_card(pledge, "pm_card_mastercard", clock=clock)
        settle(clock)
        pledge.refresh_from_db()
        assert pledge.method == ""
        assert len(gateway_of(alice).detached) == 2


class TestLateNews:
    def test_a_dropped_pledge_that_is_paid_after_all_backs_again(self, alice, clock):
        campaign, (pledge,) = backed(alice, ASKS)
        end(campaign, clock)
        end(campaign, clock, days=7)
        assert state(pledge) == "dropped"
        assert not campaign.group.memberships.filter(person=pledge.person).exists()
        told = Outcome(kind="collected", payment=pledge.tries.get().payment, received=60_00, said_at=9)
        record(campaign=campaign, answers=[(pledge.tries.get(), told)], at=clock.at)
        assert state(pledge) == "collected"
        assert campaign.group.memberships.filter(person=pledge.person).exists()

    def test_what_a_bank_decides_is_asked_about_when_nothing_is_told(self, alice, clock):
        campaign, (pledge,) = backed(alice, "pm_sepaDebit")
        end(campaign, clock)
        assert state(pledge) == "processing"
        end(campaign, clock, minutes=59)
        assert state(pledge) == "processing"
        end(campaign, clock, minutes=60)
        assert state(pledge) == "collected"

    def test_a_decline_told_again_does_not_put_off_a_new_card(self, alice, clock):
        campaign, (pledge,) = backed(alice, SOFT)
        end(campaign, clock)
        attempt = pledge.tries.get()
        leave_card(pledge, VISA, clock=clock)
        record(campaign=campaign, answers=[(attempt, outcome_in(attempt.outcome))], at=clock.at)
        pledge.refresh_from_db()
        assert pledge.next_try == clock.at

    def test_a_harder_decline_takes_back_the_next_try(self, alice, clock):
        campaign, (pledge,) = backed(alice, SOFT)
        end(campaign, clock)
        pledge.refresh_from_db()
        assert pledge.next_try == campaign.deadline_at + timedelta(days=3)
        attempt = pledge.tries.get()
        hard = Outcome(kind="declined", payment=attempt.payment, decline_code="lost_card", said_at=9)
        record(campaign=campaign, answers=[(attempt, hard)], at=clock.at)
        pledge.refresh_from_db()
        assert pledge.next_try is None


class TestTwoWorkers:
    def test_ask_for_an_attempt_once(self, alice, clock):
        moody(alice).raises = lambda _call, _about: NotReady("shut")
        campaign, _pledges = backed(alice, VISA)
        end(campaign, clock)
        clock.pass_by(minutes=6)
        assert len(claim(campaign, worker="one", at=clock.at)) == 1
        assert claim(campaign, worker="two", at=clock.at) == []

    def test_leave_to_each_what_it_has_prepared_until_its_time_is_over(self, alice, clock):
        campaign, _pledges = backed(alice, VISA, VISA)
        clock.at = campaign.deadline_at
        close(campaign=campaign, clock=clock)
        assert prepare(campaign=campaign, at=clock.at, worker="one") == 2
        assert claim(campaign, worker="two", at=clock.at) == []
        assert len(claim(campaign, worker="one", at=clock.at)) == 2
        late = clock.pass_by(minutes=5)
        assert len(claim(campaign, worker="two", at=late)) == 2
        assert claim(campaign, worker="one", at=late) == []

    def test_does_not_send_what_another_may_have_taken_over(self, alice, clock):
        gateway = moody(alice)
        campaign, (pledge,) = backed(alice, VISA)
        clock.at = campaign.deadline_at

        def sleep(where):
            if where == "claimed":
                clock.pass_by(minutes=6)

        worker = Settlement(alone=True, clock=clock, failpoint=sleep)
        worker.step()
        worker.step()
        assert gateway.calls["collect"] == 0
        assert pledge.tries.get().problems == 0
