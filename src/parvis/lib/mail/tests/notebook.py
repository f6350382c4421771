"""A ledger that keeps all it hears."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from parvis.lib.mail import Message, Outcome, Text, fan_out
from parvis.lib.mail.tests.false_relay import FalseRelay


class Notebook:
    """A ledger in memory."""

    def __init__(self, messages: Iterable[Message], *, kept_back: Iterable[int] = ()) -> None:
        self.waiting = list(messages)[::-1]
        self.kept_back = set(kept_back)
        self.given: list[Message] = []
        self.told: list[Outcome] = []
        self.allowed: list[int] = []  # the keys for which may_leave said yes
        self.dotted: list[int] = []  # the keys that may be gone
        self.sevenbit: tuple[Text, ...] | None = None
        self.every_step: Callable[[], None] = lambda: None
        self.asked_at_once = 0

    async def _turn(self) -> None:
        self.every_step()
        await asyncio.sleep(0)

    async def next_message(self) -> Message | None:
        self.asked_at_once += 1
        assert self.asked_at_once == 1
        await self._turn()
        self.asked_at_once -= 1
        if not self.waiting:
            return None
        self.given.append(self.waiting.pop())
        return self.given[-1]

    async def may_leave(self, message: Message) -> bool:
        await self._turn()
        if message.key in self.kept_back:
            return False
        self.allowed.append(message.key)
        return True

    async def before_dot(self, message: Message, previous: Outcome | None, following: Message | None) -> bool:
        await self._turn()
        if previous:
            self.told.append(previous)
        self.dotted.append(message.key)
        return following is None or await self.may_leave(following)

    async def done(self, message: Message, outcome: Outcome) -> None:
        await self._turn()
        assert message is outcome.message
        self.told.append(outcome)

    def as_7bit(self, message: Message) -> tuple[Text, ...] | None:
        return self.sevenbit

    @property
    def kinds(self) -> dict[int, str]:
        """What became of each, by key; none has two outcomes."""
        keys = [outcome.message.key for outcome in self.told]
        assert len(keys) == len(set(keys)), self.told
        return {outcome.message.key: outcome.kind for outcome in self.told}

    def of(self, key: int) -> Outcome:
        return next(outcome for outcome in self.told if outcome.message.key == key)


def sent(notebook: Notebook, relay: FalseRelay | None = None, **over: Any) -> tuple[FalseRelay, str | None]:
    """Send all of it; the relay as it was left, and why sending ended."""
    false_relay = relay or FalseRelay()

    async def send() -> str | None:
        async with asyncio.timeout(20), false_relay:
            return await fan_out(false_relay.at(**over), notebook)

    return false_relay, asyncio.run(send())
