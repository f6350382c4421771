"""The register of the ways by which copies leave: what each tells of them in the ledger, and whom it can ask for them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from parvis.core.stream.models import Publication


@dataclass(frozen=True)
class Line:
    """Some copies of one kind: what is true of them, and what can still be done."""

    words: str
    advice: str = ""


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many copies left by one way and are in one state, from when until when; None while none has left.

    `is_kept`: their mails lie in the outbox. `is_digest`: they stand among others, with their first words.
    """

    state: str
    is_whole: bool
    is_kept: bool
    is_digest: bool
    count: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, kw_only=True)
class WayOut:
    """A way by which copies leave: `channel` is that of its `Copy` rows.

    `say` makes the lines of the ledger. `ask` asks those who hold copies to let them go, or has the worker do it; it
    makes sure that nobody is asked twice, and is absent where nobody can be asked, or all are asked by themselves.
    """

    channel: str
    say: Callable[[Sequence[Tally]], Sequence[Line]]
    ask: Callable[[Publication, datetime], None] | None = None


WAYS_OUT: dict[str, WayOut] = {}


def register(*ways: WayOut) -> None:
    """Make ways known; the same channel twice is a mistake in the code."""
    for way in ways:
        if way.channel in WAYS_OUT:
            raise ValueError(f"{way.channel} is registered twice")
        WAYS_OUT[way.channel] = way
