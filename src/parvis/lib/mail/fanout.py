"""Many messages through one relay over several connections, with an outcome for each that stays true whatever breaks.

The order in which things are written is what makes outcomes true: a message is gone once its final dot was written,
and before that the caller has made durable that it may be. So a line that is lost before the dot loses nothing, and
one that is lost behind it leaves one message, the last of that line, of which nobody knows.
"""

import asyncio

from parvis.lib.mail.lane import Lane
from parvis.lib.mail.ledger import Ledger
from parvis.lib.mail.smtp import Relay
from parvis.lib.mail.work import Work

OVERTIME = 1.0  # seconds, in which what the ledger does may come to its end once we are told to stop


async def fan_out(relay: Relay, ledger: Ledger) -> str | None:
    """Send all that the ledger gives; None once it has nothing more, else why no connection was left to send it.

    What was not asked of the ledger by then is still its own. When this is cancelled, what the ledger is doing
    comes to its end first, within a second; then every message that was asked for has its outcome. An exception
    of the ledger ends everything in the same way, and is raised.
    """
    work = Work(relay, ledger)
    lanes = [Lane(work) for _ in range(relay.connections)]
    tasks = [lane.start() for lane in lanes]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        await _whole(asyncio.create_task(_end(work, lanes)))
    errors = [error for task in tasks if not task.cancelled() and (error := task.exception())]
    if errors:
        raise errors[0]
    return str(work.trouble) if work.trouble and (work.gave_up or not work.is_dry) else None


async def _end(work: Work, lanes: list[Lane]) -> None:
    """Come to an end with every lane, and defer what none is left to send."""
    tasks = [lane.task for lane in lanes]
    for lane in lanes:
        lane.stop()
    await asyncio.wait(tasks, timeout=OVERTIME)
    for lane in lanes:
        lane.interrupt()
    await asyncio.wait(tasks)
    await work.give_up()


async def _whole(ending: asyncio.Task[None]) -> None:
    """Wait for the end of this, also when we are told to stop meanwhile."""
    try:
        await asyncio.shield(ending)
    except asyncio.CancelledError:
        await asyncio.wait([ending])
        raise
