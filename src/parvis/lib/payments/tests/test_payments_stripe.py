"""The official library talks to our own Stripe."""

import threading

import pytest
import stripe as library

from parvis.lib.payments import KeyReused, NotReady, Whose, merge
from parvis.lib.payments.stripe_gateway import StripeGateway
from parvis.lib.payments.stripe_objects import VERSION, from_stripe, to_stripe
from parvis.lib.payments.tests.charges import BACK, at_stripe, charge, collected, left, now, request
from parvis.lib.payments.tests.fakestripe import FakeStripe, debits, methods
from parvis.lib.payments.tests.fakestripe.account import refusal
from parvis.lib.payments.tests.fakestripe.server import Trouble

CONFIRM = "/v1/payment_intents/%s/confirm"

SOON = 0.3
"""Seconds after which an answer that a test holds back is given up."""


class TestWhose:
    def test_is_the_same_account_whatever_the_key(self, there: FakeStripe) -> None:
        keys = ("sk_test_1", "sk_test_2", "rk_test_1")
        assert {at_stripe(there, key=key).whose() for key in keys} == {
            Whose(status="known", account="acct_1fake")
        }

    def test_is_nobodys_for_a_key_that_is_not_known(self, there: FakeStripe) -> None:
        assert at_stripe(there, key="sk_live_1").whose().status == "refused"

    def test_says_which_permission_a_restricted_key_lacks(self, there: FakeStripe) -> None:
        there.lacking["/v1/account"] = "rak_accounts_kyc_basic_read"
        lacks = Whose(status="forbidden", lacks="accounts_kyc_basic_read")
        assert at_stripe(there, key="rk_test_1").whose() == lacks
        assert at_stripe(there).whose().status == "known"

    @pytest.mark.parametrize("trouble", ["lost before", "500 before"])
    def test_is_unknown_where_no_answer_comes(
        self, trouble: Trouble, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        there.will(trouble, "/v1/account")
        assert stripe.whose().status == "unknown"
        assert stripe.whose().status == "known"

    def test_is_unknown_where_nobody_listens(self) -> None:
        gone = StripeGateway(key="sk_test_1", webhook_secret="", base="http://127.0.0.1:9")
        assert gone.whose().status == "unknown"


class TestSetup:
    def test_begins_on_a_page_of_stripes(self, there: FakeStripe, stripe: StripeGateway) -> None:
        setup = stripe.begin_setup(request(metadata={"pledge": "70"}, words="CHF 40, once, if it succeeds."))
        assert (setup.status, setup.method) == ("open", None)
        assert setup.url.startswith("https://checkout.stripe.example/")
        _verb, _path, asked = there.asked[-1]
        assert asked["custom_text"]["submit"]["message"] == "CHF 40, once, if it succeeds."
        assert asked["setup_intent_data"]["metadata"] == {"pledge": "70"}

    @pytest.mark.parametrize(
        ("name", "kind", "brand", "last4"),
        [
            ("pm_card_visa", "card", "visa", "4242"),
            ("pm_card_authenticationRequired", "card", "visa", "3184"),
            ("pm_sepaDebit", "sepa_debit", "", "3000"),
            ("pm_twint", "twint", "", ""),
        ],
    )
    def test_tells_what_was_left(
        self, name: str, kind: str, brand: str, last4: str, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        begun = stripe.begin_setup(request())
        methods.leave(there, begun.id, name)
        setup = stripe.read_setup(begun.id)
        assert (setup.status, setup.customer, setup.url) == ("succeeded", begun.customer, "")
        assert setup.method is not None
        assert (setup.method.kind, setup.method.brand, setup.method.last4) == (kind, brand, last4)
        assert setup.method.fingerprint == ("" if kind == "twint" else f"print:{name}")

    def test_stays_open_when_a_card_is_declined_on_the_page(
        self, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        begun = stripe.begin_setup(request())
        methods.leave(there, begun.id, "pm_card_visa_chargeDeclined")
        setup = stripe.read_setup(begun.id)
        assert (setup.status, setup.url, setup.code) == ("open", begun.url, "card_declined")

    def test_fails_when_nobody_came(self, there: FakeStripe, stripe: StripeGateway) -> None:
        begun = stripe.begin_setup(request())
        methods.expire(there, begun.id)
        assert stripe.read_setup(begun.id).status == "failed"

    def test_is_the_same_for_the_same_key(self, there: FakeStripe, stripe: StripeGateway) -> None:
        assert stripe.begin_setup(request()) == stripe.begin_setup(request())
        assert len(there.of("checkout.session")) == len(there.of("customer")) == 1

    def test_of_a_known_customer_makes_no_other(self, there: FakeStripe, stripe: StripeGateway) -> None:
        first = stripe.begin_setup(request())
        second = stripe.begin_setup(request("setup:2", customer=first.customer))
        assert second.customer == first.customer
        assert len(there.of("customer")) == 1

    def test_says_the_address_of_who_has_one(self, there: FakeStripe, stripe: StripeGateway) -> None:
        stripe.begin_setup(request("setup:1"))
        stripe.begin_setup(request("setup:2", email=""))
        assert [form.get("email") for _verb, path, form in there.asked if path == "/v1/customers"] == [
            "alice@parvis.example",
            None,
        ]

    def test_without_an_answer_is_unknown_and_may_be_sent_again(
        self, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        there.will("lost after", "/v1/checkout/sessions")
        assert stripe.begin_setup(request()).status == "unknown"
        assert stripe.begin_setup(request()).status == "open"
        assert len(there.of("checkout.session")) == 1

    def test_refused_as_asked_has_failed(self, stripe: StripeGateway) -> None:
        setup = stripe.begin_setup(request(customer="cus_gone"))
        assert (setup.status, setup.code) == ("failed", "resource_missing")


class TestCollect:
    def test_debits_once_and_says_how_much(self, there: FakeStripe, stripe: StripeGateway) -> None:
        outcome = collected(stripe, there, "pm_card_visa")
        assert (outcome.kind, outcome.received, outcome.said_at) == ("collected", 4000, there.clock)
        assert there.objects[outcome.payment]["metadata"] == {"campaign": "7", "pledge": "70", "attempt": "1"}

    def test_of_a_card_that_was_said_yes_to_when_it_was_left_asks_nobody(
        self, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        assert collected(stripe, there, "pm_card_threeDSecure2Required").kind == "collected"

    @pytest.mark.parametrize(
        ("name", "decline_code", "advice_code", "is_soft"),
        [
            ("pm_card_chargeCustomerFail", "generic_decline", "", True),
            ("pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds", "try_again_later", True),
            ("pm_card_visa_chargeDeclinedLostCard", "lost_card", "do_not_try_again", False),
            ("pm_card_visa_chargeDeclinedStolenCard", "stolen_card", "do_not_try_again", False),
            ("pm_card_chargeDeclinedExpiredCard", "", "confirm_card_data", False),
            ("pm_card_doNotHonor", "do_not_honor", "", False),
        ],
    )
    def test_declined_says_why_and_whether_it_may_pass(
        self,
        name: str,
        decline_code: str,
        advice_code: str,
        is_soft: bool,
        there: FakeStripe,
        stripe: StripeGateway,
    ) -> None:
        outcome = collected(stripe, there, name)
        assert outcome.kind == "declined"
        assert (outcome.decline_code, outcome.advice_code) == (decline_code, advice_code)
        assert outcome.is_soft is is_soft
        assert outcome.payment
        assert there.debits_of("1") == 0

    def test_read_again_says_the_same_as_when_it_was_declined(
        self, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        outcome = collected(stripe, there, "pm_card_visa_chargeDeclinedLostCard")
        assert stripe.read(outcome.payment) == outcome

    @pytest.mark.parametrize(("name", "end"), [("pm_twint", "collected"), ("pm_sepaDebit_fails", "declined")])
    def test_processing_ends_days_later(
        self, name: str, end: str, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        outcome = collected(stripe, there, name)
        assert (outcome.kind, outcome.received) == ("processing", 0)
        there.advance(hours=72)
        debits.arrive(there, outcome.payment)
        assert stripe.read(outcome.payment).kind == end

    def test_from_a_detached_method_is_refused(self, there: FakeStripe, stripe: StripeGateway) -> None:
        method = left(stripe, there, "pm_card_visa")
        assert stripe.detach(method[1])
        outcome = stripe.collect(charge(method))
        assert (outcome.kind, outcome.code) == ("refused", "payment_method_unexpected_state")

    def test_from_somebody_elses_method_is_refused(self, there: FakeStripe, stripe: StripeGateway) -> None:
        customer, _method, kind = left(stripe, there, "pm_card_visa", "a")
        _other, method, _kind = left(stripe, there, "pm_card_visa", "b")
        assert stripe.collect(charge((customer, method, kind))).kind == "refused"

    def test_too_fast_is_unknown_and_the_same_key_goes_on_later(
        self, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        method = left(stripe, there, "pm_card_visa")
        outcomes = [stripe.collect(charge(method, str(number))) for number in range(26)]
        assert [one.kind for one in outcomes] == ["collected"] * 25 + ["unknown"]
        assert (outcomes[25].code, outcomes[25].must_look_up) == ("rate_limit", False)
        there.advance(seconds=1)
        assert stripe.collect(charge(method, "25")).kind == "collected"

    def test_with_a_key_that_is_not_let_in_changes_nobodys_pledge(
        self, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        method = left(stripe, there, "pm_card_visa")
        with pytest.raises(NotReady, match="Invalid API Key"):
            at_stripe(there, key="sk_live_1").collect(charge(method))

    def test_for_an_account_that_may_not_debit_changes_nobodys_pledge(
        self, there: FakeStripe, stripe: StripeGateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked = charge(left(stripe, there, "pm_card_visa"))
        shut = refusal("testmode_charges_only", "Your account cannot currently make live charges.")
        monkeypatch.setattr(there, "_limit", lambda _deed: (_ for _ in ()).throw(shut))
        with pytest.raises(NotReady, match="cannot currently"):
            stripe.collect(asked)

    def test_says_whole_yen(self, there: FakeStripe, stripe: StripeGateway) -> None:
        outcome = collected(stripe, there, "pm_card_visa", amount=500, currency="JPY")
        assert (outcome.received, there.objects[outcome.payment]["amount"]) == (500, 500)

    @pytest.mark.parametrize(
        ("amount", "currency", "said"), [(5, "ISK", 500), (300, "MGA", 3), (5, "KRW", 5), (5, "CHF", 5)]
    )
    def test_counts_as_stripe_does(self, amount: int, currency: str, said: int) -> None:
        assert to_stripe(amount, currency) == said
        assert from_stripe(said, currency) == amount

    def test_does_not_round(self) -> None:
        with pytest.raises(ValueError, match="whole amounts"):
            to_stripe(350, "MGA")


class TestNoAnswer:
    @pytest.mark.parametrize("trouble", ["lost before", "lost after"])
    def test_is_unknown_and_the_same_key_debits_once(
        self, trouble: str, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        asked = charge(left(stripe, there, "pm_card_visa"))
        there.will(trouble)  # type: ignore[arg-type]
        outcome = stripe.collect(asked)
        assert (outcome.kind, outcome.code, outcome.must_look_up) == ("unknown", "no_answer", False)
        assert there.debits_of("1") == (trouble == "lost after")
        assert stripe.collect(asked).kind == "collected"
        assert there.debits_of("1") == 1

    def test_is_not_tried_again_by_the_library(self, there: FakeStripe, stripe: StripeGateway) -> None:
        asked = charge(left(stripe, there, "pm_card_visa"))
        there.asked.clear()
        there.will("lost before")
        stripe.collect(asked)
        assert len(there.asked) == 1

    def test_in_time_is_unknown_and_so_is_a_key_that_is_in_use(self, there: FakeStripe) -> None:
        gateway, hasty = at_stripe(there), at_stripe(there, answering=SOON)
        asked = charge(left(gateway, there, "pm_card_visa"))
        there.will("stall")
        assert (hasty.collect(asked).kind, there.stalled.is_set()) == ("unknown", True)
        busy = gateway.collect(asked)
        assert (busy.kind, busy.code, busy.must_look_up) == ("unknown", "in_flight", False)
        there.finished.clear()
        there.release.set()
        assert there.finished.wait(20)
        assert (gateway.collect(asked).kind, there.debits_of("1")) == ("collected", 1)

    def test_comes_to_both_who_ask_with_one_key(self, there: FakeStripe, stripe: StripeGateway) -> None:
        asked = charge(left(stripe, there, "pm_card_visa"))
        there.will("stall")
        outcomes = []
        thread = threading.Thread(target=lambda: outcomes.append(stripe.collect(asked)))
        thread.start()
        there.stalled.wait(20)
        assert stripe.collect(asked).code == "in_flight"
        there.release.set()
        thread.join(20)
        assert [*outcomes, stripe.collect(asked)] == outcomes * 2
        assert (outcomes[0].kind, there.debits_of("1")) == ("collected", 1)

    @pytest.mark.parametrize(("trouble", "end"), [("500 before", "absent"), ("500 after", "collected")])
    def test_broken_is_repeated_for_the_key_and_looked_up(
        self, trouble: str, end: str, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        asked = charge(left(stripe, there, "pm_card_visa"))
        there.will(trouble)  # type: ignore[arg-type]
        outcomes = [stripe.collect(asked), stripe.collect(asked)]
        assert [(one.kind, one.must_look_up) for one in outcomes] == [("unknown", True)] * 2
        assert stripe.look_up(asked, now(there)).kind == end
        assert there.debits_of("1") == (end == "collected")

    def test_to_a_look_up_is_unknown_too(self, there: FakeStripe, stripe: StripeGateway) -> None:
        asked = charge(left(stripe, there, "pm_card_visa"))
        nowhere = at_stripe(there, base="http://127.0.0.1:1")
        assert nowhere.look_up(asked, now(there)).kind == "unknown"


class TestOldKey:
    def test_is_forgotten_after_a_day_and_the_look_up_finds_what_it_did(
        self, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        sent = now(there)
        asked = charge(left(stripe, there, "pm_card_visa"))
        there.will("lost after")
        stripe.collect(asked)
        there.advance(hours=25)
        assert stripe.look_up(asked, sent).kind == "collected"
        assert stripe.look_up(charge((asked.customer, asked.method, "card"), "2"), sent).kind == "absent"
        stripe.collect(asked)
        assert there.debits_of("1") == 2  # what would happen to one who does not look

    def test_is_found_behind_many_others(self, there: FakeStripe, stripe: StripeGateway) -> None:
        there.limit = None
        method = left(stripe, there, "pm_card_visa")
        outcomes = [stripe.collect(charge(method, str(number))) for number in range(103)]
        assert stripe.look_up(charge(method, "0"), now(there)).payment == outcomes[0].payment

    def test_with_other_parameters_is_a_mistake(self, there: FakeStripe, stripe: StripeGateway) -> None:
        method = left(stripe, there, "pm_card_visa")
        stripe.collect(charge(method))
        with pytest.raises(KeyReused):
            stripe.collect(charge(method, amount=4001))


class TestAuthentication:
    def test_is_asked_for_and_the_same_payment_is_paid_by_the_person(
        self, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        asked = charge(left(stripe, there, "pm_card_authenticationRequired"))
        outcome = stripe.collect(asked)
        assert (outcome.kind, outcome.code, outcome.url) == ("action required", "authentication_required", "")
        assert not outcome.is_soft
        opened = stripe.authenticate(outcome.payment, asked.method, BACK, "auth:1")
        assert (opened.kind, opened.payment) == ("action required", outcome.payment)
        assert opened.url.startswith("https://hooks.stripe.example/")
        debits.authenticate(there, outcome.payment, agrees=True)
        assert stripe.read(outcome.payment).kind == "collected"
        assert there.debits_of("1") == 1

    def test_begun_twice_opens_the_same_page(self, there: FakeStripe, stripe: StripeGateway) -> None:
        asked = charge(left(stripe, there, "pm_card_authenticationRequired"))
        payment = stripe.collect(asked).payment
        urls = {stripe.authenticate(payment, asked.method, BACK, f"auth:{n}").url for n in (1, 2)}
        assert len(urls) == 1
        assert [path for _verb, path, _form in there.asked if path.endswith("/confirm")] == [
            CONFIRM % payment
        ]

    def test_refused_by_the_person_is_a_decline_that_they_may_try_again(
        self, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        asked = charge(left(stripe, there, "pm_card_authenticationRequired"))
        payment = stripe.collect(asked).payment
        stripe.authenticate(payment, asked.method, BACK, "auth:1")
        debits.authenticate(there, payment, agrees=False)
        outcome = stripe.read(payment)
        assert (outcome.kind, outcome.is_soft) == ("declined", False)
        assert stripe.authenticate(payment, asked.method, BACK, "auth:2").kind == "action required"

    def test_of_what_is_paid_asks_nothing(self, there: FakeStripe, stripe: StripeGateway) -> None:
        asked = charge(left(stripe, there, "pm_card_visa"))
        paid = stripe.collect(asked)
        assert stripe.authenticate(paid.payment, asked.method, BACK, "auth:1").kind == "collected"
        assert CONFIRM % paid.payment not in {path for _verb, path, _form in there.asked}


class TestCancel:
    def test_lets_another_card_be_debited_without_fear(
        self, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        payment = collected(stripe, there, "pm_card_visa_chargeDeclinedLostCard").payment
        assert stripe.cancel(payment, "cancel:1").kind == "canceled"
        assert stripe.authenticate(payment, "pm_card_visa", BACK, "auth:1").kind == "canceled"

    @pytest.mark.parametrize(
        ("name", "kind"), [("pm_card_visa", "collected"), ("pm_sepaDebit", "processing")]
    )
    def test_comes_too_late_and_says_so(
        self, name: str, kind: str, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        payment = collected(stripe, there, name).payment
        assert stripe.cancel(payment, "cancel:1").kind == kind


class TestRefund:
    def test_gives_back_a_part_and_no_more_than_there_is(
        self, there: FakeStripe, stripe: StripeGateway
    ) -> None:
        payment = collected(stripe, there, "pm_card_visa").payment
        part = stripe.refund(payment, 1500, "CHF", "refund:1")
        assert (part.stage, part.amount, part.by) == ("returned", 1500, "refund")
        assert stripe.refund(payment, 2501, "CHF", "refund:2").stage == "refused"
        assert stripe.refund(payment, 2500, "CHF", "refund:3").stage == "returned"
        assert stripe.refund(payment, 1, "CHF", "refund:4").code == "charge_already_refunded"

    def test_without_an_answer_happens_once(self, there: FakeStripe, stripe: StripeGateway) -> None:
        payment = collected(stripe, there, "pm_card_visa").payment
        there.will("lost after", "/v1/refunds")
        assert stripe.refund(payment, 1500, "CHF", "refund:1").stage == "unknown"
        assert stripe.refund(payment, 1500, "CHF", "refund:1").stage == "returned"
        assert len(there.of("refund")) == 1

    def test_is_found_by_its_key_when_that_is_too_old(self, there: FakeStripe, stripe: StripeGateway) -> None:
        payment = collected(stripe, there, "pm_card_visa").payment
        done = stripe.refund(payment, 1500, "CHF", "refund:1")
        there.advance(hours=25)
        assert stripe.look_up_refund(payment, "refund:1") == done
        assert stripe.look_up_refund(payment, "refund:2") is None

    def test_of_what_was_not_debited_is_refused(self, there: FakeStripe, stripe: StripeGateway) -> None:
        payment = collected(stripe, there, "pm_sepaDebit").payment
        assert stripe.refund(payment, 1500, "CHF", "refund:1").stage == "refused"

    def test_counts_in_what_is_known_of_the_payment(self, there: FakeStripe, stripe: StripeGateway) -> None:
        outcome = collected(stripe, there, "pm_card_visa")
        part = stripe.refund(outcome.payment, 1500, "CHF", "refund:1")
        known = merge(outcome, type(outcome)(kind="unknown", payment=outcome.payment, returns=(part,)))
        assert (known.kind, known.received, known.returned) == ("collected", 4000, 1500)


class TestDetach:
    def test_may_be_asked_twice(self, there: FakeStripe, stripe: StripeGateway) -> None:
        _customer, method, _kind = left(stripe, there, "pm_card_visa")
        assert [stripe.detach(method), stripe.detach(method)] == [True, True]

    def test_without_an_answer_is_not_done(self, there: FakeStripe, stripe: StripeGateway) -> None:
        _customer, method, _kind = left(stripe, there, "pm_card_visa")
        there.will("lost before", f"/v1/payment_methods/{method}/detach")
        assert not stripe.detach(method)


class TestLibrary:
    def test_is_the_one_whose_version_of_the_interface_is_read_here(self) -> None:
        from stripe._api_version import _ApiVersion

        assert VERSION == _ApiVersion.CURRENT

    def test_tells_stripe_nothing_about_this_machine(
        self, there: FakeStripe, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(library, "enable_telemetry", True)
        at_stripe(there)
        assert not library.enable_telemetry

    def test_that_is_missing_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import sys

        monkeypatch.setitem(sys.modules, "stripe", None)
        with pytest.raises(NotReady, match=r"parvis\[stripe\]"):
            StripeGateway(key="sk_test_1", webhook_secret="")
