"""One whole story at Stripe (our own fake of it, asked by its official library): from the card to the dispute."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from parvis.conftest import AT, make_person
from parvis.lib.payments.tests.charges import at_stripe
from parvis.lib.payments.tests.fakestripe import debits, fake_stripe, methods
from parvis.rooms.campaigns.actions import pledging
from parvis.rooms.campaigns.actions.refunding import refund
from parvis.rooms.campaigns.models import CardAccount, Dispute, Pledge
from parvis.rooms.campaigns.provider import gateways, paying
from parvis.rooms.campaigns.provider.following import check_accounts, hear_again
from parvis.rooms.campaigns.tests.card_makers import ASKS, HARD, VISA, books
from parvis.rooms.campaigns.tests.makers import Hands, backer, make_campaign, settle
from parvis.rooms.campaigns.wishes import Wish

pytestmark = pytest.mark.django_db


class Square:
    """A campaign at Stripe, with a clock that both share."""

    def __init__(self, there, creator):
        self.there, self.clock = there, Hands()
        there.clock = int(AT.timestamp())
        self.account = CardAccount.objects.create(person=creator, provider="stripe", made_at=AT)
        gateways.OTHERWISE[self.account.public_id] = at_stripe(there)
        self.campaign = make_campaign(creator, goal=50_00, card=self.account)

    def at(self, moment):
        self.clock.at = moment
        self.there.clock = int(moment.timestamp())

    def backed(self, name, card, amount=60_00):
        """Somebody pledges, and leaves this card on Stripe's page."""
        pledge = pledging.pledge(
            campaign=self.campaign,
            wish=Wish(extra=amount, way="card"),
            backer=backer(make_person(name)),
            form=name,
            agreed="",
            clock=self.clock,
        )
        self.leave(pledge, card)
        return pledge

    def leave(self, pledge, card):
        pledge.refresh_from_db()
        setup = paying.begin_card(pledge=pledge, clock=self.clock)
        assert setup.url.startswith("https://checkout.stripe.example/")
        methods.leave(self.there, setup.id, card)

    def hear(self):
        """Stripe posts what it has to tell, and the worker does what is due."""
        path = f"/campaigns/hook/{self.account.public_id}/"

        def post(body, signature):
            with time_machine.travel(datetime.fromtimestamp(self.there.clock, UTC), tick=False):
                headers = {"Stripe-Signature": signature}
                return Client().post(path, body, "application/json", headers=headers).status_code

        self.there.posts.deliver(post)
        settle(self.clock)


@pytest.fixture
def square_at_stripe(alice):
    with fake_stripe(limit=None) as there:
        yield Square(there, alice)


def states(*pledges):
    return [Pledge.objects.get(pk=one.pk).state for one in pledges]


