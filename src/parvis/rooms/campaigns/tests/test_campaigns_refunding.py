"""What goes back: refunds, whole campaigns that are undone, and disputes; told in any order, once or twice."""

from itertools import permutations

import pytest
import time_machine

from parvis.lib.payments import NotReady, Outcome, Return
from parvis.rooms.campaigns.actions.recording import record
from parvis.rooms.campaigns.actions.refunding import (
    InDispute,
    MoreThanCame,
    NothingToReturn,
    NotToBeUndone,
    refund,
    send_again,
    undo,
)
from parvis.rooms.campaigns.actions.refunding_by_hand import refund_by_hand
from parvis.rooms.campaigns.auditing import audit
from parvis.rooms.campaigns.models import Dispute, Leg, Pledge, Refund
from parvis.rooms.campaigns.tests.banks import bring, notification
from parvis.rooms.campaigns.tests.banks import paid as pays
from parvis.rooms.campaigns.tests.card_makers import HARD, VISA, backed, books, end, entries, moody, paid
from parvis.rooms.campaigns.tests.makers import Hands, make_pledge, make_reward, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    return Hands()


@pytest.fixture
def frozen_at():
    """The clock of the house, at a moment."""
    return lambda moment: time_machine.travel(moment, tick=False)


def give_back(pledge, amount, clock, number=1, because="The book is late."):
    creator = pledge.campaign.creator
    return refund(pledge=pledge, number=number, amount=amount, because=because, by=creator, at=clock.at)


def told(attempt, *returns, **over):
    """What a provider tells of a payment."""
    return Outcome(**{"kind": "unknown", "payment": attempt.payment, "returns": returns} | over)


def disputed(stage="asked", amount=60_00, said_at=1, name="dp_1"):
    return Return(id=name, by="dispute", stage=stage, amount=amount, said_at=said_at, due_at=1_800_000_000)


def hear(campaign, attempt, *returns, clock):
    record(campaign=campaign, answers=[(attempt, told(attempt, *returns))], at=clock.at)


def stands(pledge):
    pledge = Pledge.objects.prefetch_related("campaign").get(pk=pledge.pk)
    return pledge.state, pledge.received, pledge.returned, pledge.campaign.collected, pledge.campaign.returned


