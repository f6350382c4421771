"""A connection to the one relay that carries all mail: greeting, protection, login, and what the relay can do."""

import asyncio
import ssl
from base64 import b64encode
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Self

from parvis.lib.mail.line import Line, LineLost, Reply, plain
from parvis.lib.mail.message import Message

DATA = b"DATA\r\n"
DOT = b".\r\n"
RESET = b"RSET\r\n"
FAREWELL = 2.0  # seconds, in which a relay may answer QUIT


class Unfit(LineLost):
    """The relay cannot be used as it is set up (certificate, login, protection): to try again at once is of no use."""


@dataclass(frozen=True, kw_only=True)
class Relay:
    """Where mail goes, and how patient one is with it; all times in seconds.

    `tls` is yes (from the first byte), starttls or no; `helo` is our own name. `trust` are the certificates that are
    believed; None: those that the machine trusts. Raises ValueError for names that would say more than a name.
    """

    host: str
    port: int
    helo: str
    tls: Literal["yes", "starttls", "no"] = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    connections: int = 8
    trust: ssl.SSLContext | None = field(default=None, repr=False)
    connecting: float = 30
    answering: float = 300  # RFC 5321 §4.5.3.2
    taking: float = 600  # from the final dot to its answer
    stopping: float = 0.5  # the same, once we are told to stop
    pause: float = 5  # before a lost line is opened again
    losses: int = 3  # lines lost in a row, without a message between, before we give up

    def __post_init__(self) -> None:
        if self.tls not in {"yes", "starttls", "no"}:
            raise ValueError("a line is protected: yes, starttls or no")
        if not self.helo.isascii() or not self.helo.isprintable() or not self.helo or " " in self.helo:
            raise ValueError("this is no name for a machine")
        if "\0" in self.username + self.password:
            raise ValueError("a login has a NUL")
        if self.connections < 1 or self.losses < 1:
            raise ValueError("mail needs one connection at least")

    @cached_property
    def protection(self) -> ssl.SSLContext:
        """How certificates are checked; made once."""
        return self.trust or ssl.create_default_context()


class Connection:
    """A line over which messages can be sent, once `open` has given it."""

    def __init__(self, relay: Relay, line: Line) -> None:
        self.relay = relay
        self.line = line
        self.extensions: dict[str, str] = {}

    @classmethod
    async def open(cls, relay: Relay) -> Self:
        """Connect, greet, protect the line and log in, as the relay's address says. Raises LineLost or Unfit."""
        context = relay.protection if relay.tls == "yes" else None
        try:
            async with asyncio.timeout(relay.connecting):
                _, line = await asyncio.get_running_loop().create_connection(
                    Line, relay.host, relay.port, ssl=context, server_hostname=relay.host if context else None
                )
        except ssl.SSLCertVerificationError as error:
            raise Unfit(f"the certificate is not the relay's ({error.verify_message})") from error
        except TimeoutError:
            raise LineLost("the relay did not answer in time") from None
        except (OSError, UnicodeError) as error:
            raise LineLost(f"the relay cannot be reached ({plain(error)})") from error
        connection = cls(relay, line)
        try:
            await connection._introduce()
        except BaseException:
            line.abort("the line was given up")
            await line.close()
            raise
        return connection

    async def _introduce(self) -> None:
        self._want(await self.line.reply(self.relay.answering), 220)
        await self._hello()
        if self.relay.tls == "starttls":
            await self._protect()
        if self.relay.username:
            await self._log_in()

    async def _hello(self) -> None:
        name = self.relay.helo.encode()
        reply = await self.command(b"EHLO " + name + b"\r\n")
        if reply.code // 100 == 5:
            self._want(await self.command(b"HELO " + name + b"\r\n"), 250)
            self.extensions = {}
            return
        self._want(reply, 250)
        pairs = (line.decode("ascii", "replace").strip().partition(" ") for line in reply.lines[1:])
        self.extensions = {keyword.upper(): parameters for keyword, _, parameters in pairs}

    async def _protect(self) -> None:
        if "STARTTLS" not in self.extensions:
            raise Unfit("the relay offers no protection for the line")
        self._want(await self.command(b"STARTTLS\r\n"), 220)
        try:
            await self.line.protect(self.relay.protection, self.relay.host, self.relay.connecting)
        except ssl.SSLCertVerificationError as error:
            raise Unfit(f"the certificate is not the relay's ({error.verify_message})") from error
        await self._hello()  # RFC 3207 §4.2: what was said before is forgotten

    async def _log_in(self) -> None:
        user, password = self.relay.username.encode(), self.relay.password.encode()
        offered = self.extensions.get("AUTH", "").upper().split()
        if "PLAIN" in offered:
            secret = b64encode(b"\0" + user + b"\0" + password)
            reply = await self.command(b"AUTH PLAIN " + secret + b"\r\n")
        elif "LOGIN" in offered:
            reply = await self.command(b"AUTH LOGIN\r\n")
            for secret in (user, password):
                self._want(reply, 334)
                reply = await self.command(b64encode(secret) + b"\r\n")
        else:
            raise Unfit("the relay offers no login that we know")
        self._want(reply, 235)

    def _want(self, reply: Reply, code: int) -> None:
        """Raises Unfit for what will not change, LineLost for what may."""
        if reply.code == code:
            return
        fault = Unfit if reply.code // 100 == 5 else LineLost
        raise fault(f"the relay answered {reply.code} where {code} was due", reply)

    async def command(self, words: bytes) -> Reply:
        """Say a whole line and hear the answer. Raises LineLost."""
        self.line.write(words)
        return await self.answer()

    async def answer(self) -> Reply:
        """The next answer. Raises LineLost, also for 421, by which a relay ends the line."""
        reply = await self.line.reply(self.relay.answering)
        if reply.code == 421:
            raise LineLost("the relay ended the line", reply)
        return reply

    @property
    def pipelines(self) -> bool:
        return "PIPELINING" in self.extensions

    def reaches(self, message: Message) -> bool:
        """Whether its addresses can be told to the relay (RFC 6531)."""
        return message.has_ascii_addresses or "SMTPUTF8" in self.extensions

    def carries(self, message: Message) -> bool:
        """Whether its content can go as it is (RFC 6152, RFC 6532)."""
        if not message.is_8bit:
            return True
        return "8BITMIME" in self.extensions and ("SMTPUTF8" in self.extensions or not message.has_8bit_head)

    def envelope(self, message: Message) -> tuple[bytes, bytes]:
        """The commands MAIL and RCPT for it."""
        words = f"MAIL FROM:<{message.sender}>"
        if message.is_8bit:
            words += " BODY=8BITMIME"
        if "SIZE" in self.extensions:
            words += f" SIZE={message.size}"
        if not message.has_ascii_addresses or message.has_8bit_head:
            words += " SMTPUTF8"
        return words.encode() + b"\r\n", f"RCPT TO:<{message.recipient}>\r\n".encode()

    async def quit(self) -> None:
        """Take leave as is due; a relay that does not answer is left all the same."""
        try:
            self.line.write(b"QUIT\r\n")
            await self.line.reply(FAREWELL)
        except LineLost:
            pass
        await self.line.close()