class TestAWholeStory:
    def test_from_the_card_to_the_dispute(self, square_at_stripe, alice):
        here = square_at_stripe
        one, other, asked = here.backed("ann", VISA), here.backed("ben", HARD), here.backed("cat", ASKS)
        here.hear()
        assert states(one, other, asked) == ["active", "active", "active"]
        here.at(here.campaign.deadline_at)
        settle(here.clock)
        assert states(one, other, asked) == ["collected", "declined", "action-required"]
        before = books(here.campaign)
        here.there.posts.double()
        here.hear()
        assert (states(one, other, asked), books(here.campaign)) == (
            ["collected", "declined", "action-required"],
            before,
        )
        self.goes_on(here, alice, one, other, asked)

    def goes_on(self, here, alice, one, other, asked):
        """Another card, a yes to the bank, a refund, a dispute."""
        here.at(here.clock.pass_by(hours=1))
        here.leave(other, VISA)
        assert paying.confirm(pledge=asked, clock=here.clock).url.startswith("https://hooks.stripe.example/")
        here.at(here.clock.pass_by(minutes=1))
        debits.authenticate(here.there, asked.tries.get().payment, agrees=True)
        here.hear()
        assert states(one, other, asked) == ["collected", "collected", "collected"]
        assert books(here.campaign) == {"pledges": -180_00, "provider": 180_00}
        one.refresh_from_db()
        refund(pledge=one, number=1, amount=20_00, because="Late.", by=alice, at=here.clock.at)
        settle(here.clock)
        dispute = debits.dispute(here.there, asked.tries.get().payment, 25_00)
        here.there.posts.reverse()
        here.hear()
        assert states(one, asked) == ["part-refunded", "disputed"]
        assert Dispute.objects.get().because == "fraudulent"
        here.at(here.clock.pass_by(days=3))
        debits.close_dispute(here.there, dispute["id"], won=False)
        here.hear()
        assert states(one, other, asked) == ["part-refunded", "collected", "part-refunded"]
        assert books(here.campaign) == {"pledges": -135_00, "provider": 135_00}
        attempts = [f"{pledge.public_id}-{number}" for pledge in (one, other, asked) for number in (1, 2)]
        assert [here.there.debits_of(attempt) for attempt in attempts] == [1, 0, 0, 1, 1, 0]

    def test_without_a_word_from_stripe(self, square_at_stripe):
        here = square_at_stripe
        one, slow = here.backed("ann", VISA), here.backed("ben", "pm_sepaDebit")
        here.at(here.clock.pass_by(minutes=16))
        settle(here.clock)
        assert states(one, slow) == ["active", "active"]
        here.at(here.campaign.deadline_at)
        here.there.will("500 after")
        settle(here.clock)
        assert sorted(states(one, slow)) in (["collecting", "processing"], ["collected", "collecting"])
        here.at(here.clock.pass_by(minutes=6))
        settle(here.clock)
        assert states(one, slow) == ["collected", "processing"]
        debits.arrive(here.there, slow.tries.get().payment)
        here.at(here.clock.pass_by(hours=2))
        settle(here.clock)
        assert states(one, slow) == ["collected", "collected"]
        assert [here.there.debits_of(f"{one.public_id}-1") for one in (one, slow)] == [1, 1]

    def test_finds_what_stripe_told_and_was_lost(self, square_at_stripe, alice):
        here = square_at_stripe
        one, other = here.backed("ann", VISA), here.backed("ben", VISA)
        here.at(here.campaign.deadline_at)
        settle(here.clock)
        self.days_later(here, 10)
        one.refresh_from_db()
        refund(pledge=one, number=1, amount=20_00, because="Late.", by=alice, at=here.clock.at)
        settle(here.clock)
        assert states(one) == ["part-refunded"]
        debits.fail_refund(here.there, one.refunds.get().name)
        dispute = debits.dispute(here.there, other.tries.get().payment)
        self.days_later(here, 1)
        assert states(one, other) == ["collected", "disputed"]
        debits.close_dispute(here.there, dispute["id"], won=False)
        self.days_later(here, 60)
        assert states(one, other) == ["collected", "disputed"]  # Stripe knows of it no more
        debits.close_dispute(here.there, dispute["id"], won=False)
        self.days_later(here, 20)
        assert states(one, other) == ["collected", "charged-back"]
        assert books(here.campaign) == {"pledges": -60_00, "provider": 60_00}

    def days_later(self, here, days):
        """Time goes by, and nothing of what Stripe tells meanwhile arrives; then it is asked for, a day in each hour."""
        here.there.posts.drop()
        here.at(here.clock.pass_by(days=days))
        for _hour in range(32):
            hear_again(here.clock.at)
        settle(here.clock)

    def test_asks_for_each_day_once_and_only_while_something_may_be_told(self, square_at_stripe):
        here = square_at_stripe
        here.backed("ann", VISA)
        hear_again(here.clock.at)
        assert self.asked(here) == 0
        here.at(here.campaign.deadline_at)
        settle(here.clock)
        hear_again(here.clock.at)
        assert self.asked(here) == 1
        here.account.refresh_from_db()
        assert here.account.heard_until == here.clock.at - timedelta(days=29)
        here.there.will("lost before", "/v1/events")
        hear_again(here.clock.at)
        hear_again(here.clock.at)
        here.account.refresh_from_db()
        assert here.account.heard_until == here.clock.at - timedelta(days=28)
        for days in (8, 121):
            here.at(here.clock.pass_by(days=days))
            settle(here.clock)
        before = self.asked(here)
        hear_again(here.clock.at)
        assert self.asked(here) == before

    def asked(self, here):
        return [path for _verb, path, _form in here.there.asked].count("/v1/events")

    def test_says_which_permission_is_missing_to_hear_again(self, square_at_stripe):
        here = square_at_stripe
        here.backed("ann", VISA)
        here.at(here.campaign.deadline_at)
        settle(here.clock)
        here.there.lacking["/v1/events"] = "rak_event_read"
        gateways.OTHERWISE[here.account.public_id] = at_stripe(here.there, key="rk_test_1")
        hear_again(here.clock.at)
        here.account.refresh_from_db()
        assert "rak_event_read" in here.account.problem

    def test_knows_whether_the_account_lets_us_in(self, square_at_stripe):
        here = square_at_stripe
        check_accounts(here.clock.at)
        here.account.refresh_from_db()
        assert (here.account.problem, here.account.checked_at) == ("", here.clock.at)
        gateways.OTHERWISE[here.account.public_id] = at_stripe(here.there, key="sk_other_1")
        check_accounts(here.clock.at)
        here.account.refresh_from_db()
        assert "Invalid API Key" in here.account.problem
