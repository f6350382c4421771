"""What Stripe posts to us is ours, now, and true; and means the same in any order."""

import json
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe import WebhookSignature

from parvis.lib.payments import Event, EventRefused, Outcome, merge
from parvis.lib.payments.stripe_events import FOLLOWED, parse_event
from parvis.lib.payments.stripe_gateway import StripeGateway
from parvis.lib.payments.tests.charges import (
    BACK,
    at_stripe,
    charge,
    collected,
    left,
    now,
    request,
    told,
)
from parvis.lib.payments.tests.fakestripe import FakeStripe, debits, methods
from parvis.lib.payments.tests.fakestripe.server import SECRET


def refused(gateway: StripeGateway, post: tuple[bytes, str], there: FakeStripe) -> str:
    with pytest.raises(EventRefused) as caught:
        gateway.parse_event(*post, now(there))
    return caught.value.why


def about(events: list[Event], payment: str) -> list[Outcome]:
    return [event.outcome for event in events if event.outcome and event.payment == payment]


@pytest.fixture
def event(there: FakeStripe, stripe: StripeGateway) -> dict[str, object]:
    """One that tells of a debit."""
    collected(stripe, there, "pm_card_visa")
    return next(one for _due, one in there.posts.waiting if one["type"] == "payment_intent.succeeded")


class TestSignature:
    def test_of_stripe_is_taken(
        self, event: dict[str, object], there: FakeStripe, stripe: StripeGateway
    ) -> None:
        read = stripe.parse_event(*there.posts.signed(event), now(there))
        assert (read.id, read.type, read.created) == (event["id"], "payment_intent.succeeded", there.clock)
        assert (read.is_live, read.metadata["attempt"]) == (False, "1")
        assert read.outcome is not None
        assert (read.outcome.kind, read.outcome.received) == ("collected", 4000)

    def test_is_reckoned_as_the_official_library_does(
        self, event: dict[str, object], there: FakeStripe, stripe: StripeGateway
    ) -> None:
        body = json.dumps(event)
        signature = WebhookSignature.generate_signature_header(body, SECRET, there.clock)
        assert stripe.parse_event(body.encode(), signature, now(there)).id == event["id"]

    def test_beside_one_of_a_secret_that_is_being_replaced_is_taken(
        self, event: dict[str, object], there: FakeStripe, stripe: StripeGateway
    ) -> None:
        body, signature = there.posts.signed(event)
        _old, other = there.posts.signed(event, secret="whsec_old")
        moment, mark, _ignored = signature.split(",")
        both = f"{moment},{other.split(',')[1]},{mark}"
        assert stripe.parse_event(body, both, now(there)).id == event["id"]

    def test_of_somebody_else_is_refused(
        self, event: dict[str, object], there: FakeStripe, stripe: StripeGateway
    ) -> None:
        assert refused(stripe, there.posts.signed(event, secret="whsec_other"), there) == "signature"

    def test_of_another_body_is_refused(
        self, event: dict[str, object], there: FakeStripe, stripe: StripeGateway
    ) -> None:
        body, signature = there.posts.signed(event)
        assert refused(stripe, (body.replace(b"4000", b"9000"), signature), there) == "signature"

    def test_of_another_moment_is_refused(
        self, event: dict[str, object], there: FakeStripe, stripe: StripeGateway
    ) -> None:
        body, signature = there.posts.signed(event, at=there.clock - 600)
        later = signature.replace(f"t={there.clock - 600}", f"t={there.clock}")
        assert refused(stripe, (body, later), there) == "signature"

    @pytest.mark.parametrize("signature", ["", "t=1", "v1=00", "t=,v1=", "rubbish", "t=1,v1=é"])
    def test_that_is_none_is_refused(
        self, signature: str, event: dict[str, object], there: FakeStripe, stripe: StripeGateway
    ) -> None:
        assert refused(stripe, (json.dumps(event).encode(), signature), there) == "signature"

    def test_with_no_secret_on_our_side_is_refused(self, event: dict[str, object], there: FakeStripe) -> None:
        gateway = at_stripe(there, webhook_secret="")
        body = json.dumps(event)
        forged = WebhookSignature.generate_signature_header(body, "", there.clock)
        assert refused(gateway, (body.encode(), forged), there) == "signature"

    def test_is_refused_once_it_is_older_than_five_minutes(
        self, event: dict[str, object], there: FakeStripe, stripe: StripeGateway
    ) -> None:
        post = there.posts.signed(event)
        assert stripe.parse_event(*post, now(there) + timedelta(seconds=300)).id == event["id"]
        there.advance(seconds=301)
        assert refused(stripe, post, there) == "age"

    @given(st.binary(), st.text())
    def test_made_of_anything_at_all_is_refused_in_words(self, body: bytes, signature: str) -> None:
        with pytest.raises(EventRefused):
            parse_event(body, signature, secret="whsec_1", is_live=False, at=MOMENT)


MOMENT = now(FakeStripe())


