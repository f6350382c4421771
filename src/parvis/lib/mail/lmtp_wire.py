"""The line between a client and us: command lines in, replies out, each within its time."""

import asyncio
from contextlib import suppress

from parvis.lib.mail.lmtp_data import check_line_ends
from parvis.lib.mail.lmtp_model import Ended, Limits, Reply, Seconds

AT_ONCE = 64 * 1024  # octets read or left unread at a time
TOO_SLOW = Reply(421, "4.4.2", "This took too long, goodbye")
LONG_LINE = Reply(521, "5.5.6", "The line is longer than what is read here, goodbye")


class Wire:
    """Reads no further than asked for; replies are gathered until the client has to be waited for (RFC 2920)."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limits: Limits, seconds: Seconds
    ) -> None:
        self._reader, self._writer = reader, writer
        self._limits, self._seconds = limits, seconds
        self._unread = bytearray()
        self._unsaid: list[bytes] = []
        self._is_open = True
        self._ends_at = asyncio.get_running_loop().time() + seconds.session

    @property
    def has_more(self) -> bool:
        """The client has said more already."""
        return bool(self._unread)

    async def line(self) -> bytes:
        """The next command, without its line end."""
        searched = 0
        if b"\n" not in self._unread:
            await self.flush()
        try:
            async with asyncio.timeout(self._time_for(self._seconds.command)):
                while (end := self._unread.find(b"\n", searched)) < 0:
                    searched = len(self._unread)
                    if searched > self._limits.line:
                        raise Ended(LONG_LINE)
                    self._unread += await self._receive()
        except TimeoutError:
            raise Ended(TOO_SLOW) from None
        line = bytes(self._unread[: end + 1])
        del self._unread[: end + 1]
        if len(line) > self._limits.line:
            raise Ended(LONG_LINE)
        check_line_ends(line)
        return line[:-2]

    async def octets(self, most: int = AT_ONCE) -> bytes:
        """Some of the data that follows a command: at least one octet, at most so many."""
        if not self._unread:
            await self.flush()
            try:
                async with asyncio.timeout(self._time_for(self._seconds.data)):
                    self._unread += await self._receive()
            except TimeoutError:
                raise Ended(TOO_SLOW) from None
        some = bytes(self._unread[:most])
        del self._unread[:most]
        return some

    def give_back(self, octets: bytes) -> None:
        """These were read too early: they come next."""
        self._unread[:0] = octets

    def say(self, reply: Reply) -> None:
        self._unsaid.append(reply.line())

    def say_raw(self, lines: bytes) -> None:
        self._unsaid.append(lines)

    async def flush(self) -> None:
        """Send what has been said."""
        if not self._unsaid:
            return
        self._writer.write(b"".join(self._unsaid))
        self._unsaid.clear()
        try:
            async with asyncio.timeout(self._seconds.write):
                await self._writer.drain()
        except OSError:  # of which TimeoutError is one
            self._is_open = False
            raise Ended from None

    async def close(self, *, patiently: bool) -> None:
        """Send the last words and hang up.

        Patiently: what the client was about to say is read and thrown away first, for else its side may lose our
        last words with the connection.
        """
        try:
            with suppress(Ended, OSError):
                await self.flush()
            if self._is_open and patiently:
                await self._let_finish()
            self._writer.close()
            with suppress(OSError):
                async with asyncio.timeout(self._seconds.farewell):
                    await self._writer.wait_closed()
        finally:
            self._writer.transport.abort()

    async def _let_finish(self) -> None:
        with suppress(OSError):
            async with asyncio.timeout(self._seconds.farewell):
                self._writer.write_eof()
                while await self._reader.read(AT_ONCE):
                    pass

    async def _receive(self) -> bytes:
        try:
            octets = await self._reader.read(AT_ONCE)
        except OSError:
            octets = b""
        if not octets:
            self._is_open = False
            raise Ended
        return octets

    def _time_for(self, seconds: float) -> float:
        return min(seconds, max(0.0, self._ends_at - asyncio.get_running_loop().time()))
