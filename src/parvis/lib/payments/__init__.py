"""Payments in plain Python: a way to pay is left without paying, debited once later, and given back; by Stripe, or make-believe."""

from parvis.lib.payments.gateway import (
    Charge,
    Event,
    EventRefused,
    Gateway,
    KeyReused,
    Method,
    NotReady,
    Setup,
    SetupRequest,
    Whose,
)
from parvis.lib.payments.outcomes import Kind, Outcome, Return, Stage, merge

__all__ = [
    "Charge",
    "Event",
    "EventRefused",
    "Gateway",
    "KeyReused",
    "Kind",
    "Method",
    "NotReady",
    "Outcome",
    "Return",
    "Setup",
    "SetupRequest",
    "Stage",
    "Whose",
    "merge",
]
