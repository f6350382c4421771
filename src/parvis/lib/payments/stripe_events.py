"""What Stripe posts to us: whether it comes from Stripe, now, and for us; and what it tells.

Signatures by Stripe's scheme v1: HMAC-SHA256 of `timestamp.body`, in hexadecimal, in the header `Stripe-Signature`.
"""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from parvis.lib.payments.gateway import Event, EventRefused
from parvis.lib.payments.outcomes import Outcome, Return
from parvis.lib.payments.stripe_objects import Json, dispute_of, outcome_of, refund_of

TOLERANCE = timedelta(minutes=5)
"""How old a signature may be, as in Stripe's own libraries; each try to deliver is signed anew."""

FOLLOWED = (
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.updated",
    "checkout.session.completed",
    "checkout.session.expired",
    "payment_intent.canceled",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.succeeded",
    "refund.created",
    "refund.failed",
    "refund.updated",
)
"""The events to ask Stripe for."""


OF_RETURNS = tuple(one for one in FOLLOWED if one.startswith(("charge.dispute.", "refund.")))
"""Those of refunds and disputes."""


def parse_event(body: bytes, signature: str, *, secret: str, is_live: bool, at: datetime) -> Event:
    """The event in a request that was posted to us at this moment. Raises EventRefused."""
    _check(body, signature, secret, int(at.timestamp()))
    try:
        told = json.loads(body)
        event = event_of(told)
    except (ValueError, TypeError, KeyError, AttributeError) as mistake:
        raise EventRefused("form") from mistake
    if event.is_live != is_live:
        raise EventRefused("mode")
    return event


def _check(body: bytes, signature: str, secret: str, at: int) -> None:
    if not secret:
        raise EventRefused("signature")
    pairs = [part.strip().partition("=") for part in signature.split(",")]
    moment = next((value for name, _equals, value in pairs if name == "t"), "")
    due = hmac.new(secret.encode(), moment.encode() + b"." + body, "sha256").hexdigest().encode()
    given = [value.encode() for name, _equals, value in pairs if name == "v1"]
    if not any([hmac.compare_digest(due, one) for one in given]):
        raise EventRefused("signature")
    if not moment.isdecimal() or at - int(moment) > TOLERANCE.total_seconds():
        raise EventRefused("age")


def event_of(told: Mapping[str, Any]) -> Event:
    """An event as Stripe tells it. Raises KeyError and its like for what is none."""
    common = {"id": told["id"], "type": told["type"], "created": told["created"]}
    thing = told["data"]["object"]
    metadata = thing.get("metadata") or {}
    common |= {"is_live": told["livemode"], "object": thing, "metadata": metadata}
    if told["type"] not in FOLLOWED:
        return Event(**common)
    if thing["object"] == "checkout.session":
        return Event(setup=thing["id"] if thing.get("mode") == "setup" else "", **common)
    outcome = _outcome(thing, told["created"])
    return Event(payment=outcome.payment, outcome=outcome, **common) if outcome else Event(**common)


def _outcome(thing: Json, said_at: int) -> Outcome | None:
    """What it tells of a payment; None: it is about none that was made as ours are."""
    if thing["object"] == "payment_intent":
        return outcome_of(thing, said_at)
    payment = thing.get("payment_intent")
    if not isinstance(payment, str):
        return None
    went: Return = dispute_of(thing, said_at) if thing["object"] == "dispute" else refund_of(thing, said_at)
    return Outcome(kind="unknown", payment=payment, returns=(went,))
