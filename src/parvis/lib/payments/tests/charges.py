"""What tests debit, and from whom."""

from datetime import UTC, datetime
from typing import Any

from parvis.lib.payments import Charge, Event, Gateway, Outcome, SetupRequest
from parvis.lib.payments.fake import FakeGateway
from parvis.lib.payments.stripe_gateway import StripeGateway
from parvis.lib.payments.tests.fakestripe import FakeStripe
from parvis.lib.payments.tests.fakestripe.methods import leave
from parvis.lib.payments.tests.fakestripe.server import SECRET

BACK = "https://square.example/back"


def at_stripe(there: FakeStripe, **over: Any) -> StripeGateway:
    settings = {"key": "sk_test_1", "webhook_secret": SECRET, "base": there.url}
    return StripeGateway(**(settings | over))


def request(key: str = "setup:1", **over: Any) -> SetupRequest:
    known: dict[str, Any] = {"return_url": BACK, "currency": "CHF", "email": "alice@parvis.example"}
    return SetupRequest(**({"key": key} | known | over))


def left(
    gateway: Gateway, there: FakeStripe | None, method: str, key: str = "setup:1"
) -> tuple[str, str, str]:
    """Somebody leaves a way to pay: their customer, the method, and its kind."""
    setup = gateway.begin_setup(request(key))
    if isinstance(gateway, FakeGateway):
        gateway.leave(setup.id, method)
    elif there is not None:
        leave(there, setup.id, method)
    setup = gateway.read_setup(setup.id)
    assert setup.method is not None
    return setup.customer, setup.method.id, setup.method.kind


def charge(method: tuple[str, str, str], attempt: str = "1", **over: Any) -> Charge:
    customer, name, kind = method
    known: dict[str, Any] = {
        "key": f"parvis:test:{attempt}",
        "amount": 4000,
        "currency": "CHF",
        "customer": customer,
        "method": name,
        "method_kind": kind,
        "description": "The book of the square",
        "return_url": BACK,
        "campaign": "7",
        "pledge": "70",
        "attempt": attempt,
    }
    return Charge(**(known | over))


def collected(gateway: Gateway, there: FakeStripe, method: str, attempt: str = "1", **over: Any) -> Outcome:
    """What becomes of a debit from somebody who left this method."""
    return gateway.collect(charge(left(gateway, there, method, f"setup:{attempt}"), attempt, **over))


def now(there: FakeStripe) -> datetime:
    return datetime.fromtimestamp(there.clock, UTC)


def told(there: FakeStripe, gateway: StripeGateway) -> list[Event]:
    """The events that are due, taken."""
    taken: list[Event] = []

    def take(body: bytes, signature: str) -> int:
        taken.append(gateway.parse_event(body, signature, now(there)))
        return 200

    there.posts.deliver(take)
    return taken
