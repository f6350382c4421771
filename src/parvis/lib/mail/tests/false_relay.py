"""A relay on this machine that does wrong wherever it is told to."""

import asyncio
import ssl
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from parvis.lib.mail import Relay

CUT = "cut"  # the line, with nothing done
CUT_AFTER = "cut after"  # what was asked for is done, and the line cut instead of the reply
HANG = "hang"  # no reply, for as long as the other side waits
type Act = str | bytes | None  # bytes: this is the reply; done is what it says
type Script = Callable[[str, "Session"], Act]

DEFAULTS = {
    "connect": b"220 relay.example ESMTP\r\n",
    "helo": b"250 relay.example\r\n",
    "mail": b"250 2.1.0 Ok\r\n",
    "rcpt": b"250 2.1.5 Ok\r\n",
    "data": b"354 End data with <CR><LF>.<CR><LF>\r\n",
    "dot": b"250 2.0.0 Ok: queued\r\n",
    "rset": b"250 2.0.0 Ok\r\n",
    "quit": b"221 2.0.0 Bye\r\n",
    "starttls": b"220 2.0.0 Ready\r\n",
    "auth": b"235 2.7.0 Welcome\r\n",
}
BAD_SEQUENCE = b"503 5.5.1 Bad sequence of commands\r\n"


class Ended(Exception):
    """The line is at its end."""


@dataclass(eq=False)
class Session:
    """One line, as the relay saw it."""

    number: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    steps: list[str] = field(default_factory=list)
    commands: list[bytes] = field(default_factory=list)
    chunks: list[bytes] = field(default_factory=list)  # what came at once
    sender: str | None = None
    recipient: str | None = None
    dotted: list[str] = field(default_factory=list)  # whose content was read to its dot
    content: bytes = b""
    unread: bytes = b""


