"""The messages that are on their way, and what the connections share of them."""

import asyncio
from collections import deque
from dataclasses import dataclass

from parvis.lib.mail.ledger import Ledger
from parvis.lib.mail.line import LineLost, Reply
from parvis.lib.mail.message import Kind, Message, Outcome, Step
from parvis.lib.mail.smtp import Relay

CHANCES = 2  # lines that may be lost with a message as the first in them, before another day


@dataclass(slots=True, eq=False)
class Attempt:
    """A message on its way, and how far it got on this line."""

    message: Message
    fitting: Message | None = None  # as this relay can carry it; set once it may go on this line
    is_allowed: bool = False  # the ledger lets it leave, by what it knew a moment ago
    is_begun: bool = False  # its commands were written
    is_gone: bool = False  # its final dot was
    outcome: Outcome | None = None
    chances: int = CHANCES

    def end(self, kind: Kind, step: Step, reply: Reply) -> None:
        """Keep what the relay decided."""
        self.outcome = Outcome(
            message=self.message,
            kind=kind,
            step=step,
            code=reply.code,
            status=reply.status,
            words=reply.words,
        )

    def end_without(self, kind: Kind, words: str, status: str = "") -> None:
        """Keep what was decided without the relay."""
        self.outcome = Outcome(message=self.message, kind=kind, status=status, words=words)

    def turn_away(self, step: Step, reply: Reply) -> None:
        """Keep the outcome of a reply that was not hoped for. Raises LineLost if it is none for this step."""
        if reply.code // 100 not in {4, 5}:
            raise LineLost(f"the relay answered {reply.code} out of turn", reply)
        self.end("deferred" if reply.code // 100 == 4 else "refused", step, reply)

    def end_lost(self, lost: LineLost | None) -> None:
        """Keep the outcome of a line that was lost, or of a stop (None)."""
        kind: Kind = "unknown" if self.is_gone else "deferred"
        if lost is None or lost.reply is None:
            self.end_without(kind, lost.words if lost else "sending was stopped")
        else:
            self.end(kind, "", lost.reply)


class Work:
    """What the lanes share: the ledger, and the messages that a lost line gave back."""

    def __init__(self, relay: Relay, ledger: Ledger) -> None:
        self.relay = relay
        self.ledger = ledger
        self.is_dry = False  # the ledger has nothing more
        self.gave_up = False  # a message, for want of a lane
        self.trouble: LineLost | None = None
        self._returned: deque[Attempt] = deque()
        self._asking = asyncio.Lock()

    async def take(self) -> Attempt | None:
        """The next message for whichever lane asks; None: there is nothing more."""
        async with self._asking:
            if self._returned:
                return self._returned.popleft()
            message = None if self.is_dry else await self.ledger.next_message()
            self.is_dry = message is None
            return Attempt(message) if message else None

    def give_back(self, attempt: Attempt) -> None:
        """Let another line have it, from its beginning."""
        self._returned.append(Attempt(attempt.message, chances=attempt.chances))

    async def give_up(self) -> None:
        """Defer what no lane is left to send."""
        while self._returned:
            self.gave_up = True
            attempt = self._returned.popleft()
            attempt.end_lost(self.trouble)
            assert attempt.outcome
            await self.ledger.done(attempt.message, attempt.outcome)
