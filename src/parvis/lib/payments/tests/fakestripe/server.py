"""The server: requests, keys that are answered once, limits, and failures at command."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from re import fullmatch
from typing import Any, Literal

from parvis.lib.payments.tests.fakestripe import debits, methods
from parvis.lib.payments.tests.fakestripe.account import Account, Fault, Object
from parvis.lib.payments.tests.fakestripe.forms import check, decoded

type Trouble = Literal["500 before", "500 after", "lost before", "lost after", "stall"]
type Answer = tuple[int, Object]

DAY = 86_400
SECRET = "whsec_of_the_fake"
PATIENCE = 20

CREATED: dict[str, tuple[str, Callable[..., Object]]] = {
    "/v1/customers": ("CustomerCreateParams", methods.create_customer),
    "/v1/payment_methods": ("PaymentMethodCreateParams", methods.create_method),
    r"/v1/payment_methods/(\w+)/detach": ("PaymentMethodDetachParams", methods.detach),
    "/v1/setup_intents": ("SetupIntentCreateParams", methods.create_setup),
    "/v1/checkout/sessions": ("SessionCreateParams", methods.create_session),
    "/v1/payment_intents": ("PaymentIntentCreateParams", debits.create_intent),
    r"/v1/payment_intents/(\w+)/confirm": ("PaymentIntentConfirmParams", debits.confirm_intent),
    r"/v1/payment_intents/(\w+)/capture": ("PaymentIntentCaptureParams", debits.capture_intent),
    r"/v1/payment_intents/(\w+)/cancel": ("PaymentIntentCancelParams", debits.cancel_intent),
    "/v1/refunds": ("RefundCreateParams", debits.create_refund),
}
READ = {
    "checkout/sessions": "checkout.session",
    "payment_intents": "payment_intent",
    "setup_intents": "setup_intent",
    "payment_methods": "payment_method",
    "mandates": "mandate",
    "charges": "charge",
    "refunds": "refund",
}
LISTED = {
    "/v1/payment_intents": ("payment_intent", "customer"),
    "/v1/refunds": ("refund", "payment_intent"),
    "/v1/events": ("event", "type"),
}


@dataclass
class Kept:
    """The answer to a key; None: it is being worked on."""

    asked: tuple[str, Object]
    at: int
    answer: Answer | None = None


class FakeStripe(Account):
    """`asked` are the requests, in order. `limit` is how many of a kind may come in one second (None: any number).
    `clock` is in Unix seconds, and may be set to the moment of a test.

    `knows` is how keys begin that open it, `lacking` are the permissions that restricted keys lack, by path. `will` says what happens to the next request for a path. A request that stalls sets `stalled`, goes on at `release`, and sets `finished`.
    """

    def __init__(self, limit: int | None = 25) -> None:
        super().__init__(SECRET)
        self.url = ""
        self.limit = limit
        self.asked: list[tuple[str, str, Object]] = []
        self.knows: tuple[str, ...] = ("sk_test_", "rk_test_")
        self.lacking: dict[str, str] = {}
        self.keys: dict[str, Kept] = {}
        self.stalled, self.release, self.finished = (threading.Event() for _each in range(3))
        self._troubles: list[tuple[str, Trouble]] = []
        self._came: Counter[tuple[int, str]] = Counter()
        self._lock = threading.Lock()

    def will(self, trouble: Trouble, path: str = "/v1/payment_intents") -> None:
        self._troubles.append((path, trouble))

    def advance(self, *, hours: int = 0, seconds: int = 0) -> None:
        self.clock += hours * 3600 + seconds

    def debits_of(self, attempt: str) -> int:
        """How often an attempt was debited, or is about to be."""
        return sum(
            1
            for one in self.of("charge")
            if one["status"] != "failed" and one["metadata"].get("attempt") == attempt
        )

    def answer(self, verb: str, target: str, body: str, headers: Any) -> Answer | None:
        """What is answered; None: the line is cut."""
        path, _mark, query = target.partition("?")
        form = decoded(body or query)
        try:
            self._let_in(path, headers.get("Authorization", ""))
            if verb == "POST":
                return self._post(path, form, headers)
            with self._lock:
                self.asked.append((verb, path, form))
                if (trouble := self._trouble(path)) is not None:
                    return None if trouble.startswith("lost") else BROKEN
                return 200, self._get(path, form)
        except Fault as fault:
            return fault.status, fault.body

    def _let_in(self, path: str, who: str) -> None:
        """Raises Fault for a key that Stripe does not know, or that may not do this."""
        if not who.removeprefix("Bearer ").startswith(self.knows):
            raise Fault(401, "invalid_request_error", "", "Invalid API Key provided")
        if who.startswith("Bearer rk_") and path in self.lacking:
            message = (
                f"The provided key 'rk_test_***' does not have the required permissions for this endpoint on account "
                f"'{self.account['id']}'. Having the '{self.lacking[path]}' permission would allow this request to continue."
            )
            raise Fault(403, "invalid_request_error", "", message)

    def _get(self, path: str, form: Object) -> Object:
        if path == "/v1/account":
            return deepcopy(self.account)
        if path in LISTED:
            kind, by = LISTED[path]
            return deepcopy(self.listed(kind, form, by))
        folder, _slash, name = path.removeprefix("/v1/").rpartition("/")
        if folder not in READ:
            raise Fault(404, "invalid_request_error", "", f"Unrecognized request URL (GET: {path})")
        return self.expanded(self.get(name, READ[folder]), form.get("expand", []))

    def _post(self, path: str, form: Object, headers: Any) -> Answer | None:
        key = headers.get("Idempotency-Key", "")
        with self._lock:
            self.asked.append(("POST", path, form))
            deed, ids = self._route(path)
            self._limit(deed)
            check(form, CREATED[deed][0], headers.get("Stripe-Version", ""))
            kept = self._kept(key, path, form)
            if kept.answer is not None:
                return kept.answer
        trouble = self._trouble(path)
        if trouble == "stall":
            self.stalled.set()
            self.release.wait(PATIENCE)
        with self._lock:
            if trouble == "lost before":
                del self.keys[key]
                return None
            kept.answer = self._do(CREATED[deed][1], ids, form, key) if trouble != "500 before" else BROKEN
            if trouble == "500 after":
                kept.answer = BROKEN
            self.finished.set()
        return None if trouble == "lost after" else kept.answer

    def _route(self, path: str) -> tuple[str, tuple[str, ...]]:
        for pattern in CREATED:
            found = fullmatch(pattern, path)
            if found:
                return pattern, found.groups()
        raise Fault(404, "invalid_request_error", "", f"Unrecognized request URL (POST: {path})")

    def _limit(self, deed: str) -> None:
        self._came[self.clock, deed] += 1
        if self.limit is not None and self._came[self.clock, deed] > self.limit:
            raise Fault(429, "invalid_request_error", "rate_limit", "Too many requests.")

    def _kept(self, key: str, path: str, form: Object) -> Kept:
        """What is known of a key, written down if it is new or older than a day. Raises Fault for one that is in use or misused."""
        kept = self.keys.get(key)
        if kept is None or self.clock - kept.at >= DAY:
            self.keys[key] = kept = Kept((path, deepcopy(form)), self.clock)
        elif kept.asked != (path, form):
            raise Fault(400, "idempotency_error", "", "Keys can only be used with the same parameters.")
        elif kept.answer is None:
            message = "There is currently another in-progress request using this key."
            raise Fault(409, "idempotency_error", "idempotency_key_in_use", message)
        return kept

    def _trouble(self, path: str) -> Trouble | None:
        for number, (where, trouble) in enumerate(self._troubles):
            if where == path:
                del self._troubles[number]
                return trouble
        return None

    def _do(self, deed: Callable[..., Object], ids: tuple[str, ...], form: Object, key: str) -> Answer:
        self.key = key
        try:
            return 200, self.expanded(deed(self, form, *ids), form.get("expand", []))
        except Fault as fault:
            return fault.status, deepcopy(fault.body)
        finally:
            self.key = ""


BROKEN: Answer = (500, {"error": {"type": "api_error", "message": "Sorry! There was an error on our side."}})


class Talk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "Server"

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

    def do_GET(self) -> None:
        self._answer("")

    def _answer(self, body: str) -> None:
        answer = self.server.fake.answer(self.command, self.path, body, self.headers)
        if answer is None:
            self.close_connection = True
            return
        status, told = answer
        data = json.dumps(told).encode()
        with suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Request-Id", self.server.fake.name("req"))
            self.end_headers()
            self.wfile.write(data)

    def date_time_string(self, timestamp: float | None = None) -> str:
        return formatdate(self.server.fake.clock if timestamp is None else timestamp, usegmt=True)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is logged."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, fake: FakeStripe) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.fake = fake


@contextmanager
def fake_stripe(limit: int | None = 25) -> Iterator[FakeStripe]:
    """A fake that answers at its `url` until the block ends."""
    fake = FakeStripe(limit)
    server = Server(fake)
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        fake.release.set()
        server.shutdown()
        server.server_close()
        thread.join()
