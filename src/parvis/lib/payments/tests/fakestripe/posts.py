"""Events on their way to us: signed, and doubled, reversed, late or lost at command."""

import hmac
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parvis.lib.payments.tests.fakestripe.account import Account


class Posts:
    """`waiting` are the events that were not delivered yet, in order, each with the moment from which it may be."""

    def __init__(self, account: "Account", secret: str) -> None:
        self._account = account
        self._secret = secret
        self.waiting: list[tuple[int, dict[str, Any]]] = []

    def put(self, event: dict[str, Any]) -> None:
        self.waiting.append((self._account.clock, event))

    def types(self) -> list[str]:
        return [event["type"] for _due, event in self.waiting]

    def double(self) -> None:
        """Each will come twice."""
        self.waiting = [one for one in self.waiting for _twice in range(2)]

    def reverse(self) -> None:
        """The last one will come first."""
        self.waiting.reverse()

    def delay(self, seconds: int) -> None:
        """None will come before."""
        self.waiting = [(due + seconds, event) for due, event in self.waiting]

    def drop(self, *types: str) -> None:
        """Those of these types will never come; without any, none will."""
        self.waiting = [one for one in self.waiting if types and one[1]["type"] not in types]

    def deliver(self, post: Callable[[bytes, str], int]) -> int:
        """Post what is due, each with its signature; what is not answered 2xx waits on. How many were taken."""
        posted, self.waiting = self.waiting, []
        for due, event in posted:
            if due > self._account.clock or post(*self.signed(event)) // 100 != 2:
                self.waiting.append((due, event))
        return len(posted) - len(self.waiting)

    def signed(self, event: Any, *, secret: str = "", at: int | None = None) -> tuple[bytes, str]:
        """The body and the signature of a post."""
        body = json.dumps(event).encode()
        moment = self._account.clock if at is None else at
        mark = hmac.new((secret or self._secret).encode(), f"{moment}.".encode() + body, "sha256").hexdigest()
        return body, f"t={moment},v1={mark},v0=00"
