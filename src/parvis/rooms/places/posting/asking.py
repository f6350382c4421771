"""What a program asks for when it wants to post for somebody: an authorization request of IndieAuth, read and checked.

https://indieauth.spec.indieweb.org/ (§5.2, §3.3). No page of the program is fetched: what it says must fit by itself.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.utils.translation import gettext_lazy as _

from parvis.lib.refusal import Refusal

SCOPES = ("create", "update")
LONGEST = 500
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43,128}")
FIELDS = (
    "response_type",
    "client_id",
    "redirect_uri",
    "state",
    "scope",
    "code_challenge",
    "code_challenge_method",
)
"""Those fields of a request that mean something here."""


class BadRequest(Refusal):
    """The program asked in a way that is not answered; nobody is led back to it."""


@dataclass(frozen=True)
class Asking:
    """A request that was checked. `challenge` is empty where the program does not use PKCE, which older ones may (§5.2)."""

    client: str
    redirect: str
    state: str
    scope: str
    challenge: str

    @property
    def host(self) -> str:
        """The program by the name of its site."""
        return urlsplit(self.client).netloc

    def back(self, **more: str) -> str:
        """Where the program waits for its answer."""
        between = "&" if urlsplit(self.redirect).query else "?"
        return f"{self.redirect}{between}{urlencode({**more, 'state': self.state})}"


def asking_of(said: Mapping[str, str]) -> Asking:
    """What is asked. Raises BadRequest."""
    client, redirect = said.get("client_id", ""), said.get("redirect_uri", "")
    if not is_program(client) or not is_of(redirect, client):
        raise BadRequest(
            _("This program does not say properly who it is, or wants the answer sent elsewhere.")
        )
    challenge, method = said.get("code_challenge", ""), said.get("code_challenge_method", "")
    has_challenge = CHALLENGE.fullmatch(challenge) is not None and method == "S256"
    state = said.get("state", "")
    if (
        said.get("response_type") != "code"
        or not 0 < len(state) <= 1_000
        or (challenge and not has_challenge)
    ):
        raise BadRequest(_("This program asks in a way that is not answered here."))
    wanted = said.get("scope", "").split()
    scope = " ".join(one for one in SCOPES if one in wanted)
    if "create" not in scope.split():
        raise BadRequest(_("This program does not ask to post check-ins; nothing else can be allowed here."))
    return Asking(client, redirect, state, scope, challenge)


def is_program(client: str, most: int = LONGEST) -> bool:
    """Whether an address can name a program: a site by https, or this very machine by http, without anything hidden in it."""
    try:
        parts = urlsplit(client)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    is_web = parts.scheme == "https" or (parts.scheme == "http" and host in LOCAL)
    hidden = parts.username or parts.password or parts.fragment or "\\" in client or not client.isprintable()
    is_number = bool(re.fullmatch(r"[\d.]+", host)) or ":" in host
    return (
        is_web
        and bool(host)
        and not hidden
        and (not is_number or host in LOCAL)
        and port != 0
        and len(client) <= most
        and " " not in client
    )


def is_of(redirect: str, client: str) -> bool:
    """Whether an answer goes to the program itself: same scheme, host and port (§4.2.2)."""
    if not is_program(redirect, 2 * LONGEST):
        return False
    one, other = urlsplit(redirect), urlsplit(client)
    return (one.scheme, one.hostname, one.port) == (other.scheme, other.hostname, other.port)
