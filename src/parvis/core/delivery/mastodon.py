"""What is asked of a server of Mastodon (https://docs.joinmastodon.org/api/): to know this square, to post, to take back."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any
from urllib.parse import urlencode

from parvis.lib.web import Answer, Fetcher, Unfetched, WebAddress

from .links import whole

SCOPES = "read:accounts write:statuses"
"""The least that it takes: to know which account it is, and to post and take back."""
PATIENCE = 10.0
HANDLE = re.compile(r"@?[^@/\s]+@(?P<server>[^@/\s]+)")


class NoServer(Exception):
    """What was typed names no server that can be asked."""


@dataclass(frozen=True)
class Call:
    """One thing to ask of a server, with all that it takes."""

    method: str
    url: str
    fields: Sequence[tuple[str, str]] = ()
    token: str = ""
    key: str = ""

    @property
    def headers(self) -> dict[str, str]:
        token = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return token | ({"Idempotency-Key": self.key} if self.key else {})


def fetcher() -> Fetcher:
    """Who asks while somebody waits."""
    return Fetcher(agent=f"Parvis/{version('parvis')} (+{whole('/')})", within=PATIENCE)


def server_of(typed: str, *, schemes: frozenset[str] = frozenset({"https"})) -> str:
    """The address of the server that somebody means: by its name, by an address there, or by @name@server. Raises NoServer."""
    text = typed.strip().rstrip("/")
    handle = HANDLE.fullmatch(text)
    text = handle["server"] if handle else text
    try:
        address = WebAddress.read(text if "://" in text else f"https://{text}")
    except Unfetched as trouble:
        raise NoServer from trouble
    if address.scheme not in schemes or ("." not in address.host and ":" not in address.host):
        raise NoServer
    return f"{address.scheme}://{address.authority}"


def register(server: str, redirect: str, name: str) -> Call:
    """Make this square known to a server."""
    fields = [("client_name", name), ("redirect_uris", redirect), ("scopes", SCOPES), ("website", whole("/"))]
    return Call("POST", f"{server}/api/v1/apps", fields)


def authorize(server: str, client: str, redirect: str, state: str) -> str:
    """The page there where its owner says yes."""
    asked = {
        "response_type": "code",
        "client_id": client,
        "redirect_uri": redirect,
        "scope": SCOPES,
        "state": state,
    }
    return f"{server}/oauth/authorize?{urlencode(asked)}"


def token(server: str, client: str, secret: str, redirect: str, code: str) -> Call:
    """Change the yes for a token."""
    fields = [
        ("grant_type", "authorization_code"),
        ("client_id", client),
        ("client_secret", secret),
        ("redirect_uri", redirect),
        ("scope", SCOPES),
        ("code", code),
    ]
    return Call("POST", f"{server}/oauth/token", fields)


def whoami(server: str, token: str) -> Call:
    """Which account a token is for."""
    return Call("GET", f"{server}/api/v1/accounts/verify_credentials", token=token)


def revoke(server: str, client: str, secret: str, token: str) -> Call:
    """Let a token open nothing any more."""
    fields = [("client_id", client), ("client_secret", secret), ("token", token)]
    return Call("POST", f"{server}/oauth/revoke", fields)


def post(server: str, token: str, key: str, *, words: str, language: str, visibility: str) -> Call:
    """Announce something; the same `key` twice within the hour is one status."""
    fields = [("status", words), ("language", language), ("visibility", visibility)]
    return Call("POST", f"{server}/api/v1/statuses", fields, token, key)


def change(server: str, token: str, remote: str, *, words: str, language: str) -> Call:
    """Other words for what was announced."""
    fields = [("status", words), ("language", language)]
    return Call("PUT", f"{server}/api/v1/statuses/{remote}", fields, token)


def take_back(server: str, token: str, remote: str) -> Call:
    """Delete what was announced."""
    return Call("DELETE", f"{server}/api/v1/statuses/{remote}", token=token)


def ask(call: Call, by: Fetcher) -> Answer:
    """Raises Unfetched."""
    return by.call(call.method, call.url, call.fields, call.headers)


def said(answer: Answer) -> dict[str, Any]:
    """What a server answers in JSON; nothing for what cannot be read."""
    try:
        data = json.loads(answer.body)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def text_of(data: dict[str, Any], name: str, longest: int = 300) -> str:
    """A text of an answer; nothing where there is none."""
    value = data.get(name)
    return value[:longest] if isinstance(value, str) else ""