class TestRefund:
    def test_gives_back_all_of_it(self, alice, clock):
        campaign, pledge, _attempt = paid(alice, clock)
        give_back(pledge, 60_00, clock)
        assert stands(pledge) == ("collected", 60_00, 0, 60_00, 0)
        settle(clock)
        assert stands(pledge) == ("refunded", 60_00, 60_00, 60_00, 60_00)
        assert (books(campaign), entries(campaign)) == ({}, ["collected", "refund"])
        assert not campaign.group.memberships.filter(person=pledge.person).exists()

    def test_gives_back_a_part_and_then_another(self, alice, clock):
        campaign, pledge, _attempt = paid(alice, clock)
        give_back(pledge, 10_00, clock)
        settle(clock)
        assert stands(pledge)[:3] == ("part-refunded", 60_00, 10_00)
        give_back(pledge, 50_00, clock, number=2)
        settle(clock)
        assert stands(pledge)[:3] == ("refunded", 60_00, 60_00)
        assert books(campaign) == {}

    def test_sent_twice_is_one(self, alice, clock):
        _campaign, pledge, _attempt = paid(alice, clock)
        assert give_back(pledge, 10_00, clock) == give_back(pledge, 10_00, clock)
        settle(clock)
        assert stands(pledge)[2] == 10_00

    def test_never_gives_back_more_than_came_nor_counts_on_what_is_on_its_way(self, alice, clock):
        _campaign, pledge, _attempt = paid(alice, clock)
        give_back(pledge, 50_00, clock)
        for amount in (10_01, 0, -1):
            with pytest.raises(MoreThanCame, match=r"10\.00"):
                give_back(pledge, amount, clock, number=2)

    def test_is_only_of_what_was_paid(self, alice, clock):
        campaign, (pledge,) = backed(alice, HARD)
        end(campaign, clock)
        with pytest.raises(NothingToReturn):
            give_back(pledge, 1_00, clock)

    def test_is_not_of_what_is_in_dispute(self, alice, clock):
        campaign, pledge, attempt = paid(alice, clock)
        hear(campaign, attempt, disputed(), clock=clock)
        with pytest.raises(InDispute):
            give_back(pledge, 60_00, clock)

    def test_lets_others_have_the_reward(self, alice, clock):
        campaign, _pledges = backed(alice)
        reward = make_reward(campaign, price=60_00, limit=1)
        pledge = make_pledge(campaign, card=VISA, reward=reward)
        end(campaign, clock)
        give_back(pledge, 60_00, clock)
        settle(clock)
        reward.refresh_from_db()
        assert reward.taken == 0

    def test_that_is_refused_says_so_and_changes_nothing(self, alice, clock):
        gateway = moody(alice)
        campaign, pledge, _attempt = paid(alice, clock)
        gateway.refund = lambda *_asked: Return(stage="refused", code="balance_insufficient")
        row = give_back(pledge, 60_00, clock)
        settle(clock)
        row.refresh_from_db()
        assert (row.state, row.problem) == ("refused", "balance_insufficient")
        assert stands(pledge)[:3] == ("collected", 60_00, 0)
        del gateway.refund
        give_back(pledge, 60_00, clock, number=2)
        settle(clock)
        assert (stands(pledge)[0], books(campaign)) == ("refunded", {})

    def test_whose_answer_is_lost_goes_back_once(self, alice, clock):
        gateway = moody(alice)
        _campaign, pledge, attempt = paid(alice, clock)
        gateway.unanswered.add("refund")
        give_back(pledge, 20_00, clock)
        settle(clock)
        assert stands(pledge)[2] == 0
        clock.pass_by(minutes=6)
        settle(clock)
        gateway.unanswered.clear()
        clock.pass_by(minutes=6)
        settle(clock)
        assert (stands(pledge)[2], gateway.refunds[attempt.payment], gateway.calls["refund"]) == (
            20_00,
            20_00,
            3,
        )

    @pytest.mark.parametrize("is_done", [True, False])
    def test_whose_key_may_be_forgotten_is_looked_up_first(self, alice, clock, is_done):
        gateway = moody(alice)
        _campaign, pledge, attempt = paid(alice, clock)
        if is_done:
            gateway.unanswered.add("refund")
        else:
            gateway.raises = lambda call, _about: RuntimeError("cut") if call == "refund" else None
        row = give_back(pledge, 20_00, clock)
        settle(clock)
        gateway.unanswered.clear()
        gateway.raises = lambda _call, _about: None
        clock.pass_by(hours=23)
        settle(clock)
        row.refresh_from_db()
        assert (row.state, row.turn) == ("returned", 1 if is_done else 2)
        assert (stands(pledge)[2], gateway.refunds[attempt.payment]) == (20_00, 20_00)

    def test_that_cannot_be_sent_holds_up_no_other(self, alice, clock):
        gateway = moody(alice)
        campaign, (one, other) = backed(alice, VISA, VISA)
        end(campaign, clock)
        first = give_back(one, 60_00, clock)
        give_back(other, 60_00, clock)
        gateway.raises = lambda _call, about: RuntimeError("no") if about == first.key else None
        settle(clock)
        first.refresh_from_db()
        assert (first.state, first.problem, first.problems) == ("prepared", "RuntimeError: no", 1)
        assert stands(other)[0] == "refunded"

    def test_waits_while_the_account_is_shut(self, alice, clock):
        gateway = moody(alice)
        _campaign, pledge, _attempt = paid(alice, clock)
        gateway.raises = lambda _call, _about: NotReady("shut")
        row = give_back(pledge, 60_00, clock)
        settle(clock)
        row.refresh_from_db()
        assert (row.state, row.problems) == ("prepared", 0)

    def test_that_fails_at_the_bank_in_the_end_comes_back_into_the_books(self, alice, clock):
        campaign, pledge, attempt = paid(alice, clock)
        row = give_back(pledge, 60_00, clock)
        settle(clock)
        row.refresh_from_db()
        hear(campaign, attempt, Return(id=row.name, stage="kept", amount=60_00, said_at=5), clock=clock)
        assert stands(pledge) == ("collected", 60_00, 0, 60_00, 0)
        assert books(campaign) == {"pledges": -60_00, "provider": 60_00}
        assert campaign.group.memberships.filter(person=pledge.person).exists()

    def test_made_at_the_provider_is_written_down_here(self, alice, clock):
        campaign, pledge, attempt = paid(alice, clock)
        hear(campaign, attempt, Return(id="re_theirs", stage="returned", amount=15_00), clock=clock)
        assert stands(pledge)[:3] == ("part-refunded", 60_00, 15_00)
        assert Refund.objects.get().by is None

    def test_of_what_came_by_bank_is_prepared_for_a_hand(self, alice, clock):
        campaign, (pledge,) = backed(alice, VISA)
        Pledge.objects.filter(pk=pledge.pk).update(way="bank", method="")
        end(campaign, clock)
        Pledge.objects.filter(pk=pledge.pk).update(state="collected", received=60_00)
        row = give_back(pledge, 60_00, clock)
        settle(clock)
        row.refresh_from_db()
        assert (row.attempt, row.state) == (None, "prepared")

    def test_that_is_owed_and_was_refused_can_be_sent_again(self, alice, clock):
        _campaign, pledge, attempt = paid(alice, clock)
        row = Refund.objects.create(
            pledge=pledge, attempt=attempt, number=9, amount=1, is_owed=True, at=clock.at, state_at=clock.at,
            state="refused",
        )  # fmt: skip
        again = send_again(refund=row, by=alice, at=clock.at)
        assert (again.number, again.state, again.is_owed) == (10, "prepared", True)
        assert send_again(refund=row, by=alice, at=clock.at) == again


