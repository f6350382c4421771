"""A line to a mail relay: commands out at once, replies in within bounds, whatever the other side sends (RFC 5321 §4.2)."""

import asyncio
import re
import ssl
from dataclasses import dataclass
from functools import cached_property

LONGEST_LINE = 1024  # RFC 5321 §4.5.3.1.5 says 512; relays with long words are known
MOST_LINES = 100
MOST_UNREAD = 65536
MOST_WORDS = 500
CLOSING = 1.0  # seconds, in which a protected line may be closed as is due

_REPLY = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)
_STATUS = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?: +|$)")


@dataclass(frozen=True)
class Reply:
    """What the relay answered; `lines` are without their code."""

    code: int
    lines: tuple[bytes, ...]

    @cached_property
    def _read(self) -> tuple[str, str]:
        status, said = "", []
        for line in self.lines:
            text = line.decode("utf-8", "replace")
            found = _STATUS.match(text)
            if found and int(found[1][0]) == self.code // 100:
                status = status or found[1]
                text = text[found.end() :]
            said.append(text)
        words = "".join(sign if sign.isprintable() else " " for sign in " ".join(said)[: 2 * MOST_WORDS])
        return status, " ".join(words.split())[:MOST_WORDS]

    @property
    def status(self) -> str:
        """The enhanced status (RFC 3463), such as 5.1.1; empty where there is none, or one of another class."""
        return self._read[0]

    @property
    def words(self) -> str:
        """What the relay said, on one line without control characters, and not for ever."""
        return self._read[1]


class LineLost(Exception):
    """The line is gone, or nothing that comes over it can be trusted; `reply` is what the relay said of it, if it did."""

    def __init__(self, words: str, reply: Reply | None = None) -> None:
        super().__init__(f"{words}: {reply.code} {reply.words}" if reply else words)
        self.words = words
        self.reply = reply


class Line(asyncio.Protocol):
    """Bytes to and from the relay. asyncio itself sets TCP_NODELAY."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._unread = bytearray()
        self._lines: list[bytes] = []  # of a reply that is not complete
        self._lost = ""
        self._waiter: asyncio.Future[None] | None = None
        self._gone = asyncio.get_running_loop().create_future()

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._lost:
            return
        self._unread += data
        if len(self._unread) > MOST_UNREAD:
            self.abort("the relay says more than was asked")
        self._wake()

    def eof_received(self) -> None:
        self._lost = self._lost or "the relay closed the line"
        self._wake()

    def connection_lost(self, error: Exception | None) -> None:
        self._lost = self._lost or "the line broke"
        if not self._gone.done():
            self._gone.set_result(None)
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # What a connection calls.

    def abort(self, words: str) -> LineLost:
        """Drop the line now, with all that came over it; gives the exception to raise."""
        self._lost = self._lost or words
        self._unread.clear()
        self._lines.clear()
        if self._transport is not None:
            self._transport.abort()
        return LineLost(words)

    async def close(self) -> None:
        """Close the line in order, within a second; after it, nothing of it is left."""
        if self._transport is None:
            return
        self._transport.close()
        try:
            async with asyncio.timeout(CLOSING):
                await asyncio.shield(self._gone)
        except TimeoutError:
            self._transport.abort()

    def check(self) -> None:
        """Raises LineLost unless the line stands and the relay has said nothing that was not asked.

        A reply too many would be taken for the answer to what is written next.
        """
        if self._unread or self._lines:
            reply = self._next()
            if reply is not None and reply.code == 421:
                raise LineLost("the relay ended the line", reply)
            raise self.abort("the relay spoke out of turn")
        if self._lost or self._transport is None:
            raise LineLost(self._lost or "there is no line")

    def write(self, *parts: bytes) -> None:
        """Write all of it at once, or nothing. Raises LineLost when nothing was written."""
        self.check()
        assert self._transport is not None
        self._transport.write(b"".join(parts))

    async def reply(self, patience: float) -> Reply:
        """The next reply, which has to be there whole within so many seconds. Raises LineLost."""
        found = self._next()
        if found is not None:
            return found
        try:
            async with asyncio.timeout(patience):
                while found is None:
                    await self._more()
                    found = self._next()
        except TimeoutError:
            raise self.abort("the relay did not answer in time") from None
        return found

    async def _more(self) -> None:
        if self._lost:
            raise LineLost(self._lost)
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _next(self) -> Reply | None:
        """The next reply if it is there whole. Raises LineLost for what is none."""
        while (end := self._unread.find(b"\n", 0, LONGEST_LINE)) >= 0:
            line = bytes(self._unread[:end]).removesuffix(b"\r")
            del self._unread[: end + 1]
            found = _REPLY.fullmatch(line)
            if found is None or (self._lines and not self._lines[0].startswith(found[1])):
                raise self.abort("the relay does not answer as one")
            self._lines.append(line)
            if found[2] != b"-":
                lines, self._lines = self._lines, []
                return Reply(int(found[1]), tuple([one[4:] for one in lines]))
            if len(self._lines) >= MOST_LINES:
                raise self.abort("the relay answers without end")
        if len(self._unread) >= LONGEST_LINE:
            raise self.abort("the relay answers without end")
        return None

    async def protect(self, context: ssl.SSLContext, host: str, patience: float) -> None:
        """Go on under TLS. Raises LineLost, and ssl.SSLCertVerificationError for a certificate that is not the host's.

        What was said in the clear behind the relay's consent may come from somebody in between, and would be taken
        for what the relay says under protection: it ends the line.
        """
        self.check()
        assert self._transport is not None
        try:
            transport = await asyncio.get_running_loop().start_tls(
                self._transport, self, context, server_hostname=host, ssl_handshake_timeout=patience
            )
        except BaseException as error:
            fault = self.abort(f"the line could not be protected ({plain(error)})")
            self.connection_lost(None)  # of which asyncio tells us nothing any more
            if isinstance(error, OSError) and not isinstance(error, ssl.SSLCertVerificationError):
                raise fault from error
            raise
        if transport is None:
            raise LineLost(self._lost or "the line broke")
        self._transport = transport


def plain(error: BaseException) -> str:
    """What an error of the system or of TLS says, in a few words."""
    reason = getattr(error, "reason", "") or getattr(error, "strerror", "") or error or type(error).__name__
    return " ".join(str(reason).split())[:MOST_WORDS]
