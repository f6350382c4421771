"""A gateway that moves no money, within the process: for the demo and for tests; what happens is chosen by the names of methods.

It keeps what a real one keeps: a key is answered once, a refund never exceeds what was debited. Payments and setups
carry in their names what they are, so that another process knows them too, as they were at first.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from threading import RLock
from typing import Any, Literal

from parvis.lib.payments.gateway import (
    Charge,
    Event,
    EventRefused,
    Gateway,
    KeyReused,
    Method,
    Setup,
    SetupRequest,
    Whose,
)
from parvis.lib.payments.outcomes import Outcome, Return
from parvis.lib.payments.samples import sample

type Trouble = Literal["lost before", "lost after", "broken before", "broken after"]
"""How an answer fails to come: lost on the way, or a 500 that is repeated; before or after the debit."""

_LOST = Outcome(kind="unknown", code="no_answer")
_BROKEN = Outcome(kind="unknown", code="server_error", must_look_up=True)
_MISSING = Outcome(kind="refused", code="resource_missing")


def _pass(_where: str) -> None:
    """What happens at a failpoint, by default."""


class FakeGateway(Gateway):
    """`charges` counts the debits by key. `leaves` is the method that everybody leaves at once; empty: `leave` says it.

    `failpoint` is called with “before charge” and “after charge”. With a `ledger`, a file, what was debited outlives
    the process; one process at a time. `trouble` is what happens to the next answer for a key.
    """

    name = "fake"

    def __init__(
        self,
        *,
        leaves: str = "pm_card_visa",
        failpoint: Callable[[str], None] = _pass,
        ledger: Path | None = None,
    ) -> None:
        self.leaves = leaves
        self.failpoint = failpoint
        self.charges: Counter[str] = Counter()
        self.trouble: dict[str, Trouble] = {}
        self.detached: set[str] = set()
        self._answers: dict[str, tuple[object, Any]] = {}
        self._payments: dict[str, Outcome] = {}
        self._keys: dict[str, str] = {}
        self._attempts: dict[str, str] = {}
        self._setups: dict[str, Setup] = {}
        self._lock = RLock()
        self._ledger = None
        if ledger is not None:
            for line in ledger.read_text().splitlines() if ledger.exists() else ():
                self.collect(Charge(**json.loads(line)))
            self._ledger = ledger.open("ab", buffering=0)

    def whose(self) -> Whose:
        return Whose(status="known", account="nobody")

    def begin_setup(self, request: SetupRequest) -> Setup:
        return self._once(request.key, request, lambda: self._begin(request))

    def _begin(self, request: SetupRequest) -> Setup:
        mark = _mark(request.key)
        name = f"cs.{request.customer or f'cus_{mark}'}.{self.leaves}.{mark}"
        setup = replace(self.read_setup(name), url=request.return_url)
        self._setups[name] = setup
        return setup

    def leave(self, setup: str, method: str) -> Setup:
        """The person leaves this way to pay on the page; one that is declined leaves the page open."""
        done = replace(self.read_setup(setup), **_left(method, setup.rpartition(".")[2]))
        self._setups[setup] = done
        return done

    def read_setup(self, setup: str) -> Setup:
        kind, _dot, rest = setup.partition(".")
        if setup in self._setups or kind != "cs":
            return self._setups.get(setup) or Setup(status="failed", id=setup, code="resource_missing")
        customer, _dot, rest = rest.partition(".")
        leaves, _dot, mark = rest.rpartition(".")
        return Setup(id=setup, customer=customer, **_left(leaves, mark))

    def collect(self, charge: Charge) -> Outcome:
        self.failpoint("before charge")
        trouble = self.trouble.pop(charge.key, "")
        if trouble == "lost before":
            return _LOST
        outcome = self._once(charge.key, charge, lambda: self._answer(charge, trouble))
        self.failpoint("after charge")
        return _LOST if trouble == "lost after" else outcome

    def _once[T](self, key: str, asked: object, do: Callable[[], T]) -> T:
        with self._lock:
            if key not in self._answers:
                self._answers[key] = asked, do()
            before, answer = self._answers[key]
        if before != asked:
            raise KeyReused(key)
        return answer  # type: ignore[no-any-return]

    def _answer(self, charge: Charge, trouble: str) -> Outcome:
        if trouble == "broken before":
            return _BROKEN
        outcome = self._debit(charge)
        return _BROKEN if trouble == "broken after" else outcome

    def _debit(self, charge: Charge) -> Outcome:
        if self._ledger is not None:
            self._ledger.write(json.dumps(asdict(charge)).encode() + b"\n")
        payment = f"pi.{charge.amount}.{charge.method}.{_mark(charge.key)}"
        gone = charge.method in self.detached
        outcome = replace(_MISSING, payment=payment) if gone else self._known(payment)
        self._payments[payment] = outcome
        self._keys[payment] = charge.key
        self._attempts[charge.attempt] = payment
        if outcome.kind in {"collected", "processing"}:
            self.charges[charge.key] += 1
        return outcome

    def _known(self, payment: str) -> Outcome:
        """A payment as it was left, or as its name says that it began."""
        if payment in self._payments or not payment.startswith("pi."):
            return self._payments.get(payment, _MISSING)
        return _first(payment, *_parts(payment))

    def read(self, payment: str) -> Outcome:
        """What was processing has arrived, or failed, once it is read again."""
        with self._lock:
            outcome = self._known(payment)
            if outcome.kind == "processing":
                amount, method = _parts(payment)
                found = sample(method)
                if found is not None and found.arrives:
                    outcome = replace(outcome, kind="collected", received=amount)
                elif found is not None:
                    outcome = replace(outcome, kind="declined", code=found.code)
                self._payments[payment] = outcome
            return outcome

    def look_up(self, charge: Charge, since: datetime) -> Outcome:
        payment = self._attempts.get(charge.attempt)
        # Said at a moment: what was unknown before is known from then on.
        return self._known(payment) if payment else Outcome(kind="absent", said_at=int(since.timestamp()))

    def authenticate(self, payment: str, method: str, return_url: str, key: str) -> Outcome:
        """The bank says yes at once."""
        with self._lock:
            outcome = self._known(payment)
            if outcome.payment and outcome.kind in {"action required", "declined", "refused"}:
                self.charges[self._keys.get(payment, payment)] += 1
                outcome = Outcome(kind="collected", payment=payment, received=_parts(payment)[0])
                self._payments[payment] = outcome
            return outcome

    def cancel(self, payment: str, key: str) -> Outcome:
        with self._lock:
            outcome = self._known(payment)
            if outcome.payment and outcome.kind not in {"collected", "processing"}:
                outcome = Outcome(kind="canceled", payment=payment)
                self._payments[payment] = outcome
            return outcome

    def refund(self, payment: str, amount: int, currency: str, key: str) -> Return:
        return self._once(key, (payment, amount, currency), lambda: self._refund(payment, amount, key))

    def _refund(self, payment: str, amount: int, key: str) -> Return:
        outcome = self._known(payment)
        if amount > outcome.received - outcome.returned:
            return Return(stage="refused", code="request")
        done = Return(id=f"re_{_mark(key)}", stage="returned", amount=amount)
        self._payments[payment] = replace(outcome, returns=(*outcome.returns, done))
        return done

    def look_up_refund(self, payment: str, key: str) -> Return | None:
        name = f"re_{_mark(key)}"
        return next((one for one in self._known(payment).returns if one.id == name), None)

    def detach(self, method: str) -> bool:
        self.detached.add(method)
        return True

    def told(self, since: datetime, until: datetime) -> tuple[Event, ...]:
        """It tells nothing by itself."""
        return ()

    def parse_event(self, body: bytes, signature: str, at: datetime) -> Event:
        """It tells nothing by itself: `read` does."""
        raise EventRefused("signature")


def _mark(key: str) -> str:
    return blake2b(key.encode(), digest_size=8).hexdigest()


def _parts(payment: str) -> tuple[int, str]:
    """The amount and the method in the name of a payment."""
    _pi, amount, rest = payment.split(".", 2)
    return int(amount), rest.rpartition(".")[0]


def _left(name: str, mark: str) -> dict[str, Any]:
    """How the setup of this mark stands once somebody tried to leave this; each setup makes a way to pay of its own."""
    found = sample(name)
    if found is None or found.on_setup == "declines":
        return {"status": "open"}
    about = {"kind": found.kind, "brand": found.brand, "last4": found.last4}
    identifier = name if ":" in name else f"{name}:{mark}"
    return {"status": "succeeded", "method": Method(id=identifier, fingerprint=f"fake:{name}", **about)}


def _first(payment: str, amount: int, method: str) -> Outcome:
    """What becomes of a debit at first."""
    found = sample(method)
    if found is None:
        return replace(_MISSING, payment=payment)
    if found.on_charge == "succeeds":
        return Outcome(kind="collected", payment=payment, received=amount)
    if found.on_charge == "processes":
        return Outcome(kind="processing", payment=payment)
    if found.on_charge == "asks":
        return Outcome(kind="action required", payment=payment, code="authentication_required")
    return Outcome(
        kind="declined",
        payment=payment,
        code=found.code,
        decline_code=found.decline_code,
        advice_code=found.advice_code,
    )
