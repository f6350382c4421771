"""The owner's mail relay: how its address is read, and whether it takes mail from this square."""

import smtplib
import socket
import ssl
from dataclasses import dataclass
from typing import Literal, Self, cast
from urllib.parse import parse_qs, unquote, urlsplit

from django.utils.translation import gettext as _

from parvis.lib.refusal import Refusal

PORTS = {"yes": 465, "starttls": 587, "no": 25}
PATIENCE = 5
CONNECTIONS, MOST_CONNECTIONS = 16, 50


class NoRelay(Refusal):
    def __init__(self) -> None:
        super().__init__(_("PARVIS_MAIL_URL is not the address of a mail relay: no mail can leave."))


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a relay, and what to do."""

    words: str
    advice: str


@dataclass(frozen=True, kw_only=True)
class RelayAddress:
    """smtp://user:password@host:587?tls=starttls, in its parts; `tls` is yes (from the first byte), starttls or no.

    `connections` are opened at the same time; `per_minute` is how many mails the addresses of one domain get in a
    minute, 0 for as many as there are.
    """

    host: str
    port: int
    username: str
    password: str
    tls: Literal["yes", "starttls", "no"]
    connections: int = CONNECTIONS
    per_minute: int = 0

    @classmethod
    def read(cls, url: str) -> Self:
        """The parts of an address. Raises NoRelay."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise NoRelay from None
        usual = {"smtp": "starttls", "smtps": "yes"}.get(parts.scheme, "")
        asked = parse_qs(parts.query)
        tls = asked.get("tls", [usual])[0]
        connections = asked.get("connections", [str(CONNECTIONS)])[0]
        per_minute = asked.get("per_minute", ["0"])[0]
        if not (connections + per_minute).isdecimal() or not 1 <= int(connections) <= MOST_CONNECTIONS:
            raise NoRelay
        if not usual or not parts.hostname or tls not in PORTS or parts.path.strip("/"):
            raise NoRelay
        return cls(
            host=parts.hostname,
            port=port or PORTS[tls],
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls=cast(Literal["yes", "starttls", "no"], tls),
            connections=int(connections),
            per_minute=int(per_minute),
        )


def how_to_write_it() -> str:
    """What to put into the setting."""
    return _("Set PARVIS_MAIL_URL=smtp://user:password@host:587 in parvis.env.")


def knock(relay: RelayAddress) -> Trouble | None:
    """Go as far as one can without a mail: greet, protect the line and log in, as the address says; None when all is well."""
    place = {"place": f"{relay.host}:{relay.port}"}
    try:
        greet(relay)
    except socket.gaierror:
        return Trouble(
            _("No machine has the name of the mail relay (%(place)s).") % place,
            _("Look at the spelling of PARVIS_MAIL_URL in parvis.env."),
        )
    except smtplib.SMTPAuthenticationError:
        return Trouble(
            _("The mail relay %(place)s does not take the name and the password of PARVIS_MAIL_URL.") % place,
            _("Correct them; write signs such as @, / and % as %40, %2F and %25."),
        )
    except smtplib.SMTPNotSupportedError:
        return Trouble(
            _("The mail relay %(place)s cannot do what PARVIS_MAIL_URL asks: a protected line, or a login.")
            % place,
            _(
                "Take smtps:// if it is protected from the first byte (port 465), "
                "or add ?tls=no if it stands on this machine."
            ),
        )
    except ssl.SSLError as error:
        return Trouble(
            _("The line to the mail relay %(place)s cannot be protected (%(reason)s).")
            % {**place, "reason": error.reason or error},
            _(
                "Name the relay as its certificate does; take smtp:// for port 587, and smtps:// for port 465."
            ),
        )
    except (smtplib.SMTPException, OSError) as error:
        return Trouble(
            _("The mail relay %(place)s does not answer as one (%(reason)s).")
            % {**place, "reason": " ".join(str(getattr(error, "strerror", "") or error).split())},
            _(
                "See that PARVIS_MAIL_URL names its host and its port, that it runs, and that no wall stands between."
            ),
        )
    return None


def greet(relay: RelayAddress) -> None:
    """EHLO, STARTTLS and AUTH, then leave. Raises what smtplib and ssl raise."""
    context = ssl.create_default_context()
    with (
        smtplib.SMTP_SSL(relay.host, relay.port, timeout=PATIENCE, context=context)
        if relay.tls == "yes"
        else smtplib.SMTP(relay.host, relay.port, timeout=PATIENCE)
    ) as line:
        line.ehlo()
        if relay.tls == "starttls":
            line.starttls(context=context)
            line.ehlo()
        if relay.username:
            line.login(relay.username, relay.password)
