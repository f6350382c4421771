"""A small Mastodon on this machine: keeps statuses, knows keys that were used, and does wrong what a test asks for."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from parvis.lib.web.tests.site import Asked, Site, said, site

CLIENT, SECRET, CODE, TOKEN = "client-1", "a secret", "a code", "a token"


@dataclass
class FalseMastodon:
    """`statuses` by their ids; `keys` those under which each was posted. `answer_with` is said instead of doing anything,
    `forget_to_answer` does it and hangs up.
    """

    site: Site
    statuses: dict[str, dict[str, str]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    answer_with: int = 0
    forget_to_answer: bool = False
    revoked: list[str] = field(default_factory=list)

    @property
    def server(self) -> str:
        return f"http://mastodon.example:{self.site.port}"

    def answer(self, request: Asked, line: socket.socket) -> bytes | None:
        if self.answer_with:
            return told({"error": "as asked"}, status=self.answer_with)
        what = self.do(request)
        return None if self.forget_to_answer else what

    def do(self, request: Asked) -> bytes:
        path, form = urlsplit(request.target).path, request.form
        if path == "/api/v1/apps":
            return told({"client_id": CLIENT, "client_secret": SECRET})
        if path == "/oauth/token":
            is_right = (form["client_id"], form["client_secret"], form["code"]) == (CLIENT, SECRET, CODE)
            return told({"access_token": TOKEN}) if is_right else told({"error": "no"}, status=400)
        if path == "/oauth/revoke":
            self.revoked.append(form["token"])
            return told({})
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return told({"error": "no"}, status=401)
        if path == "/api/v1/accounts/verify_credentials":
            return told({"acct": "alice"})
        return self.status(request, path.removeprefix("/api/v1/statuses").strip("/"), form)

    def status(self, request: Asked, number: str, form: dict[str, str]) -> bytes:
        if request.method == "POST":
            number = self.keys.setdefault(request.headers["idempotency-key"], str(len(self.keys) + 1))
            self.statuses.setdefault(number, form)
            return told({"id": number, "url": f"{self.server}/@alice/{number}"})
        if number not in self.statuses:
            return told({"error": "none"}, status=404)
        if request.method == "PUT":
            self.statuses[number] |= form
        else:
            del self.statuses[number]
        return told({"id": number})


def told(data: Any, *, status: int = 200) -> bytes:
    return said(json.dumps(data), status=status, Content_Type="application/json; charset=utf-8")


class Everywhere(dict[str, Any]):
    """One answer for all addresses."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.one = answer

    def get(self, key: str, default: Any = None) -> Any:
        return self.one


@contextmanager
def false_mastodon() -> Iterator[FalseMastodon]:
    with site() as here:
        one = FalseMastodon(here)
        here.pages = Everywhere(one.answer)
        yield one
