"""The mails of a batch on their way to the relay: what `lib.mail.fan_out` asks of whoever has mail to send.

Every question is answered in one thread, which alone speaks to the database; what several connections have to write
down at the same time is written in one transaction.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from quopri import encodestring

from django.db import transaction
from django.utils import timezone

from parvis.core.people.squares import visit
from parvis.lib.mail import Message, Outcome, Text
from parvis.lib.mail.dkim import Signer

from .actions.bouncing import refused
from .actions.sending import LEASE, about_to_leave, became, hold, look_anew, made_ready, note, put_off
from .leaving import Sent, may_leave
from .letters import Writer
from .models import Mail, MailState
from .pace import Pace, domain_of
from .signing import signed, signer
from .together import Together

OF_THE_SENDER = {"", "mail"}
"""Steps whose refusal says nothing of the recipient: it is about this square, and is tried again."""
AHEAD = 64
"""Mails that are written at a time, before there is a line for each."""


@dataclass(frozen=True)
class MayLeave:
    """Whether a mail may leave is asked."""

    message: Message


@dataclass(frozen=True)
class Mark:
    """A mail may be gone from now on; what became of the one before it on its line; whether the next one may leave is asked."""

    message: Message
    previous: Outcome | None
    following: Message | None


@dataclass(frozen=True)
class End:
    """What became of a mail."""

    outcome: Outcome


type Question = MayLeave | Mark | End


def asked_about(question: Question) -> Message | None:
    """The mail of which a question wants to know whether it may leave."""
    if isinstance(question, MayLeave):
        return question.message
    return question.following if isinstance(question, Mark) else None


class Batch:
    """The ledger of one batch: gives its mails one by one, and writes down what becomes of each."""

    def __init__(
        self,
        mails: Sequence[Mail],
        thread: ThreadPoolExecutor,
        is_stopping: Callable[[], bool],
        pace: Pace | None = None,
        clock: Callable[[], datetime] = timezone.now,
    ) -> None:
        self.mails = mails
        self.clock = clock
        self.pace = pace or Pace()
        self.until = clock() + LEASE / 2
        self.waiting = deque(mails)
        self.ready: deque[Message] = deque()
        self.is_stopping = is_stopping
        self.filling: asyncio.Task[None] | None = None
        self.under_way: dict[int, Sent] = {}
        self.writing = Together(self.written_all, thread)
        self.telling = Together(self.answers, thread)

    @cached_property
    def writer(self) -> Writer:
        return Writer(self.mails)

    async def next_message(self) -> Message | None:
        while (
            (self.ready or self.waiting or self.filling)
            and not self.is_stopping()
            and self.clock() < self.until
        ):
            if self.filling is not None and self.filling.done():
                ended, self.filling = self.filling, None
                ended.result()
            if len(self.ready) < AHEAD / 2 and self.waiting and self.filling is None:
                self.filling = asyncio.create_task(self.fill())
            if self.ready:
                return self.ready.popleft()
            if self.filling is not None:
                await asyncio.wait([self.filling])
        return None

    async def fill(self) -> None:
        """Write some mails ahead, and sign them in threads of their own, where others wait for no one."""
        some = [self.waiting.popleft() for _number in range(min(AHEAD, len(self.waiting)))]
        made = await self.writing.ask(some)
        signs = signer()
        if signs is not None:
            loop = asyncio.get_running_loop()
            made = await asyncio.gather(
                *(loop.run_in_executor(None, with_signature, message, signs) for message in made)
            )
        self.ready.extend(made)

    def written_all(self, asked: Sequence[Sequence[Mail]]) -> Sequence[Sequence[Message]]:
        """These mails as they can be sent, without those that cannot; and the ledger knows what is in them."""
        self.writer.wishes.look_up([mail for mails in asked for mail in mails])
        with visit():
            made = [[one for mail in mails if (one := self.written(mail)) is not None] for mails in asked]
        note([self.under_way[message.key] for some in made for message in some], self.clock())
        return made

    def written(self, mail: Mail) -> Message | None:
        """A mail as it can be sent; what no relay carries is refused."""
        at = self.clock()
        until = self.pace.held_until(domain_of(self.writer.addresses.get(mail.person_id, "")), at)
        if until is not None:
            hold(mail=mail, until=until, at=at)
            return None
        letter = made_ready(writer=self.writer, mail=mail, at=at)
        if letter is None:
            return None
        try:
            message = Message(
                key=mail.pk,
                sender=letter.sender,
                recipient=letter.recipient,
                content=(Text(letter.data),),
            )
        except ValueError as error:
            became(mails=[mail], state=MailState.REFUSED, at=at, problem=str(error))
            return None
        self.under_way[mail.pk] = Sent(mail, letter)
        return message

    async def may_leave(self, message: Message) -> bool:
        return await self.telling.ask(MayLeave(message))

    async def before_dot(self, message: Message, previous: Outcome | None, following: Message | None) -> bool:
        return await self.telling.ask(Mark(message, previous, following))

    async def done(self, message: Message, outcome: Outcome) -> None:
        await self.telling.ask(End(outcome))

    def answers(self, asked: Sequence[Question]) -> Sequence[bool]:
        """Write down, in one transaction, what became of mails and which may be gone; then say which may leave."""
        at = self.clock()
        outcomes = [one.outcome for one in asked if isinstance(one, End)]
        marks = [one for one in asked if isinstance(one, Mark)]
        outcomes += [mark.previous for mark in marks if mark.previous is not None]
        if outcomes or marks:
            self.write([self.under_way[mark.message.key] for mark in marks], outcomes, at)
        about = [asked_about(one) for one in asked]
        may = may_leave([self.under_way[one.key] for one in about if one is not None], at)
        return [one is None or one.key in may for one in about]

    @transaction.atomic
    def write(self, leaving: Sequence[Sent], outcomes: Sequence[Outcome], at: datetime) -> None:
        """Raises NotOurs."""
        accepted = [outcome.message for outcome in outcomes if outcome.kind == "accepted"]
        if accepted:
            mails = [self.under_way[message.key].mail for message in accepted]
            became(mails=mails, state=MailState.LEFT, at=at)
        for message in accepted:
            self.pace.took(domain_of(message.recipient))
        for outcome in outcomes:
            if outcome.kind != "accepted":
                self.settle(outcome, at)
        about_to_leave(mails=leaving, at=at)
        for outcome in outcomes:
            del self.under_way[outcome.message.key]

    def settle(self, outcome: Outcome, at: datetime) -> None:
        """What became of a mail that was not accepted, for good or until the next try."""
        mail = self.under_way[outcome.message.key].mail
        problem = " ".join(filter(None, [str(outcome.code or ""), outcome.status, outcome.words]))
        if outcome.kind == "unknown":
            became(mails=[mail], state=MailState.UNKNOWN, at=at, problem=problem)
        elif outcome.kind == "cancelled":
            look_anew(mail=mail, at=at)
        elif outcome.kind == "refused" and outcome.step not in OF_THE_SENDER:
            became(mails=[mail], state=MailState.REFUSED, at=at, problem=problem)
            refused(mail=mail, code=outcome.code, status=outcome.status, words=outcome.words)
        else:
            put_off(mail=mail, problem=problem, at=at)
            if outcome.kind == "deferred" and outcome.step not in OF_THE_SENDER:
                self.pace.was_put_off(domain_of(outcome.message.recipient), at)

    def as_7bit(self, message: Message) -> tuple[Text, ...] | None:
        """The same mail for a relay that carries ASCII alone (RFC 2045 §6.7), signed as it is then."""
        return (Text(signed(in_ascii(self.under_way[message.key].letter.data))),)


def with_signature(message: Message, signs: Signer) -> Message:
    """The same mail with the signatures of this square in front; its words stay as they were checked."""
    (text,) = message.content
    heads = b"".join(signs.signatures(text.octets))
    return replace(message, content=(Text(heads), text))


def in_ascii(data: bytes) -> bytes:
    """A mail of ours, or a part of parts, with quoted-printable parts where they are 8bit; its headers are ASCII already."""
    head, _empty, body = data.partition(b"\r\n\r\n")
    boundary = head.partition(b'boundary="')[2].partition(b'"')[0]
    before, *parts = body.split(b"--" + boundary)
    return head + b"\r\n\r\n" + before + b"".join(b"--" + boundary + part_in_ascii(part) for part in parts)


def part_in_ascii(part: bytes) -> bytes:
    head, empty, words = part.partition(b"\r\n\r\n")
    if b"Content-Type: multipart/" in head:
        return in_ascii(part)
    if b"Content-Transfer-Encoding: 8bit" not in head:
        return part
    head = head.replace(b"Content-Transfer-Encoding: 8bit", b"Content-Transfer-Encoding: quoted-printable")
    quoted = encodestring(words.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    return head + empty + quoted
