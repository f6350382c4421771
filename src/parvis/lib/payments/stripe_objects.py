"""Stripe's objects, as they stand in answers and events, read as our own values.

Field names and states from Stripe's API reference, version `VERSION`.
"""

from collections.abc import Mapping
from re import search
from typing import Any

from parvis.lib.payments.gateway import Method, Setup
from parvis.lib.payments.outcomes import Kind, Outcome, Return, Stage

type Json = Mapping[str, Any]

VERSION = "2026-10-28.endive"

_KINDS: dict[str, Kind] = {
    "canceled": "canceled",
    "processing": "processing",
    "requires_action": "action required",
    "requires_capture": "processing",
    "succeeded": "collected",
}
_REFUNDS: dict[str, Stage] = {"succeeded": "returned", "failed": "kept", "canceled": "kept"}
_DISPUTES: dict[str, Stage] = {
    "lost": "returned",
    "won": "kept",
    "warning_closed": "kept",
    "prevented": "kept",
}

_HUNDREDFOLD = frozenset({"ISK", "UGX"})
_HUNDREDTH = frozenset({"MGA"})
"""Where Stripe's smallest unit is not that of ISO 4217; elsewhere both agree, also in having no decimals (JPY, KRW)."""


def to_stripe(amount: int, currency: str) -> int:
    """An amount in minor units (ISO 4217) as Stripe counts it. Raises ValueError where it cannot be said exactly."""
    if currency.upper() in _HUNDREDFOLD:
        return amount * 100
    if currency.upper() in _HUNDREDTH:
        if amount % 100:
            raise ValueError(f"Stripe takes whole amounts only in {currency}")
        return amount // 100
    return amount


def from_stripe(amount: int, currency: str) -> int:
    """The reverse of `to_stripe`."""
    if currency.upper() in _HUNDREDFOLD:
        return amount // 100
    return amount * 100 if currency.upper() in _HUNDREDTH else amount


def outcome_of(intent: Json, said_at: int) -> Outcome:
    """A PaymentIntent, as it was at this moment."""
    error = intent.get("last_payment_error")
    kind = _KINDS.get(intent["status"])
    if kind is None and error:
        return declined(error, intent["id"], said_at)
    if kind is None:  # never confirmed: nothing was asked of the bank, nor will it be by itself
        return Outcome(kind="refused", payment=intent["id"], said_at=said_at, code=intent["status"])
    redirect = (intent.get("next_action") or {}).get("redirect_to_url") or {}
    return Outcome(
        kind=kind,
        payment=intent["id"],
        said_at=said_at,
        received=from_stripe(intent.get("amount_received") or 0, intent["currency"]),
        url=redirect.get("url") or "",
    )


def declined(error: Json, payment: str, said_at: int) -> Outcome:
    """A card error, or the last error of a PaymentIntent."""
    code, decline_code = error.get("code") or "", error.get("decline_code") or ""
    return Outcome(
        kind="action required" if "authentication_required" in {code, decline_code} else "declined",
        payment=payment,
        said_at=said_at,
        code=code,
        decline_code=decline_code,
        advice_code=error.get("advice_code") or "",
    )


def lacking(message: str) -> str:
    """The permission that Stripe says a restricted key lacks, by its name there without the prefix; "" where it names none."""
    found = search(r"'rak_(\w+)'", message)
    return found[1] if found else ""


def setup_of(session: Json) -> Setup:
    """A Checkout Session in the mode `setup`, with its SetupIntent and payment method expanded (or not, while it is open)."""
    intent = session.get("setup_intent")
    intent = intent if isinstance(intent, Mapping) else {}
    method, error = intent.get("payment_method"), intent.get("last_setup_error") or {}
    common = {"id": session["id"], "customer": session["customer"], "code": error.get("code") or ""}
    if intent.get("status") == "succeeded" and isinstance(method, Mapping):
        return Setup(status="succeeded", method=method_of(method), **common)
    if session["status"] == "expired" or intent.get("status") == "canceled":
        return Setup(status="failed", **common)
    return Setup(status="open", url=session.get("url") or "", **common)


def method_of(method: Json) -> Method:
    """A PaymentMethod of any type: only cards have a brand, and TWINT has nothing but its name."""
    kind = method["type"]
    about = method.get(kind) or {}
    return Method(
        id=method["id"],
        kind=kind,
        brand=about.get("brand") or "",
        last4=about.get("last4") or "",
        fingerprint=about.get("fingerprint") or "",
    )


def refund_of(refund: Json, said_at: int) -> Return:
    return Return(
        id=refund["id"],
        stage=_REFUNDS.get(refund["status"], "asked"),
        amount=from_stripe(refund["amount"], refund["currency"]),
        said_at=said_at,
        code=refund.get("failure_reason") or "",
    )


def dispute_of(dispute: Json, said_at: int) -> Return:
    return Return(
        id=dispute["id"],
        by="dispute",
        stage=_DISPUTES.get(dispute["status"], "asked"),
        amount=from_stripe(dispute["amount"], dispute["currency"]),
        said_at=said_at,
        due_at=(dispute.get("evidence_details") or {}).get("due_by") or 0,
        code=dispute.get("reason") or "",
    )
