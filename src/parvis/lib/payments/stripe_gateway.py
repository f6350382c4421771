"""Stripe as a gateway: ways to pay are left on its own pages (Checkout), and debited later (PaymentIntents).

The library `stripe` is an extra (`stripe`). Nothing is tried again by itself: who calls does, with the same key.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from parvis.lib.payments.gateway import (
    Charge,
    Event,
    Gateway,
    KeyReused,
    NotReady,
    Setup,
    SetupRequest,
    Whose,
)
from parvis.lib.payments.outcomes import Outcome, Return
from parvis.lib.payments.stripe_events import OF_RETURNS, event_of, parse_event
from parvis.lib.payments.stripe_objects import (
    VERSION,
    Json,
    declined,
    lacking,
    outcome_of,
    refund_of,
    setup_of,
    to_stripe,
)

if TYPE_CHECKING:
    import stripe

CONNECTING, ANSWERING = 5.0, 40.0
"""Seconds to wait; a debit takes some, where a bank is slow."""

CLOCKS_DIFFER = timedelta(hours=1)
"""By how much our clock and Stripe's may."""

_ENDED = {"collected", "processing", "canceled"}

_OF_THE_ACCOUNT = {
    "account_invalid",
    "api_key_expired",
    "livemode_mismatch",
    "platform_api_key_expired",
    "secret_key_required",
    "testmode_charges_only",
}
"""Refusals that every request would meet."""


class StripeGateway(Gateway):
    """An account at Stripe. `base` is another address than Stripe's own, for tests.

    Raises NotReady if the library is not installed.
    """

    name = "stripe"

    def __init__(
        self, *, key: str, webhook_secret: str, base: str = "", answering: float = ANSWERING
    ) -> None:
        self._stripe = _library()
        self._secret = webhook_secret
        self.is_live = "_live_" in key
        self._client: stripe.StripeClient = self._stripe.StripeClient(
            key,
            stripe_version=VERSION,
            base_addresses={"api": base} if base else None,
            max_network_retries=0,
            http_client=self._stripe.RequestsClient(timeout=(CONNECTING, answering)),
        )

    def whose(self) -> Whose:
        try:
            account = self._client.v1.accounts.retrieve_current()
        except self._stripe.PermissionError as error:
            return Whose(status="forbidden", lacks=lacking(error.user_message or ""))
        except self._stripe.StripeError as error:
            is_refused = isinstance(error, self._stripe.AuthenticationError) or error.code in _OF_THE_ACCOUNT
            return Whose(status="refused" if is_refused else "unknown")
        return Whose(status="known", account=account.id)

    def begin_setup(self, request: SetupRequest) -> Setup:
        try:
            customer = request.customer or self._new_customer(request)
            session = self._client.v1.checkout.sessions.create(
                _session(request, customer), {"idempotency_key": request.key}
            )
        except self._stripe.StripeError as error:
            return self._setup_failed(error)
        return setup_of(session.to_dict())

    def _new_customer(self, request: SetupRequest) -> str:
        about: stripe.params.CustomerCreateParams = {"metadata": dict(request.metadata)}
        if request.email:
            about["email"] = request.email
        customer = self._client.v1.customers.create(about, {"idempotency_key": f"{request.key}:customer"})
        return customer.id

    def read_setup(self, setup: str) -> Setup:
        try:
            session = self._client.v1.checkout.sessions.retrieve(
                setup, {"expand": ["setup_intent.payment_method"]}
            )
        except self._stripe.StripeError as error:
            return self._setup_failed(error, setup)
        return setup_of(session.to_dict())

    def _setup_failed(self, error: "stripe.StripeError", setup: str = "") -> Setup:
        outcome = self._outcome_of_error(error)
        return Setup(status="unknown" if outcome.kind == "unknown" else "failed", id=setup, code=outcome.code)

    def collect(self, charge: Charge) -> Outcome:
        return self._payment(
            lambda: self._client.v1.payment_intents.create(
                {
                    "amount": to_stripe(charge.amount, charge.currency),
                    "currency": charge.currency.lower(),
                    "customer": charge.customer,
                    "payment_method": charge.method,
                    "allowed_payment_method_types": [charge.method_kind],
                    "confirm": True,
                    "off_session": True,
                    "return_url": charge.return_url,
                    "description": charge.description,
                    "metadata": charge.metadata,
                },
                {"idempotency_key": charge.key},
            )
        )

    def read(self, payment: str) -> Outcome:
        return self._looked(self._payment(lambda: self._client.v1.payment_intents.retrieve(payment)))

    def look_up(self, charge: Charge, since: datetime) -> Outcome:
        """Through the customer's payments: Stripe's search by metadata may be an hour behind, its lists are not."""
        begin = int((since - CLOCKS_DIFFER).timestamp())
        try:
            page = self._client.v1.payment_intents.list(
                {"customer": charge.customer, "created": {"gte": begin}, "limit": 100}
            )
            said_at = _said_at(page)
            intents = [intent.to_dict() for intent in page.auto_paging_iter()]
        except self._stripe.StripeError as error:
            return self._looked(self._outcome_of_error(error))
        found = [
            outcome_of(intent, said_at)
            for intent in intents
            if intent["metadata"].get("attempt") == charge.attempt
        ]
        absent = Outcome(kind="absent", said_at=said_at)
        return max(found, key=lambda outcome: outcome.weight, default=absent)

    def authenticate(self, payment: str, method: str, return_url: str, key: str) -> Outcome:
        known = self.read(payment)
        if known.kind in _ENDED or known.kind == "unknown" or known.url:
            return known
        return self._payment(
            lambda: self._client.v1.payment_intents.confirm(
                payment,
                {"payment_method": method, "off_session": False, "return_url": return_url},
                {"idempotency_key": key},
            )
        )

    def cancel(self, payment: str, key: str) -> Outcome:
        return self._payment(
            lambda: self._client.v1.payment_intents.cancel(payment, {}, {"idempotency_key": key})
        )

    def refund(self, payment: str, amount: int, currency: str, key: str) -> Return:
        try:
            refund = self._client.v1.refunds.create(
                {
                    "payment_intent": payment,
                    "amount": to_stripe(amount, currency),
                    "metadata": {"key": key},
                },
                {"idempotency_key": key},
            )
        except self._stripe.StripeError as error:
            return self._refund_failed(error)
        return refund_of(refund.to_dict(), refund.created)

    def look_up_refund(self, payment: str, key: str) -> Return | None:
        try:
            page = self._client.v1.refunds.list({"payment_intent": payment, "limit": 100})
            for refund in map(self._stripe.Refund.to_dict, page.auto_paging_iter()):
                if refund["metadata"].get("key") == key:
                    return refund_of(refund, refund["created"])
        except self._stripe.StripeError as error:
            return self._refund_failed(error)
        return None

    def _refund_failed(self, error: "stripe.StripeError") -> Return:
        outcome = self._outcome_of_error(error)
        return Return(stage="unknown" if outcome.kind == "unknown" else "refused", code=outcome.code)

    def detach(self, method: str) -> bool:
        try:
            self._client.v1.payment_methods.detach(method)
        except self._stripe.InvalidRequestError:
            return True  # it is attached to nobody, or there is no such method
        except self._stripe.StripeError as error:
            return self._outcome_of_error(error).kind != "unknown"
        return True

    def told(self, since: datetime, until: datetime) -> tuple[Event, ...] | None:
        asked: stripe.params.EventListParams = {
            "types": [*OF_RETURNS],
            "created": {"gte": int(since.timestamp()), "lt": int(until.timestamp())},
            "limit": 100,
        }
        try:
            page = self._client.v1.events.list(asked)
            events = [event_of(event.to_dict()) for event in page.auto_paging_iter()]
        except self._stripe.StripeError as error:
            self._outcome_of_error(error)
            return None
        return tuple(reversed(events))

    def parse_event(self, body: bytes, signature: str, at: datetime) -> Event:
        return parse_event(body, signature, secret=self._secret, is_live=self.is_live, at=at)

    def _payment(self, ask: Callable[[], "stripe.PaymentIntent"]) -> Outcome:
        try:
            intent = ask()
        except self._stripe.StripeError as error:
            return self._outcome_of_error(error)
        return outcome_of(intent.to_dict(), _said_at(intent))

    def _looked(self, outcome: Outcome) -> Outcome:
        """What a look has shown: that it was refused says nothing of what was debited, perhaps through other keys."""
        if outcome.kind == "refused":
            return Outcome(kind="unknown", code=outcome.code, must_look_up=True)
        return outcome

    def _outcome_of_error(self, error: "stripe.StripeError") -> Outcome:
        """Raises NotReady, KeyReused."""
        shut = self._stripe.AuthenticationError, self._stripe.PermissionError
        if isinstance(error, shut) or error.code in _OF_THE_ACCOUNT:
            raise NotReady(error.user_message or "Stripe does not let us in") from error
        if isinstance(error, self._stripe.IdempotencyError):
            raise KeyReused(error.user_message or "") from error
        told, said_at = _told(error), _moment(error.headers or {})
        intent = told.get("payment_intent") or {}
        if intent.get("status") in {"succeeded", "processing", "requires_action", "canceled"}:
            return outcome_of(intent, said_at)
        if isinstance(error, self._stripe.CardError):
            return declined(told, intent.get("id") or "", said_at)
        if isinstance(error, self._stripe.InvalidRequestError):
            code = error.code or "request"
            return Outcome(kind="refused", payment=intent.get("id") or "", said_at=said_at, code=code)
        return _unanswered(error)


