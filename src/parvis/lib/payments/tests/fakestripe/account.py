"""What one account at Stripe holds: objects by their names, a clock, and the events that wait to be posted."""

from copy import deepcopy
from typing import Any

from parvis.lib.payments.tests.fakestripe.posts import Posts

type Object = dict[str, Any]

BEGINNING = 1_800_000_000
"""Unix seconds at which every fake begins."""


ABOUT: Object = {
    "charges_enabled": True,
    "country": "CH",
    "default_currency": "chf",
    "details_submitted": True,
    "email": "alice@parvis.example",
    "payouts_enabled": True,
    "settings": {"dashboard": {"display_name": "Alice Favre", "timezone": "Europe/Zurich"}},
    "type": "standard",
}
"""What Stripe tells of an account to itself, or part of it."""


class Fault(Exception):
    """An error as Stripe answers it."""

    def __init__(self, status: int, kind: str, code: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        known = {"type": kind, "code": code, "message": message}
        self.body = {"error": {name: value for name, value in (known | more).items() if value is not None}}


def refusal(code: str, message: str, *, status: int = 400, **more: Any) -> Fault:
    return Fault(status, "invalid_request_error", code, message, **more)


class Account:
    """`objects` by their names; `samples` says what each way to pay does; `key` is the one of the request at work."""

    def __init__(self, secret: str) -> None:
        self.clock = BEGINNING
        self.objects: dict[str, Object] = {}
        self.samples: dict[str, str] = {}
        self.posts = Posts(self, secret)
        self.account = {"id": "acct_1fake", "object": "account"} | deepcopy(ABOUT)
        self.key = ""
        self._number = 0

    def name(self, prefix: str) -> str:
        """A new identifier; they grow, like the moments of creation."""
        self._number += 1
        return f"{prefix}_{self._number:014d}"

    def add(self, prefix: str, kind: str, **fields: Any) -> Object:
        """A new object, unless `fields` name it."""
        made = {
            "id": self.name(prefix),
            "object": kind,
            "created": self.clock,
            "livemode": False,
            "metadata": {},
        } | fields
        self.objects[made["id"]] = made
        return made

    def get(self, name: str, kind: str) -> Object:
        found = self.objects.get(name)
        if found is None or found["object"] != kind:
            raise refusal("resource_missing", f"No such {kind}: '{name}'", status=404, param=kind)
        return found

    def of(self, kind: str) -> list[Object]:
        """All objects of a kind, the oldest first."""
        return [one for one in self.objects.values() if one["object"] == kind]

    def tell(self, kind: str, about: Object) -> None:
        """Let an event wait to be posted."""
        event = self.add(
            "evt",
            "event",
            type=kind,
            api_version="2026-10-28.endive",
            data={"object": deepcopy(about)},
            pending_webhooks=1,
            request={"id": None, "idempotency_key": self.key or None},
        )
        self.posts.put(event)

    def expanded(self, about: Object, paths: list[str]) -> Object:
        """A copy, with the objects in place of their names along paths such as `setup_intent.payment_method`."""
        about = deepcopy(about)
        for path in paths:
            here: Any = about
            for step in path.split("."):
                if not isinstance(here, dict):
                    break
                if isinstance(here.get(step), str):
                    here[step] = deepcopy(self.objects[here[step]])
                here = here.get(step)
        return about

    def listed(self, kind: str, asked: Object, *by: str) -> Object:
        """A page of the objects that have the values asked for, the newest first."""
        span = asked.get("created", {})
        begin, end = int(span.get("gte", 0)), int(span.get("lt", 1 << 62))
        types = asked.get("types")
        found = [
            one
            for one in reversed(self.of(kind))
            if begin <= one["created"] < end
            and (types is None or one["type"] in types)
            and all(one[name] == asked[name] for name in by if name in asked)
        ]
        after = asked.get("starting_after")
        if after:
            found = found[[one["id"] for one in found].index(after) + 1 :]
        limit = int(asked.get("limit", 10))
        return {
            "object": "list",
            "url": f"/v1/{kind}s",
            "data": found[:limit],
            "has_more": len(found) > limit,
        }