class TestUndo:
    def closed(self, person, clock, *cards, **terms):
        campaign, pledges = backed(person, *cards, **terms)
        end(campaign, clock)
        end(campaign, clock, days=7)
        campaign.refresh_from_db()
        assert campaign.collection == "closed"
        return campaign, pledges

    def test_gives_everything_back_where_less_came_than_the_goal(self, alice, clock):
        campaign, (one, other) = self.closed(alice, clock, VISA, HARD, goal=120_00)
        undo(campaign=campaign, by=alice, at=clock.at)
        settle(clock)
        assert (stands(one)[0], stands(other)[0], books(campaign)) == ("refunded", "dropped", {})
        settle(clock)
        assert Refund.objects.count() == 1
        assert campaign.passed.get(move="undo").by == alice

    def test_gives_back_only_what_is_left(self, alice, clock):
        campaign, (one, _other) = self.closed(alice, clock, VISA, HARD, goal=120_00)
        give_back(one, 10_00, clock)
        settle(clock)
        undo(campaign=campaign, by=alice, at=clock.at)
        settle(clock)
        assert (stands(one)[:3], books(campaign)) == (("refunded", 60_00, 60_00), {})

    def test_gives_back_what_was_refused_before(self, alice, clock):
        gateway = moody(alice)
        campaign, (one, _other) = self.closed(alice, clock, VISA, HARD, goal=120_00)
        gateway.refund = lambda *_asked: Return(stage="refused", code="insufficient_balance")
        give_back(one, 10_00, clock)
        settle(clock)
        del gateway.refund
        clock.pass_by(hours=1)
        undo(campaign=campaign, by=alice, at=clock.at)
        settle(clock)
        assert (stands(one)[:3], books(campaign)) == (("refunded", 60_00, 60_00), {})

    def test_gives_back_the_rest_while_a_part_is_on_its_way(self, alice, clock):
        gateway = moody(alice)
        campaign, (one, _other) = self.closed(alice, clock, VISA, HARD, goal=120_00)
        gateway.refund = lambda *_asked: Return(id="re_slow", stage="asked", amount=10_00)
        give_back(one, 10_00, clock)
        settle(clock)
        del gateway.refund
        undo(campaign=campaign, by=alice, at=clock.at)
        settle(clock)
        assert sorted(Refund.objects.values_list("amount", "state")) == [
            (10_00, "asked"),
            (50_00, "returned"),
        ]
        assert (stands(one)[:3], books(campaign)) == (("refunded", 60_00, 60_00), {})

    def test_asks_a_hand_to_send_back_the_part_that_came_of_what_was_dropped(self, alice, clock, as_alice):
        campaign, (card,) = backed(alice, VISA, goal=120_00)
        part = make_pledge(campaign, amount=60_00)
        end(campaign, clock)
        part.refresh_from_db()
        bring(alice, notification(pays(part, 20_00)), clock.at)
        end(campaign, clock, days=20)
        assert stands(part)[:3] == ("dropped", 20_00, 0)
        assert f"/desk/pledges/{part.public_id}/refund/" in self.page_of(as_alice, campaign)
        undo(campaign=campaign, by=alice, at=clock.at)
        settle(clock)
        row = Refund.objects.get(pledge=part)
        assert (row.amount, row.attempt, row.state) == (20_00, None, "prepared")
        refund_by_hand(pledge=part, amount=20_00, because="", by=alice, at=clock.at)
        settle(clock)
        assert (stands(part)[:3], stands(card)[0]) == (("refunded", 20_00, 20_00), "refunded")
        assert (Refund.objects.filter(pledge=part).count(), books(campaign)) == (1, {})
        assert {one.invariant for one in audit(clock.at)} <= {9}  # nobody carries the letters here

    def page_of(self, client, campaign):
        """What goes back, as its creator reads it."""
        return client.get(f"/campaigns/{campaign.slug}/desk/returns/").content.decode()

    def test_does_not_try_for_ever_what_is_refused(self, alice, clock):
        gateway = moody(alice)
        campaign, _pledges = self.closed(alice, clock, VISA, HARD, goal=120_00)
        gateway.refund = lambda *_asked: Return(stage="refused", code="charge_disputed")
        undo(campaign=campaign, by=alice, at=clock.at)
        settle(clock)
        assert Refund.objects.count() == 1

    def test_is_refused_where_the_goal_came_and_after_two_weeks(self, alice, clock):
        campaign, _pledges = self.closed(alice, clock, VISA, goal=60_00)
        with pytest.raises(NotToBeUndone):
            undo(campaign=campaign, by=alice, at=clock.at)
        campaign, _pledges = self.closed(alice, Hands(), VISA, HARD, goal=120_00)
        campaign.refresh_from_db()
        late = Hands(campaign.collection_at)
        with pytest.raises(NotToBeUndone):
            undo(campaign=campaign, by=alice, at=late.pass_by(days=14))


