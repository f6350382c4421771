"""The mails of a batch on their way to the relay: what `lib.mail.fan_out` asks of whoever has mail to send.

Every question is answered in one thread, which alone speaks to the database; what several connections have to write
down at the same time is written in one transaction.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from quopri import encodestring

from django.db import transaction
from django.utils import timezone

from parvis.lib.mail import Message, Outcome, Text

from .actions.bouncing import refused
from .actions.sending import about_to_leave, became, give_back, put_off
from .letters import Letter, Writer, letter_for, may_still_leave
from .models import Mail, MailState

OF_THE_SENDER = {"", "mail"}
"""Steps whose refusal says nothing of the recipient: it is about this square, and is tried again."""


class NotOurs(RuntimeError):
    """Another worker has taken a mail over, since our lease ran out: what we do not send now, it does."""


@dataclass(frozen=True)
class Sent:
    """A mail and what it says."""

    mail: Mail
    letter: Letter


class Batch:
    """The ledger of one batch: gives its mails one by one, and writes down what becomes of each."""

    def __init__(
        self, mails: Sequence[Mail], thread: ThreadPoolExecutor, is_stopping: Callable[[], bool]
    ) -> None:
        self.mails = mails
        self.waiting = deque(mails)
        self.thread = thread
        self.is_stopping = is_stopping
        self.under_way: dict[int, Sent] = {}
        self.marks: list[tuple[Message, Outcome | None, asyncio.Future[None]]] = []
        self.is_marking = False

    @cached_property
    def writer(self) -> Writer:
        return Writer(self.mails)

    async def asked[T](self, answer: Callable[..., T], *values: object) -> T:
        """The answer of the thread that speaks to the database."""
        return await asyncio.get_running_loop().run_in_executor(self.thread, answer, *values)

    async def next_message(self) -> Message | None:
        while self.waiting and not self.is_stopping():
            made = await self.asked(self.written, self.waiting.popleft())
            if made is not None:
                return made
        return None

    def written(self, mail: Mail) -> Message | None:
        """A mail as it can be sent; what says nothing to its reader any more is cancelled, and what no relay carries refused."""
        at = timezone.now()
        letter = self.writer.letter_for(mail, at)
        if letter is None:
            became(mail=mail, state=MailState.CANCELLED, at=at)
            return None
        try:
            message = Message(
                key=mail.pk, sender=letter.sender, recipient=letter.recipient, content=(Text(letter.data),)
            )
        except ValueError as error:
            became(mail=mail, state=MailState.REFUSED, at=at, problem=str(error))
            return None
        self.under_way[mail.pk] = Sent(mail, letter)
        return message

    async def may_leave(self, message: Message) -> bool:
        return await self.asked(self.may, message)

    def may(self, message: Message) -> bool:
        """Whether it is still ours to send, wanted, and open to its reader: asked right before its words go out."""
        sent = self.under_way[message.key]
        return may_still_leave(sent.mail, sent.letter, timezone.now())

    async def before_dot(self, message: Message, previous: Outcome | None) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.marks.append((message, previous, done))
        if not self.is_marking:
            await self.mark()
        await done

    async def mark(self) -> None:
        """Write down what all connections wait for, in one transaction, until none waits."""
        self.is_marking = True
        try:
            while self.marks:
                some, self.marks = self.marks, []
                try:
                    await self.asked(self.write, [(message, previous) for message, previous, _done in some])
                except BaseException as error:
                    for _message, _previous, done in some:
                        if not done.done():
                            done.set_exception(error if isinstance(error, Exception) else NotOurs(str(error)))
                    raise
                for _message, _previous, done in some:
                    if not done.done():
                        done.set_result(None)
        finally:
            self.is_marking = False

    @transaction.atomic
    def write(self, marks: Sequence[tuple[Message, Outcome | None]]) -> None:
        """What became of the mails before, and that these may be gone from now on. Raises NotOurs."""
        at = timezone.now()
        for message, previous in marks:
            if previous is not None:
                self.settle(previous, at)
            sent = self.under_way[message.key]
            if not about_to_leave(mail=sent.mail, letter=sent.letter, at=at):
                raise NotOurs(f"mail {sent.mail.pk}")

    async def done(self, message: Message, outcome: Outcome) -> None:
        await self.asked(self.settle, outcome, timezone.now())

    def settle(self, outcome: Outcome, at: datetime) -> None:
        """What became of one mail, for good or until the next try."""
        mail = self.under_way[outcome.message.key].mail
        problem = " ".join(filter(None, [str(outcome.code or ""), outcome.status, outcome.words]))
        if outcome.kind == "accepted":
            became(mail=mail, state=MailState.LEFT, at=at)
        elif outcome.kind == "unknown":
            became(mail=mail, state=MailState.UNKNOWN, at=at, problem=problem)
        elif outcome.kind == "cancelled" and letter_for(mail, at) is not None:
            give_back(mail=mail, at=at)  # something else is to be said now, and is written anew
        elif outcome.kind == "cancelled":
            became(mail=mail, state=MailState.CANCELLED, at=at)
        elif outcome.kind == "refused" and outcome.step not in OF_THE_SENDER:
            became(mail=mail, state=MailState.REFUSED, at=at, problem=problem)
            refused(mail=mail, code=outcome.code, status=outcome.status, words=outcome.words)
        else:
            put_off(mail=mail, problem=problem, at=at)

    def as_7bit(self, message: Message) -> tuple[Text, ...] | None:
        """The same mail for a relay that carries ASCII alone (RFC 2045 §6.7)."""
        return (Text(in_ascii(b"".join(text.octets for text in message.content))),)


def in_ascii(data: bytes) -> bytes:
    """A mail of ours, whose parts are 8bit, with quoted-printable parts; its headers are ASCII already."""
    head, _empty, body = data.partition(b"\r\n\r\n")
    boundary = head.partition(b'boundary="')[2].partition(b'"')[0]
    before, *parts = body.split(b"--" + boundary)
    return head + b"\r\n\r\n" + before + b"".join(b"--" + boundary + part_in_ascii(part) for part in parts)


def part_in_ascii(part: bytes) -> bytes:
    head, empty, words = part.partition(b"\r\n\r\n")
    if not empty:
        return part
    head = head.replace(b"Content-Transfer-Encoding: 8bit", b"Content-Transfer-Encoding: quoted-printable")
    quoted = encodestring(words.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    return head + empty + quoted
