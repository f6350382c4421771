"""What whoever has mail to send does for the sending of it."""

from typing import Protocol

from parvis.lib.mail.message import Message, Outcome, Text


class Ledger(Protocol):
    """The caller: gives the messages, and keeps their outcomes. One ledger serves all connections at once."""

    async def next_message(self) -> Message | None:
        """The next one; None: there is nothing more. Never asked twice at a time.

        Another message may stand before its final dot while this is asked, so it answers without waiting for more.
        """

    async def may_leave(self, message: Message) -> bool:
        """Asked right before the command DATA of this message is written; again if its line was lost meanwhile."""

    async def before_dot(self, message: Message, previous: Outcome | None, following: Message | None) -> bool:
        """Make durable, in one transaction, the outcome of the message before, and that this one may be gone.

        The final dot is written as soon as this returns. If the line turns out to be lost by then, nothing was
        written, and the message has another outcome or comes here again. The command DATA of the following message,
        if any, is written right behind the dot: whether it may leave is the answer, as of `may_leave`.
        """

    async def done(self, message: Message, outcome: Outcome) -> None:
        """Make durable the last outcome of a connection, or one that never reached a final dot.

        What `before_dot` was given while it failed or was interrupted is told here once more.
        """

    def as_7bit(self, message: Message) -> tuple[Text, ...] | None:
        """The same content in ASCII, for a relay that carries nothing else; None: there is none."""
