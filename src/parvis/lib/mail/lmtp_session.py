"""One session of LMTP, from the greeting to the last word (RFC 2033)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from parvis.lib.mail.lmtp_commands import (
    Refused,
    read_chunk,
    read_client,
    read_command,
    read_recipient,
    read_sender,
)
from parvis.lib.mail.lmtp_data import Chunks, Dots, Incoming
from parvis.lib.mail.lmtp_model import FAULT, Ended, Mail, Reply, Service, Session
from parvis.lib.mail.lmtp_wire import AT_ONCE, Wire

logger = logging.getLogger(__name__)

EXTENSIONS = ("PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "CHUNKING")
OK = Reply(250, "2.0.0", "OK")
BYE = Reply(221, "2.0.0", "Goodbye")
UNVERIFIED = Reply(252, "2.0.0", "Nobody is looked up; send the mail and see")
CLOSING = Reply(421, "4.3.2", "This server is closing, please come again later")
TOO_MANY_ERRORS = Reply(421, "4.7.0", "Too many errors, goodbye")
TOO_MANY_RECIPIENTS = Reply(
    452, "4.5.3", "Too many recipients for one mail; send it to these, then to the others"
)
HELLO_FIRST = Reply(503, "5.5.1", "Say LHLO first")
NO_SENDER = Reply(503, "5.5.1", "Say MAIL first")
NO_RECIPIENT = Reply(503, "5.5.1", "No recipient was accepted")
IN_A_MAIL = Reply(503, "5.5.1", "A mail has begun already; RSET leaves it")
IN_CHUNKS = Reply(503, "5.5.1", "The mail is coming by BDAT")
NO_ARGUMENT = Reply(501, "5.5.4", "Nothing stands behind this command")
NOT_SMTP = Reply(500, "5.5.1", "This is LMTP: say LHLO")
UNKNOWN = Reply(500, "5.5.2", "This command is not known here")
OUT_OF_STEP = Reply(521, "5.5.1", "The mail was sent before it was asked for, and nothing of it was kept")
BROKEN = Reply(421, "4.3.0", "Something went wrong here, please come again later")
NO_CHUNK_SIZE = Reply(521, "5.5.4", "BDAT is followed by a number, and by LAST with the last chunk")


class Conversation:
    """Answers one client: the only state is what it has said of the mail that is being sent."""

    def __init__(self, service: Service, wire: Wire) -> None:
        self._service, self._limits = service, service.limits
        self._wire = wire
        self._session = Session()
        self._chunks: tuple[Chunks, Incoming] | None = None
        self._errors = 0
        self._task: asyncio.Task[None] | None = None
        self._is_taking = self._is_stopping = False
        self._owed = 1  # replies to the command that is being answered
        self._answers: dict[str, Callable[[str], Awaitable[None]]] = {
            "LHLO": self._lhlo,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "BDAT": self._bdat,
            "RSET": self._rset,
            "NOOP": self._noop,
            "VRFY": self._vrfy,
            "QUIT": self._quit,
            "HELO": self._smtp,
            "EHLO": self._smtp,
        }

    async def run(self) -> None:
        """Until one of the two leaves."""
        self._task = asyncio.current_task()
        try:
            await self._talk()
        except Ended as ended:
            if ended.reply:
                for _ in range(self._owed if ended.reply.code >= 500 else 1):
                    self._wire.say(ended.reply)
        except asyncio.CancelledError:  # by stop, or because stop has waited long enough
            self._is_stopping = True
            self._wire.say(CLOSING)
        except Exception:
            logger.exception("a session of mail broke off")
            self._wire.say(BROKEN)
        finally:
            self._forget()
            await self._wire.close(patiently=not self._is_stopping)

    def stop(self) -> None:
        """Say goodbye as soon as it harms no mail: at once, or when `take` has answered."""
        self._is_stopping = True
        if self._task and not self._is_taking:
            self._task.cancel()

    async def _talk(self) -> None:
        if not self._is_stopping:
            self._wire.say(Reply(220, "", f"{self._service.name} LMTP"))
        while not self._is_stopping:
            line = await self._wire.line()
            try:
                verb, rest = read_command(line)
                if verb not in self._answers:
                    raise Refused(UNKNOWN)
                await self._answers[verb](rest)
            except Refused as refused:
                self._wire.say(refused.reply)
                self._errors += 1
                if self._errors > self._limits.errors:
                    raise Ended(TOO_MANY_ERRORS) from None
        raise Ended(CLOSING)

    # The commands

    async def _lhlo(self, rest: str) -> None:
        client = read_client(rest)
        self._forget()
        self._session.client = client
        for line in (self._service.name, *EXTENSIONS):
            self._wire.say_raw(f"250-{line}\r\n".encode())
        self._wire.say(Reply(250, "", f"SIZE {self._limits.size}"))

    async def _smtp(self, rest: str) -> None:
        raise Refused(NOT_SMTP)

    async def _mail(self, rest: str) -> None:
        if not self._session.client:
            raise Refused(HELLO_FIRST)
        if self._session.sender is not None:
            raise Refused(IN_A_MAIL)
        sender = read_sender(rest, self._limits)
        self._session.sender = sender.address
        self._session.utf8, self._session.eight_bit = sender.utf8, sender.eight_bit
        self._wire.say(Reply(250, "2.1.0", "OK"))

    async def _rcpt(self, rest: str) -> None:
        if self._session.sender is None:
            raise Refused(NO_SENDER)
        if self._chunks:
            raise Refused(IN_CHUNKS)
        address = read_recipient(rest, utf8=self._session.utf8)
        if len(self._session.recipients) >= self._limits.recipients:
            raise Refused(TOO_MANY_RECIPIENTS)
        reply = await self._ask_recipient(address)
        if reply.accepts:
            self._session.recipients.append(address)
        self._wire.say(reply)

    async def _data(self, rest: str) -> None:
        """Raises Ended when the mail stands behind a refused DATA: its lines would be read as commands."""
        refused = self._refusal_of_data() or (NO_ARGUMENT if rest else None)
        if refused and self._wire.has_more:
            raise Ended(OUT_OF_STEP)
        if refused:
            raise Refused(refused)
        self._wire.say_raw(b"354 Send the mail, and end with a dot alone on its line\r\n")
        incoming = Incoming(self._service.folder, self._limits)
        self._owed = len(self._session.recipients)
        dots = Dots()
        try:
            while dots.rest is None:
                incoming.add(dots.feed(await self._wire.octets()))
            self._wire.give_back(dots.rest)
            await self._deliver(incoming)
        finally:
            incoming.discard()

    async def _bdat(self, rest: str) -> None:
        """A refused chunk is read to its end all the same, so that none of it is taken for a command."""
        chunk = read_chunk(rest)
        if chunk is None:
            raise Ended(NO_CHUNK_SIZE)
        size, is_last = chunk
        refused = None if self._chunks else self._refusal_of_data()
        if refused:
            await self._read_chunk(size, None)
            raise Refused(refused)
        if not self._chunks:
            self._chunks = Chunks(), Incoming(self._service.folder, self._limits)
        chunks, incoming = self._chunks
        self._owed = len(self._session.recipients) if is_last else 1
        await self._read_chunk(size, self._chunks)
        if is_last:
            incoming.add(chunks.feed(b"", is_last=True))
            await self._deliver(incoming)
        else:
            self._wire.say(OK)
            self._owed = 1

    async def _rset(self, rest: str) -> None:
        if rest:
            raise Refused(NO_ARGUMENT)
        self._forget()
        self._wire.say(OK)

    async def _noop(self, rest: str) -> None:
        self._wire.say(OK)

    async def _vrfy(self, rest: str) -> None:
        self._wire.say(UNVERIFIED)

    async def _quit(self, rest: str) -> None:
        if rest:
            raise Refused(NO_ARGUMENT)
        raise Ended(BYE)

    # What they have in common

    def _forget(self) -> None:
        if self._chunks:
            self._chunks[1].discard()
            self._chunks = None
        self._session.forget()
        self._owed = 1

    def _refusal_of_data(self) -> Reply | None:
        if self._session.sender is None:
            return NO_SENDER
        if self._chunks:
            return IN_CHUNKS
        return None if self._session.recipients else NO_RECIPIENT

    async def _read_chunk(self, size: int, kept: tuple[Chunks, Incoming] | None) -> None:
        while size:
            octets = await self._wire.octets(min(size, AT_ONCE))
            size -= len(octets)
            if kept:
                chunks, incoming = kept
                incoming.add(chunks.feed(octets))

    async def _ask_recipient(self, address: str) -> Reply:
        try:
            async with asyncio.timeout(self._service.seconds.recipient):
                return await self._service.recipient(address, self._session)
        except Exception:
            logger.exception("whether a recipient is taken could not be told")
            return FAULT

    async def _deliver(self, incoming: Incoming) -> None:
        """One reply for each recipient, whatever happens; then the mail is over."""
        content = incoming.finish()
        count = len(self._session.recipients)
        replies: Sequence[Reply]
        if content is None:
            replies = [incoming.problem or FAULT] * count
        else:
            replies = await self._ask_to_take(self._session.mail(content, incoming.size))
        for reply in replies:
            self._wire.say(reply)
        self._forget()

    async def _ask_to_take(self, mail: Mail) -> Sequence[Reply]:
        self._is_taking = True
        try:
            async with asyncio.timeout(self._service.seconds.take):
                replies = list(await self._service.take(mail))
            if len(replies) != len(mail.recipients):
                raise ValueError("take answers once for each recipient")
            return replies
        except Exception:
            logger.exception("a mail could not be taken")
            return [FAULT] * len(mail.recipients)
        finally:
            self._is_taking = False