class TestDispute:
    def test_that_is_lost_takes_the_money_and_is_in_the_books(self, alice, clock):
        campaign, pledge, attempt = paid(alice, clock)
        hear(campaign, attempt, disputed(), clock=clock)
        assert stands(pledge)[:3] == ("disputed", 60_00, 0)
        assert books(campaign) == {"pledges": -60_00, "provider": 60_00}
        hear(campaign, attempt, disputed("returned", said_at=2), clock=clock)
        assert stands(pledge) == ("charged-back", 60_00, 60_00, 60_00, 60_00)
        assert books(campaign) == {}
        assert Dispute.objects.get().due_at is not None

    def test_that_is_won_leaves_all_as_it_was(self, alice, clock):
        campaign, pledge, attempt = paid(alice, clock)
        hear(campaign, attempt, disputed(), clock=clock)
        hear(campaign, attempt, disputed("kept", said_at=2), clock=clock)
        assert stands(pledge)[:3] == ("collected", 60_00, 0)

    @pytest.mark.parametrize(
        ("stage", "state", "back"), [("returned", "part-refunded", 20_00), ("kept", "collected", 0)]
    )
    def test_may_be_about_a_part(self, alice, clock, stage, state, back):
        campaign, pledge, attempt = paid(alice, clock)
        hear(campaign, attempt, disputed(amount=20_00), clock=clock)
        hear(campaign, attempt, disputed(stage, amount=20_00, said_at=2), clock=clock)
        assert stands(pledge)[:3] == (state, 60_00, back)

    def test_that_is_won_after_a_part_went_back_leaves_the_part(self, alice, clock):
        campaign, pledge, attempt = paid(alice, clock)
        give_back(pledge, 10_00, clock)
        settle(clock)
        hear(campaign, attempt, disputed(amount=50_00), clock=clock)
        hear(campaign, attempt, disputed("kept", amount=50_00, said_at=2), clock=clock)
        assert stands(pledge)[:3] == ("part-refunded", 60_00, 10_00)

    def test_of_what_had_gone_back_is_counted_once_in_the_pledge(self, alice, clock):
        campaign, pledge, attempt = paid(alice, clock)
        give_back(pledge, 60_00, clock)
        settle(clock)
        hear(campaign, attempt, disputed("returned"), clock=clock)
        assert stands(pledge)[:3] == ("charged-back", 60_00, 60_00)
        assert books(campaign) == {"provider": -60_00, "unallocated": 60_00}
        row = Refund.objects.get()
        failed = Return(id=row.name, stage="kept", amount=60_00, said_at=9)
        hear(campaign, attempt, failed, clock=clock)
        assert (stands(pledge)[2], books(campaign)) == (60_00, {})
        assert {one.invariant for one in audit(clock.at)} <= {9}  # nobody carries the letters here

    def test_forgets_the_card(self, alice, clock):
        campaign, pledge, attempt = paid(alice, clock)
        hear(campaign, attempt, disputed(), clock=clock)
        settle(clock)
        pledge.refresh_from_db()
        assert pledge.method == ""


