"""What a payment provider does for us: keep a way to pay, debit it once, give back, and tell what happened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from parvis.lib.payments.outcomes import Outcome, Return


class NotReady(Exception):
    """The provider does not let us in, or its library is not installed: nothing was done; who runs the square must act."""


class KeyReused(Exception):
    """The same key was sent with other parameters: a mistake of ours. The first request may have been carried out."""


class EventRefused(Exception):
    """What was posted as an event is not one for us; answer 400 (with 2xx, the provider would not send it again).

    `why`: signature (none that fits), age (signed too long ago), mode (a test's event in earnest, or the reverse),
    form (signed, and yet no event).
    """

    def __init__(self, why: Literal["signature", "age", "mode", "form"]) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Whose account the keys open.

    known: `account` is its name at the provider, the same whatever the keys. refused: the provider knows no such key. forbidden: the
    key may not ask; `lacks` is the permission that it would need, empty where the provider does not say. unknown: no answer came.
    """

    status: Literal["known", "refused", "forbidden", "unknown"]
    account: str = ""
    lacks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupRequest:
    """A person is to leave a way to pay, without paying.

    `key` makes it happen once, however often it is sent. `customer` is the one of an earlier setup of theirs;
    empty: a new one, with `email`. `return_url` is where they come back to, whatever they did. `words` stand
    beside the button of the page: what will be debited, when, and that it is once. `metadata` comes back in events.
    """

    key: str
    return_url: str
    currency: str
    customer: str = ""
    email: str = ""
    language: str = "en"
    words: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A way to pay that somebody left. `fingerprint` is equal for the same card or account, whoever uses it; may be empty."""

    id: str
    kind: str
    brand: str = ""
    last4: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """How far it is with leaving a way to pay.

    open: the person must open `url`, or has not finished there. succeeded: `method` may be debited while they are
    away. failed: they did not in time, or it was refused for `code`; to be begun anew. unknown: no answer came; the same
    request may be sent again.
    """

    status: Literal["open", "succeeded", "failed", "unknown"]
    id: str = ""
    customer: str = ""
    url: str = ""
    method: Method | None = None
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One attempt to debit one pledge: written down before it is sent, and the same whenever it is sent again.

    `key` is unique to the attempt; the provider knows it for 24 hours. `amount` in minor units (ISO 4217).
    `method_kind` is the `kind` of the method. `attempt` is what the payment is found by later. `return_url` is where
    the person comes back to, should they have to say yes to their bank.
    """

    key: str
    amount: int
    currency: str
    customer: str
    method: str
    method_kind: str
    description: str
    return_url: str
    campaign: str
    pledge: str
    attempt: str

    @property
    def metadata(self) -> dict[str, str]:
        return {"campaign": self.campaign, "pledge": self.pledge, "attempt": self.attempt}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that the provider tells by itself. May come twice, late, in any order, or never.

    `payment` or `setup` names what it is about, `outcome` is to be merged into what is known of the payment; all
    three are empty for what we do not follow, which is answered 200 like the rest. `created` in Unix seconds.
    """

    id: str
    type: str
    created: int
    is_live: bool
    object: Mapping[str, Any]
    payment: str = ""
    setup: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    outcome: Outcome | None = None


class Gateway(Protocol):
    """One account at one provider. All of it may be called from any thread, and asks over the network.

    Where no answer comes, what is returned says unknown; nothing is tried again by itself. Everything but `whose` raises
    NotReady, and what takes a key KeyReused.
    """

    name: str

    def whose(self) -> Whose:
        """Whose account it is."""

    def begin_setup(self, request: SetupRequest) -> Setup:
        """Prepare the page on which a person leaves a way to pay."""

    def read_setup(self, setup: str) -> Setup:
        """How far it is with it now."""

    def collect(self, charge: Charge) -> Outcome:
        """Debit while the person is away."""

    def read(self, payment: str) -> Outcome:
        """What is known of a payment now, but for refunds and disputes, which events tell."""

    def look_up(self, charge: Charge, since: datetime) -> Outcome:
        """Whether this attempt, first sent at `since` or later, made a payment: for a key that is too old or a broken answer.

        absent: it did not, and a new attempt may be made. To be asked once nothing of it is on its way any more.
        """

    def authenticate(self, payment: str, method: str, return_url: str, key: str) -> Outcome:
        """Let the person who is here now say yes to their bank for a payment that was declined or asks for it.

        It stays the same payment, so that it cannot be debited twice. `key` is new each time the person tries.
        """

    def cancel(self, payment: str, key: str) -> Outcome:
        """See to it that nothing more is debited by this payment. Not canceled: it was too late, or no answer came."""

    def refund(self, payment: str, amount: int, currency: str, key: str) -> Return:
        """Give back part of a payment, or all of it; minor units."""

    def look_up_refund(self, payment: str, key: str) -> Return | None:
        """The refund that this key made, for a key that is too old or a broken answer; None: there is none."""

    def detach(self, method: str) -> bool:
        """See to it that a way to pay cannot be debited any more; False: no answer came, to be tried again."""

    def told(self, since: datetime, until: datetime) -> tuple[Event, ...] | None:
        """What it told of refunds and disputes in this span, whether it arrived or not, the oldest first; None: no answer came.

        A provider may know of the last 30 days only.
        """

    def parse_event(self, body: bytes, signature: str, at: datetime) -> Event:
        """What was posted to us at this moment. Raises EventRefused."""
