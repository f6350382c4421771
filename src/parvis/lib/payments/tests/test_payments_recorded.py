"""Our own Stripe against the real one: 48 exchanges that Liberapay recorded, asked again here."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from parvis.lib.payments.stripe_objects import declined, dispute_of, method_of, outcome_of
from parvis.lib.payments.tests.fakestripe import FakeStripe, debits
from parvis.lib.payments.tests.fakestripe.methods import add_method

pytestmark = pytest.mark.data

type Json = dict[str, Any]

FIELDS = {
    "payment_intent": "status amount amount_received amount_capturable currency capture_method customer description "
    "latest_charge livemode metadata next_action payment_method payment_method_types canceled_at "
    "last_payment_error.type last_payment_error.code last_payment_error.decline_code",
    "payment_method": "type customer livemode metadata sepa_debit.last4",
    "setup_intent": "status customer livemode mandate single_use_mandate payment_method usage metadata "
    "last_setup_error next_action",
    "mandate": "status type livemode payment_method single_use multi_use payment_method_details.type "
    "customer_acceptance.type",
    "charge": "status amount amount_captured amount_refunded captured currency customer description paid refunded "
    "payment_intent payment_method payment_method_details.type failure_code disputed metadata livemode",
}
"""What is compared, by the kind of object: all that we read, and the state of the rest."""

ERROR = (
    "type code decline_code charge payment_method.id payment_intent.id payment_intent.status "
    "payment_intent.payment_method "
    "payment_intent.amount_received payment_intent.last_payment_error.code"
)

OF_OTHERS = {10, 11, 19, 20, 23, 24, 27, 28, 38, 39}
"""Exchanges about charges on the accounts of others, which a transfer made there (Connect): the fake has one account only."""


@pytest.fixture
def recorded(shared_data: Path) -> list[Json]:
    path = shared_data / "campaigns/stripe/liberapay_recorded_stripe_traffic.json"
    return list(json.loads(path.read_text()))


class Replay:
    """Asks the fake what Stripe was asked; `names` are those that Stripe gave, and what the fake calls the same thing."""

    def __init__(self, there: FakeStripe) -> None:
        self.there = there
        self.names: dict[str, str] = {}
        self.compared = 0

    def prepare(self, exchange: Json) -> None:
        """What was there before the recording began, or happened at a bank meanwhile."""
        asked = exchange["request"]
        customer, method = asked.get("customer"), asked.get("payment_method")
        if customer and customer not in self.there.objects:
            self.there.add("cus", "customer", id=customer)
        if method and method not in self.names:
            name = "pm_card_chargeCustomerFail" if exchange["status"] == 402 else "pm_card_visa"
            add_method(self.there, name, id=method, customer=customer)
            self.names[method] = method
        if exchange["body"].get("object") == "charge":
            charge = self.there.objects[self.names[exchange["body"]["id"]]]
            debits.arrive(self.there, charge["payment_intent"])

    def ask(self, exchange: Json, number: int) -> tuple[int, Json]:
        form = {name: self.names.get(value, value) for name, value in exchange["request"].items()}
        path = "/".join(self.names.get(part, part) for part in exchange["path"].split("/"))
        body = urlencode(form).encode() if exchange["method"] == "POST" else None
        headers = {"Authorization": "Bearer sk_test_1", "Idempotency-Key": f"recorded:{number}"}
        headers["Stripe-Version"] = exchange["stripe_version"]
        try:
            with urlopen(Request(self.there.url + path, body, headers)) as answer:
                return answer.status, json.load(answer)
        except HTTPError as refused:
            with refused:
                return refused.code, json.load(refused)

    def learn(self, real: Any, ours: Any) -> None:
        """Pair the names of Stripe with ours, wherever both stand in the same place."""
        if isinstance(real, dict) and isinstance(ours, dict):
            for field in real.keys() & ours.keys():
                self.learn(real[field], ours[field])
        elif isinstance(real, str) and isinstance(ours, str) and "_" in real:
            prefix = real.partition("_")[0]
            if prefix in {"pi", "ch", "py", "pm", "seti", "mandate"} and prefix == ours.partition("_")[0]:
                self.names.setdefault(real, ours)

    def differences(self, real: Json, ours: Json) -> Iterator[str]:
        """Where the fake says something else, or nothing."""
        if "error" in real:
            real, ours, fields = real["error"], ours["error"], ERROR
        else:
            fields = "object " + FIELDS[real["object"]]
        for field in fields.split():
            there, here = at(real, field), at(ours, field)
            self.compared += there is not MISSING
            if (self.names.get(there, there) if isinstance(there, str) else there) != here:
                yield f"{field}: Stripe says {there!r}, the fake {here!r}"


MISSING = "no such field"


def at(found: Any, path: str) -> Any:
    for step in path.split("."):
        found = found.get(step, MISSING) if isinstance(found, dict) else MISSING
    return found


class TestRecorded:
    def test_is_answered_alike_by_the_fake(self, recorded: list[Json], there: FakeStripe) -> None:
        replay, compared, differences = Replay(there), 0, []
        for number, exchange in enumerate(recorded):
            if number in OF_OTHERS:
                continue
            replay.prepare(exchange)
            status, ours = replay.ask(exchange, number)
            replay.learn(exchange["body"], ours)
            assert status == exchange["status"], (number, ours)
            differences += [(number, one) for one in replay.differences(exchange["body"], ours)]
            compared += 1
        assert differences == []
        assert (compared, replay.compared) == (38, 450)

    def test_account_is_told_of_in_the_same_words(self, shared_data: Path, there: FakeStripe) -> None:
        path = shared_data / "campaigns/stripe/djstripe_event_account_updated_express.json"
        told = json.loads(path.read_text())["data"]["object"]
        for field, value in there.account.items():
            assert field in told, field
            assert type(value) is type(told[field]), field
        assert told["id"].startswith("acct_")

    def test_leaves_out_only_what_is_about_other_accounts(self, recorded: list[Json]) -> None:
        left_out = [recorded[number] for number in OF_OTHERS]
        assert {one["path"].split("/")[2] for one in left_out} == {"charges"}
        made_here = {one["body"].get("latest_charge") for one in recorded}
        assert not made_here & {one["body"]["id"] for one in left_out}

    def test_payments_are_read_as_what_they_were(self, recorded: list[Json]) -> None:
        intents = [one["body"] for one in recorded if one["body"].get("object") == "payment_intent"]
        kinds = {intent["status"]: outcome_of(intent, 5).kind for intent in intents}
        expected = {"requires_capture": "processing", "processing": "processing", "succeeded": "collected"}
        assert kinds == expected
        for intent in intents:
            collected = intent["amount"] if intent["status"] == "succeeded" else 0
            assert outcome_of(intent, 5).received == collected

    def test_decline_is_read_alike_from_the_error_and_from_the_payment(self, recorded: list[Json]) -> None:
        (error,) = [one["body"]["error"] for one in recorded if one["status"] == 402]
        outcome = declined(error, error["payment_intent"]["id"], 5)
        assert (outcome.kind, outcome.decline_code, outcome.is_soft) == ("declined", "generic_decline", True)
        assert outcome_of(error["payment_intent"], 5) == outcome

    def test_ways_to_pay_are_read(self, recorded: list[Json]) -> None:
        methods = [
            method_of(one["body"]) for one in recorded if one["body"].get("object") == "payment_method"
        ]
        assert [(one.kind, one.last4) for one in methods] == [
            ("sepa_debit", last4) for last4 in ("3000", "2606", "7589", "0785")
        ]
        assert all(one.fingerprint for one in methods)


class TestDjStripe:
    @pytest.mark.parametrize("name", ["dp_fakefakefakefake01", "dp_funds_reinstated_full"])
    def test_disputes_are_read_and_are_open_until_they_are_closed(self, name: str, shared_data: Path) -> None:
        dispute = json.loads((shared_data / f"campaigns/stripe/djstripe_dispute_{name}.json").read_text())
        read = dispute_of(dispute, 5)
        assert (read.by, read.amount, read.stage) == ("dispute", 1000, "asked")
        assert read.due_at == dispute["evidence_details"]["due_by"]