@dataclass
class FalseRelay:
    """Does what `script` says at a step (None: what is right), and keeps what it was given."""

    script: Script = lambda step, session: None
    extensions: tuple[bytes, ...] = (
        b"PIPELINING",
        b"8BITMIME",
        b"SMTPUTF8",
        b"SIZE 10000000",
        b"ENHANCEDSTATUSCODES",
    )
    trust: ssl.SSLContext | None = None  # what it shows at STARTTLS, or from the first byte
    is_tls: bool = False
    consents_to_nobody: bool = False  # 354 without a recipient, as RFC 2920 allows
    every_step: Callable[[], None] = lambda: None
    sessions: list[Session] = field(default_factory=list)
    taken: list[tuple[str, str, bytes]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    port: int = 0

    async def __aenter__(self) -> "FalseRelay":
        self.tasks: set[asyncio.Task[None]] = set()
        self.server = await asyncio.start_server(
            self._serve, "127.0.0.1", 0, ssl=self.trust if self.is_tls else None
        )
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.server.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self.tasks.add(task)
        session = Session(len(self.sessions), reader, writer)
        self.sessions.append(session)
        try:
            await self._do(session, "connect")
            while True:
                await self._obey(session, await self._until(session, b"\r\n"))
        except (Ended, OSError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()

    async def _until(self, session: Session, end: bytes) -> bytes:
        while end not in session.unread:
            chunk = await session.reader.read(1 << 16)
            if not chunk:
                raise Ended
            session.chunks.append(chunk)
            session.unread += chunk
        found, _, session.unread = session.unread.partition(end)
        return found

    async def _do(self, session: Session, step: str, default: bytes = b"") -> bool:
        """Reply, as the script wants it; whether the thing is to be done. Raises Ended where the line is cut."""
        session.steps.append(step)
        self.every_step()
        act = self.script(step, session)
        if act == CUT:
            raise Ended
        if act == HANG:
            await asyncio.get_running_loop().create_future()
        reply = act if isinstance(act, bytes) else default or DEFAULTS[step]
        is_done = reply[:1] in b"23"
        if step == "dot" and is_done and (act is None or reply.startswith(b"250")):
            self.taken.append((session.sender or "", session.recipient or "", session.content))
        if act == CUT_AFTER:
            raise Ended
        session.writer.write(reply)
        if reply.startswith(b"421"):
            raise Ended
        return is_done

    async def _obey(self, session: Session, line: bytes) -> None:
        session.commands.append(line)
        if b"\n" in line or b"\r" in line:
            self.wrong.append("a bare CR or LF in a command")
        verb = line.split(b" ")[0].decode().lower()
        await getattr(self, f"_{verb}")(session, line)

    async def _ehlo(self, session: Session, line: bytes) -> None:
        offered = [b"relay.example", *self.extensions]
        lines = [b"250-" + one for one in offered[:-1]] + [b"250 " + offered[-1]]
        await self._do(session, "ehlo", b"\r\n".join(lines) + b"\r\n")

    async def _helo(self, session: Session, line: bytes) -> None:
        await self._do(session, "helo")

    async def _mail(self, session: Session, line: bytes) -> None:
        nested = session.sender is not None
        if await self._do(session, "mail", BAD_SEQUENCE if nested else b"") and not nested:
            session.sender, session.recipient = path(line), None

    async def _rcpt(self, session: Session, line: bytes) -> None:
        if session.recipient is not None:
            self.wrong.append("a second recipient")
        if await self._do(session, "rcpt", BAD_SEQUENCE if session.sender is None else b""):
            session.recipient = path(line)

    async def _data(self, session: Session, line: bytes) -> None:
        nobody = session.recipient is None and not self.consents_to_nobody
        if await self._do(session, "data", BAD_SEQUENCE if nobody else b""):
            await self._take(session)

    async def _take(self, session: Session) -> None:
        """Read the content up to its dot."""
        session.steps.append("content")
        self.every_step()
        if self.script("content", session) == CUT:
            raise Ended
        lines = []
        while (line := await self._until(session, b"\r\n")) != b".":
            lines.append(line.removeprefix(b"."))
        session.content = b"".join(one + b"\r\n" for one in lines)
        if session.recipient is None:
            if lines:
                self.wrong.append("content for nobody")
            session.writer.write(b"554 5.5.1 No valid recipients\r\n")
        else:
            session.dotted.append(session.recipient)
            await self._do(session, "dot")
        session.sender = session.recipient = None

    async def _rset(self, session: Session, line: bytes) -> None:
        session.sender = session.recipient = None
        await self._do(session, "rset")

    async def _quit(self, session: Session, line: bytes) -> None:
        await self._do(session, "quit")
        raise Ended

    async def _starttls(self, session: Session, line: bytes) -> None:
        if await self._do(session, "starttls"):
            assert self.trust
            await session.writer.start_tls(self.trust)

    async def _auth(self, session: Session, line: bytes) -> None:
        if line == b"AUTH LOGIN":
            for asked in (b"334 VXNlcm5hbWU6\r\n", b"334 UGFzc3dvcmQ6\r\n"):
                session.writer.write(asked)
                session.commands.append(await self._until(session, b"\r\n"))
        await self._do(session, "auth")

    def at(self, **over: Any) -> Relay:
        """How to reach it, without patience for what does not come."""
        plain: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.port,
            "helo": "square.example",
            "tls": "no",
            "connections": 1,
            "pause": 0,
            "stopping": 0.05,
        }
        return Relay(**plain | over)


def path(line: bytes) -> str:
    return line[line.index(b"<") + 1 : line.index(b">")].decode()


def failing(step: str, act: Act, times: int = 1, after: int = 0) -> Script:
    """Does wrong at one step, so many times, once it was right so many times."""
    seen: dict[str, int] = defaultdict(int)

    def script(now: str, session: Session) -> Act:
        seen[now] += 1
        return act if now == step and after < seen[now] <= after + times else None

    return script