RESPONSE = {"kind": "collected", "received": 60_00, "said_at": 10}
SUCCEEDED = {"kind": "collected", "received": 60_00, "said_at": 11}
FAILED = {"kind": "declined", "decline_code": "insufficient_funds", "said_at": 5}
DISPUTED = {"kind": "unknown", "returns": (disputed(said_at=20),)}
LOST = {"kind": "unknown", "returns": (disputed("returned", amount=20_00, said_at=30),)}
REFUNDED = {"kind": "unknown", "returns": (Return(id="re_1", stage="returned", amount=5_00, said_at=15),)}


class TestAnyOrder:
    """All that is told of one debit, in every order, and doubled, comes to the same."""

    def heard(self, person, stories):
        """How pledges stand after each of these stories."""
        clock = Hands()
        moody(person).raises = lambda _call, _about: NotReady("shut")
        campaign, pledges = backed(person, *[VISA for _story in stories])
        end(campaign, clock)
        return [self.tell(pledge, story, clock) for pledge, story in zip(pledges, stories, strict=True)]

    def tell(self, pledge, story, clock):
        attempt = pledge.tries.get()
        for one in story:
            told = Outcome(payment="pi_1", **one)
            record(campaign=pledge.campaign, answers=[(attempt, told)], at=clock.at)
        attempt.refresh_from_db()
        legs = Leg.objects.filter(entry__pledge=pledge).values_list("entry__what", "account", "amount")
        return stands(pledge)[:3], attempt.state, attempt.outcome, sorted(legs)

    @pytest.mark.parametrize(
        ("news", "end"),
        [
            ((RESPONSE, SUCCEEDED, FAILED, DISPUTED), ("disputed", 60_00, 0)),
            ((SUCCEEDED, FAILED, REFUNDED, LOST), ("part-refunded", 60_00, 25_00)),
        ],
    )
    def test_comes_to_the_same(self, alice, news, end):
        found = self.heard(alice, list(permutations(news)))
        assert found[0][0] == end
        assert all(one == found[0] for one in found)

    def test_comes_to_the_same_when_it_is_told_twice(self, alice):
        news = [RESPONSE, FAILED, DISPUTED, LOST]
        once, twice, back = self.heard(alice, [news, news * 2, [*reversed(news), *news]])
        assert once == twice == back