def _library() -> Any:
    try:
        import stripe  # noqa: PLC0415 - it is an extra
    except ImportError as missing:
        raise NotReady("The library “stripe” is not installed: install parvis[stripe].") from missing
    # It would tell Stripe how long each answer took, and write a file into the home folder to be known again by.
    stripe.enable_telemetry = False
    return stripe


def _session(request: SetupRequest, customer: str) -> Any:
    metadata = dict(request.metadata)
    return {
        "mode": "setup",
        "currency": request.currency.lower(),
        "customer": customer,
        "success_url": request.return_url,
        "cancel_url": request.return_url,
        "locale": request.language,
        "metadata": metadata,
        "setup_intent_data": {"metadata": metadata},
        **({"custom_text": {"submit": {"message": request.words}}} if request.words else {}),
    }


def _told(error: "stripe.StripeError") -> Json:
    body = error.json_body
    told = body.get("error") if isinstance(body, Mapping) else None
    return told if isinstance(told, Mapping) else {}


def _said_at(answered: "stripe.StripeObject") -> int:
    return _moment(answered.last_response.headers if answered.last_response else {})


def _moment(headers: Mapping[str, str]) -> int:
    """The moment of an answer on Stripe's clock."""
    try:
        return int(parsedate_to_datetime(headers["Date"]).timestamp())
    except (KeyError, ValueError):
        return 0


def _unanswered(error: "stripe.StripeError") -> Outcome:
    """No answer, or none that says what happened: 429 and 409 ask for patience, a 5xx is repeated for the same key."""
    status = error.http_status or 0
    if status >= 500:
        return Outcome(kind="unknown", code="server_error", must_look_up=True)
    codes = {429: "rate_limit", 409: "in_flight"}
    return Outcome(kind="unknown", code=codes.get(status, "no_answer"))
