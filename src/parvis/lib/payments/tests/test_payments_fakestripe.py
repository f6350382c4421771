"""Our own Stripe is as strict as the real one, where leniency would hide a mistake of ours."""

from typing import Any

import pytest
import stripe as library

from parvis.lib.payments.stripe_gateway import StripeGateway
from parvis.lib.payments.stripe_objects import VERSION
from parvis.lib.payments.tests.charges import charge, collected, left, now
from parvis.lib.payments.tests.fakestripe import FakeStripe, debits
from parvis.lib.payments.tests.fakestripe.forms import decoded


@pytest.fixture
def client(there: FakeStripe) -> library.StripeClient:
    return library.StripeClient(
        "sk_test_1", base_addresses={"api": there.url}, max_network_retries=0, stripe_version=VERSION
    )


def refused(client: library.StripeClient, path: str, **form: Any) -> library.InvalidRequestError:
    with pytest.raises(library.InvalidRequestError) as caught:
        client.raw_request("post", path, **form)
    return caught.value


class TestParameters:
    @pytest.mark.parametrize(
        ("path", "form", "param"),
        [
            ("/v1/payment_intents", {"amount": 5, "currency": "chf", "amont": 5}, "amont"),
            ("/v1/customers", {"mail": "a@b.example"}, "mail"),
            ("/v1/checkout/sessions", {"setup_intent_data": {"meta": "x"}}, "setup_intent_data[meta]"),
            ("/v1/refunds", {"payment": "pi_1"}, "payment"),
        ],
    )
    def test_that_nobody_knows_are_refused(
        self, path: str, form: dict[str, Any], param: str, client: library.StripeClient
    ) -> None:
        error = refused(client, path, **form)
        assert (error.code, error.param) == ("parameter_unknown", param)

    def test_that_are_gone_in_this_version_are_refused(self, client: library.StripeClient) -> None:
        form = {"amount": 5, "currency": "chf", "payment_method_types": ["card"]}
        error = refused(client, "/v1/payment_intents", **form)
        assert error.code == "payment_method_types_no_longer_supported"

    @pytest.mark.parametrize("amount", ["", "0", "-5", "4.5", "many"])
    def test_that_are_no_amounts_are_refused(self, amount: str, client: library.StripeClient) -> None:
        assert refused(client, "/v1/payment_intents", amount=amount, currency="chf").param == "amount"

    def test_that_are_wrong_are_not_remembered_for_a_key(self, client: library.StripeClient) -> None:
        options: Any = {"idempotency_key": "k"}
        with pytest.raises(library.InvalidRequestError):
            client.raw_request("post", "/v1/customers", mail="a@b.example", **options)
        assert client.v1.customers.create({"email": "a@b.example"}, options).email == "a@b.example"

    def test_are_read_from_brackets(self) -> None:
        assert decoded("a[b][c]=1&d[0]=2&d[1]=3&e[]=4&f=") == {
            "a": {"b": {"c": "1"}},
            "d": ["2", "3"],
            "e": ["4"],
            "f": "",
        }


class TestKeys:
    def test_are_remembered_with_a_decline_too(self, there: FakeStripe, stripe: StripeGateway) -> None:
        asked = charge(left(stripe, there, "pm_card_chargeCustomerFail"))
        assert stripe.collect(asked).payment == stripe.collect(asked).payment
        assert len(there.of("charge")) == 1

    def test_live_for_a_day(self, there: FakeStripe, stripe: StripeGateway) -> None:
        asked = charge(left(stripe, there, "pm_card_visa"))
        stripe.collect(asked)
        there.advance(hours=23, seconds=3599)
        stripe.collect(asked)
        assert there.debits_of("1") == 1
        there.advance(seconds=1)
        stripe.collect(asked)
        assert there.debits_of("1") == 2


class TestMandates:
    def test_stand_behind_what_is_debited_later(self, there: FakeStripe, stripe: StripeGateway) -> None:
        for number, name in enumerate(("pm_card_visa", "pm_sepaDebit", "pm_twint")):
            left(stripe, there, name, str(number))
        kinds = [one["payment_method_details"]["type"] for one in there.of("mandate")]
        assert kinds == ["sepa_debit", "twint"]


class TestDisputes:
    def test_may_be_about_a_part_and_be_won(self, there: FakeStripe, stripe: StripeGateway) -> None:
        payment = collected(stripe, there, "pm_card_visa").payment
        opened = debits.dispute(there, payment, 1000)
        debits.close_dispute(there, opened["id"], won=True)
        assert (opened["amount"], opened["status"]) == (1000, "won")


class TestClock:
    def test_is_the_fakes_own(self, there: FakeStripe, stripe: StripeGateway) -> None:
        begun = now(there)
        there.advance(hours=1)
        outcome = collected(stripe, there, "pm_card_visa")
        assert outcome.said_at - begun.timestamp() == 3600

    def test_lets_only_so_many_in_within_a_second(
        self, there: FakeStripe, client: library.StripeClient
    ) -> None:
        there.limit = 2
        for _number in range(2):
            client.v1.customers.create({})
        with pytest.raises(library.RateLimitError):
            client.v1.customers.create({})
        there.advance(seconds=1)
        assert client.v1.customers.create({}).id