class TestPages:
    def paths(self, campaign, pledge):
        desk = f"/campaigns/{campaign.slug}/desk"
        return [f"{desk}/returns/", f"{desk}/pledges/{pledge.public_id}/refund/", f"{desk}/undo/"]

    def test_are_the_creators_alone(self, alice, clock, as_bob, as_owner, as_visitor):
        campaign, pledge, attempt = paid(alice, clock)
        row = give_back(pledge, 1_00, clock)
        paths = self.paths(campaign, pledge)
        for path in paths:
            assert [browser.get(path).status_code for browser in (as_bob, as_owner)] == [404, 404]
            assert as_visitor.get(path).status_code == 302
        again = [
            f"{paths[0]}{row.public_id}/again/",
            f"/campaigns/{campaign.slug}/desk/held/{attempt.pk}/again/",
        ]
        for path in again:
            assert (as_bob.post(path).status_code, as_owner.post(path).status_code) == (404, 404)

    def test_give_back_once_however_often_the_form_is_sent(self, alice, clock, as_alice):
        campaign, pledge, _attempt = paid(alice, clock)
        _returns, path, _undo = self.paths(campaign, pledge)
        page = as_alice.get(path).content.decode()
        assert "CHF\xa060.00 can still go back" in page
        sent = {"number": "1", "amount": "12.50", "because": "A page is missing."}
        assert [as_alice.post(path, sent).status_code for _twice in range(2)] == [303, 303]
        assert (Refund.objects.get().amount, Refund.objects.get().because) == (12_50, "A page is missing.")
        settle(clock)
        assert "A page is missing." in as_alice.get(self.paths(campaign, pledge)[0]).content.decode()

    def test_say_what_is_wrong_with_an_amount(self, alice, clock, as_alice):
        campaign, pledge, _attempt = paid(alice, clock)
        path = self.paths(campaign, pledge)[1]
        for amount, words in (
            ("61", "can still be given back"),
            ("a lot", "not understood"),
            ("", "required"),
        ):
            page = as_alice.post(path, {"number": "1", "amount": amount, "because": "So."})
            assert (page.status_code, words in page.content.decode()) == (422, True)

    def test_show_disputes_and_what_waits_for_a_look(self, alice, clock, as_alice):
        campaign, pledge, attempt = paid(alice, clock)
        hear(campaign, attempt, disputed(amount=20_00), clock=clock)
        pledge.tries.update(state="held", problem="amount_too_small")
        page = as_alice.get(self.paths(campaign, pledge)[0]).content.decode()
        assert "To be answered by" in page
        assert "amount_too_small" in page
        path = f"/campaigns/{campaign.slug}/desk/held/{attempt.pk}/again/"
        assert as_alice.post(path).status_code == 303
        attempt.refresh_from_db()
        assert attempt.state == "prepared"

    def test_undo_after_a_tick(self, alice, clock, as_alice, frozen_at):
        campaign, (pledge, _other) = backed(alice, VISA, HARD, goal=120_00)
        end(campaign, clock)
        end(campaign, clock, days=7)
        path = self.paths(campaign, pledge)[2]
        with frozen_at(clock.at):
            assert "CHF\xa060.00 then go back" in as_alice.get(path).content.decode()
            assert as_alice.post(path).status_code == 422
            assert as_alice.post(path, {"sure": "on"}).status_code == 303
        campaign.refresh_from_db()
        assert campaign.collection == "undone"

    def test_ask_no_more_of_the_database_for_more_refunds(
        self, alice, clock, as_alice, django_assert_max_num_queries
    ):
        campaign, pledges = backed(alice, *[VISA] * 4)
        end(campaign, clock)
        for pledge in pledges:
            give_back(pledge, 1_00, clock)
        settle(clock)
        with django_assert_max_num_queries(16):
            as_alice.get(self.paths(campaign, pledges[0])[0])
