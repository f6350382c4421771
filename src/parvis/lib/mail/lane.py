"""One connection after the other to the relay, each with one message under way and the next one begun behind it."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import replace

from parvis.lib.mail.line import LineLost, Reply
from parvis.lib.mail.message import Message, Outcome, Step
from parvis.lib.mail.smtp import DATA, DOT, RESET, Connection, Unfit
from parvis.lib.mail.work import Attempt, Work


class Lane:
    """Sends until there is nothing more, or until too many lines in a row were lost."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.relay = work.relay
        self.ledger = work.ledger
        self.task: asyncio.Task[None]
        self.current: Attempt | None = None
        self.following: Attempt | None = None
        self.settled: Outcome | None = None  # of the message before; not durable yet
        self._needs_reset = False
        self._losses = 0
        self._is_stopping = self._is_asking = self._is_ending = False

    # Starting and stopping.

    def start(self) -> asyncio.Task[None]:
        self.task = asyncio.create_task(self._run())
        return self.task

    def stop(self) -> None:
        """End soon; what the ledger is doing for us is not interrupted, so that nothing is half done."""
        self._is_stopping = True
        if not self._is_asking:
            self.task.cancel()

    def interrupt(self) -> None:
        """End now, unless the last outcomes are being told."""
        if not self._is_ending:
            self.task.cancel()

    async def _ask[T](self, answer: Awaitable[T]) -> T:
        self._is_asking = True
        try:
            return await answer
        finally:
            self._is_asking = False

    def _go_on(self) -> None:
        if self._is_stopping:
            raise asyncio.CancelledError

    # Lines.

    async def _run(self) -> None:
        while self._losses < self.relay.losses:
            self._go_on()
            self.following = await self._ask(self.work.take())
            if self.following is None:
                return
            try:
                await self._use_a_line()
            except Unfit as unfit:
                self.work.trouble = unfit
                return
            except LineLost as lost:
                self.work.trouble = lost
                self._losses += 1
                self._go_on()
                if self._losses < self.relay.losses:
                    await asyncio.sleep(self.relay.pause)

    async def _use_a_line(self) -> None:
        """Send over one line until there is nothing more. Raises LineLost."""
        connection = None
        self._needs_reset = False
        try:
            self._go_on()
            connection = await Connection.open(self.relay)
            await self._send(connection)
            if self.settled:
                await self._tell(self.settled)
                self.settled = None
            self._go_on()
            await connection.quit()
        except LineLost as lost:
            await self._let_go(lost)
            raise
        except BaseException:
            if connection:
                await self._hear_the_last(connection)
            await self._let_go(None)
            raise
        finally:
            if connection:
                connection.line.abort("the line was given up")
                await connection.line.close()

    async def _hear_the_last(self, connection: Connection) -> None:
        """Told to stop, wait a moment for the answer to a final dot: a message less of which nobody knows."""
        if self.current and self.current.is_gone:
            with suppress(LineLost, asyncio.CancelledError):
                self._settle(self.current, await connection.line.reply(self.relay.stopping))

    async def _let_go(self, lost: LineLost | None) -> None:
        """Give every message in hand its outcome, or back to the others where only the line was lost."""
        self._is_ending = True
        told = [self.settled] if self.settled else []
        if self.current and lost:
            self.current.chances -= 1
        for attempt in (self.current, self.following):
            if attempt is None:
                continue
            if lost and attempt.chances and not attempt.is_gone and not attempt.outcome:
                self.work.give_back(attempt)
                continue
            if not attempt.outcome:
                attempt.end_lost(lost)
            assert attempt.outcome
            told.append(attempt.outcome)
        self.current = self.following = self.settled = None
        errors = []
        for outcome in told:
            try:
                await self._tell(outcome)
            except Exception as error:  # the others are told all the same
                errors.append(error)
        self._is_ending = False
        if errors:
            raise errors[0]

    async def _tell(self, outcome: Outcome) -> None:
        await self._ask(self.ledger.done(outcome.message, outcome))

    # Messages.

    async def _send(self, connection: Connection) -> None:
        """One message after the other, for as long as there is one. Raises LineLost."""
        while following := await self._line_up(connection):
            if connection.pipelines and not following.is_allowed:
                may_leave = await self._ask(self.ledger.may_leave(following.message))
                if not await self._is_allowed(following, may_leave):
                    continue
            current, self.current, self.following = following, following, None
            assert current.fitting is not None
            await self._open(connection, current, current.fitting)
            if current.outcome:
                self._losses = 0
                await self._tell(current.outcome)
                self.current = None
                continue
            behind = await self._line_up(connection) if connection.pipelines else None
            may_leave = await self._ask(
                self.ledger.before_dot(current.message, self.settled, behind.message if behind else None)
            )
            self.settled = None
            if behind and not await self._is_allowed(behind, may_leave):
                behind = None
            self._go_on()
            content = [text.stuffed for text in current.fitting.content]
            connection.line.write(*content, DOT, *self._opening(connection, behind))
            current.is_gone = True
            self._settle(current, await connection.line.reply(self.relay.taking))
            if self.settled and self.settled.code == 421:
                raise LineLost("the relay ended the line")

    def _settle(self, current: Attempt, reply: Reply) -> None:
        """Take the answer to a final dot. Raises LineLost for what is none."""
        if reply.code // 100 == 2:
            current.end("accepted", "dot", reply)
        else:
            current.turn_away("dot", reply)
        self.settled, self.current, self._losses = current.outcome, None, 0

    async def _line_up(self, connection: Connection) -> Attempt | None:
        """The message to begin next, in a shape that this line carries; None: there is nothing more."""
        while True:
            if self.following is None:
                self.following = await self._ask(self.work.take())
            attempt = self.following
            if attempt is None or attempt.fitting:
                return attempt
            self._go_on()
            self._fit(connection, attempt)
            if attempt.outcome is None:
                return attempt
            await self._tell(attempt.outcome)
            self.following = None

    async def _is_allowed(self, following: Attempt, may_leave: bool) -> bool:
        """Keep what the ledger said of the message to begin next; when it may not leave, that is its outcome."""
        following.is_allowed = may_leave
        if not may_leave:
            following.end_without("cancelled", "the sender took it back")
            assert following.outcome
            await self._tell(following.outcome)
            self.following = None
        return may_leave

    def _fit(self, connection: Connection, attempt: Attempt) -> None:
        """Bring a message into a shape that the relay carries, or to its end."""
        message = attempt.message
        if not connection.reaches(message):
            attempt.end_without(
                "refused", "the relay cannot be told an address that is not in ASCII", "5.6.7"
            )
            return
        fitting = message
        if not connection.carries(message):
            content = self.ledger.as_7bit(message)
            if content is not None:
                fitting = replace(message, content=content)
            if not connection.carries(fitting):
                attempt.end_without("refused", "the relay cannot carry what is not in ASCII", "5.6.3")
                return
        attempt.fitting = fitting

    def _opening(self, connection: Connection, attempt: Attempt | None) -> tuple[bytes, ...]:
        """The commands that begin a message, to be written at once (RFC 2920)."""
        if attempt is None:
            return ()
        assert attempt.fitting
        attempt.is_begun = True
        return (*connection.envelope(attempt.fitting), DATA)

    async def _open(self, connection: Connection, current: Attempt, fitting: Message) -> None:
        """Go as far as the relay’s consent to take the content; `current` has an outcome if it does not."""
        if not connection.pipelines:
            await self._open_by_steps(connection, current, fitting)
            return
        if not current.is_begun:
            reset = (RESET,) if self._needs_reset else ()
            connection.line.write(*reset, *self._opening(connection, current))
            if reset:
                await self._hear_reset(connection)
        mail = await connection.answer()
        if mail.code // 100 != 2:
            current.turn_away("mail", mail)
        rcpt = await connection.answer()
        if rcpt.code // 100 != 2 and not current.outcome:
            current.turn_away("rcpt", rcpt)
        data = await connection.answer()
        if data.code // 100 != 3:
            self._needs_reset = True
            if not current.outcome or data.code // 100 == 2:
                current.turn_away("data", data)
        elif current.outcome:
            await self._end_empty(connection, rcpt)

    async def _end_empty(self, connection: Connection, rcpt: Reply) -> None:
        """End at once the content of a message that was turned away, and let the answer be (RFC 2920 §3.1)."""
        if rcpt.code // 100 not in {4, 5}:  # an empty mail would reach somebody
            raise LineLost("the relay took the recipient of a message that it refused")
        connection.line.write(DOT)
        await connection.line.reply(self.relay.taking)

    async def _open_by_steps(self, connection: Connection, current: Attempt, fitting: Message) -> None:
        """The same for a relay that wants to be asked one thing after the other."""
        if self._needs_reset:
            connection.line.write(RESET)
            await self._hear_reset(connection)
        self._needs_reset = True
        mail, rcpt = connection.envelope(fitting)
        steps: tuple[tuple[Step, bytes], ...] = (("mail", mail), ("rcpt", rcpt))
        for step, command in steps:
            reply = await connection.command(command)
            if reply.code // 100 != 2:
                current.turn_away(step, reply)
                return
        if not await self._ask(self.ledger.may_leave(current.message)):
            current.end_without("cancelled", "the sender took it back")
            return
        self._go_on()
        reply = await connection.command(DATA)
        if reply.code // 100 != 3:
            current.turn_away("data", reply)
            return
        self._needs_reset = False

    async def _hear_reset(self, connection: Connection) -> None:
        reply = await connection.answer()
        if reply.code // 100 != 2:
            raise LineLost(f"the relay answered {reply.code} out of turn", reply)
        self._needs_reset = False