class TestEvent:
    def test_of_the_other_mode_is_refused(
        self, event: dict[str, object], there: FakeStripe, stripe: StripeGateway
    ) -> None:
        assert refused(stripe, there.posts.signed(event | {"livemode": True}), there) == "mode"
        live = at_stripe(there, key="sk_live_1")
        assert refused(live, there.posts.signed(event), there) == "mode"

    @pytest.mark.parametrize("body", [[], {}, {"id": "evt_1"}, "text", None, 5])
    def test_without_its_form_is_refused(
        self, body: object, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        assert refused(stripe, there.posts.signed(body), there) == "form"

    def test_of_a_type_that_nobody_follows_says_only_what_it_is(
        self, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        event = {"id": "evt_1", "type": "price.updated", "created": 5, "livemode": False}
        post = there.posts.signed(event | {"data": {"object": {"id": "price_1", "object": "price"}}})
        read = stripe.parse_event(*post, now(there))
        assert (read.type, read.payment, read.setup, read.outcome) == ("price.updated", "", "", None)
        assert read.object["id"] == "price_1"

    def test_of_a_way_to_pay_that_was_left_names_the_setup(
        self, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        setup = stripe.begin_setup(request(metadata={"pledge": "70"}))
        methods.leave(there, setup.id, "pm_card_visa")
        told_of = [event for event in told(there, stripe) if event.setup]
        assert [(event.setup, dict(event.metadata)) for event in told_of] == [(setup.id, {"pledge": "70"})]

    def test_of_a_dispute_names_the_payment_and_the_day_by_which_to_answer(
        self, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        payment = collected(stripe, there, "pm_card_createDispute").payment
        opened = next(event for event in told(there, stripe) if event.type == "charge.dispute.created")
        assert (opened.payment, opened.outcome.is_disputed) == (payment, True)  # type: ignore[union-attr]
        (one,) = opened.outcome.returns  # type: ignore[union-attr]
        assert (one.amount, one.due_at, one.code) == (4000, there.clock + 7 * 86_400, "fraudulent")

    def test_of_a_dispute_about_no_payment_of_ours_says_nothing(
        self, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        payment = collected(stripe, there, "pm_card_visa").payment
        opened = debits.dispute(there, payment)
        there.posts.drop()
        opened["payment_intent"] = None
        debits.close_dispute(there, opened["id"], won=True)
        assert [(event.payment, event.outcome) for event in told(there, stripe)] == [("", None)]

    def test_of_every_kind_that_is_followed_is_told_by_the_fake(
        self, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        story(there, stripe)
        untold = {"charge.dispute.funds_reinstated", "charge.dispute.updated", "refund.updated"}
        assert set(FOLLOWED) - {event.type for event in told(there, stripe)} == untold


def story(there: FakeStripe, stripe: StripeGateway) -> None:
    """One of each thing that may happen."""
    asked = charge(left(stripe, there, "pm_card_authenticationRequired"))
    payment = stripe.collect(asked).payment
    stripe.authenticate(payment, asked.method, BACK, "auth:1")
    debits.authenticate(there, payment, agrees=True)
    refund = stripe.refund(payment, 1000, "CHF", "refund:1")
    debits.fail_refund(there, refund.id)
    debits.close_dispute(there, debits.dispute(there, payment)["id"], won=False)
    stripe.cancel(collected(stripe, there, "pm_card_chargeCustomerFail", "2").payment, "cancel:2")
    debits.arrive(there, collected(stripe, there, "pm_twint", "3").payment)
    methods.expire(there, stripe.begin_setup(request("setup:4")).id)


class TestAnyOrder:
    def test_of_answer_success_old_failure_and_dispute_ends_the_same(
        self, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        asked = charge(left(stripe, there, "pm_card_authenticationRequired"))
        answer = stripe.collect(asked)
        there.advance(seconds=60)
        stripe.authenticate(answer.payment, asked.method, BACK, "auth:1")
        debits.authenticate(there, answer.payment, agrees=True)
        there.advance(hours=240)
        opened = debits.dispute(there, answer.payment, 1000)
        heard = about(told(there, stripe), answer.payment)
        assert len(heard) == 4  # failed, action required, succeeded, disputed
        ends = {merged(order) for order in permutations([answer, *heard])}
        (end,) = ends
        assert (end.kind, end.received, end.is_disputed) == ("collected", 4000, True)
        debits.close_dispute(there, opened["id"], won=False)
        (closed,) = about(told(there, stripe), answer.payment)
        assert {merged(order).returned for order in permutations([answer, *heard, closed])} == {1000}

    def test_twice_reversed_and_late_ends_as_if_told_once(
        self, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        payment = collected(stripe, there, "pm_card_createDispute").payment
        there.posts.double()
        there.posts.reverse()
        there.posts.delay(3600)
        assert told(there, stripe) == []
        there.advance(hours=1)
        heard = about(told(there, stripe), payment)
        assert len(heard) == 4
        assert merged(heard) == merged(heard[::2]) == merged(heard[::-2])
        assert merged(heard).is_disputed

    def test_of_a_refund_that_the_bank_does_not_take_ends_with_the_money_here(
        self, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        paid = collected(stripe, there, "pm_card_visa")
        refund = stripe.refund(paid.payment, 1500, "CHF", "refund:1")
        given = Outcome(kind="unknown", payment=paid.payment, returns=(refund,))
        assert merge(paid, given).returned == 1500
        there.advance(hours=72)
        debits.fail_refund(there, refund.id)
        heard = [paid, given, *about(told(there, stripe), paid.payment)]
        assert {merged(order).returned for order in permutations(heard)} == {0}

    def test_goes_on_waiting_until_it_is_taken(self, there: FakeStripe, stripe: StripeGateway) -> None:
        collected(stripe, there, "pm_card_visa")
        waiting = len(there.posts.waiting)
        assert there.posts.deliver(lambda _body, _signature: 500) == 0
        there.advance(hours=1)
        assert len(told(there, stripe)) == waiting

    def test_lost_is_made_up_for_by_reading(self, there: FakeStripe, stripe: StripeGateway) -> None:
        payment = collected(stripe, there, "pm_sepaDebit").payment
        debits.arrive(there, payment)
        there.posts.drop("payment_intent.succeeded")
        assert merged(about(told(there, stripe), payment)).kind == "processing"
        assert stripe.read(payment).kind == "collected"


def merged(outcomes: object) -> Outcome:
    known = Outcome(kind="unknown")
    for one in outcomes:  # type: ignore[attr-defined]
        known = merge(known, one)
    return known
