"""The mails that wait leave: the part of the worker that writes them and hands them to the relay, or to the outbox."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import close_old_connections, connections
from django.utils import timezone

from parvis.lib.mail import Relay, fan_out

from .actions.breaking import let_through
from .actions.handing import hand_over
from .actions.mentioning import tell_mentioned
from .actions.noticing import hand_over_notices, take_along
from .actions.planning import queue_digests
from .actions.recalling import serve_recalls
from .actions.resting import rest, without_resting
from .actions.sending import became, claim, let_go, look_anew, made_ready, note, put_off_all, recover
from .leaving import Sent, may_still_leave
from .letters import Writer
from .links import whole
from .mail import keep, outbox
from .models import Mail, MailState
from .pace import Pace
from .relay import NoRelay, RelayAddress
from .sending import Batch

logger = logging.getLogger(__name__)

A_BATCH = 1_000
RECONNECT_AFTER = 2.0  # seconds


class Carrier:
    """One worker's part in delivery. `alone`: no other worker can be at work on this database."""

    def __init__(
        self,
        *,
        alone: bool,
        is_stopping: Callable[[], bool] = lambda: False,
        clock: Callable[[], datetime] = timezone.now,
    ) -> None:
        self.name = secrets.token_hex(10)
        self.clock = clock
        self.is_stopping = is_stopping
        self.pace = Pace()
        recover(at=clock(), everything=alone)

    def step(self) -> bool:
        """Queue what came out and what is due, and send a batch; False when nothing was there to do."""
        at = self.clock()
        recover(at=at)
        if not whole("/"):
            return False  # without an address of its own a square can write no link; `parvis check` says so
        try:
            url = settings.PARVIS_MAIL_URL
            address = RelayAddress.read(url) if url else None
        except NoRelay:
            return False  # the same
        is_more = queue_all(at)
        claimed = claim(worker=self.name, at=at, limit=A_BATCH)
        batch = without_resting(claimed, at)
        if not batch:
            return is_more or bool(claimed)
        free = let_through(batch, at)
        if free and address is not None:
            self.pace.per_minute = address.per_minute
            self.send(free, relay_of(address))
        elif free:
            self.keep(free)
        let_go(worker=self.name)
        return True

    def send(self, batch: Sequence[Mail], relay: Relay) -> None:
        """Hand a batch to the relay; what could not be handed over waits for the next try."""
        # Whatever speaks to the database does so here, in this thread of the worker's alone.
        with ThreadPoolExecutor(1, initializer=close_old_connections) as thread:
            trouble = asyncio.run(
                fan_out(relay, Batch(batch, thread, self.is_stopping, self.pace, self.clock))
            )
            thread.submit(connections.close_all).result()
        if trouble:
            logger.warning("The mail relay could not be used: %s", trouble)
            put_off_all(worker=self.name, problem=trouble, at=self.clock())

    def keep(self, batch: Sequence[Mail]) -> None:
        """Without a relay: the mails lie in the outbox folder, each once, whatever is interrupted."""
        writer = Writer(batch)
        for mail in batch:
            if not self.is_stopping():
                self.keep_one(mail, writer, self.clock())

    def keep_one(self, mail: Mail, writer: Writer, at: datetime) -> None:
        if rest([mail], at):
            return
        made = made_ready(writer=writer, mail=mail, at=at)
        if made is None:
            return
        if not may_still_leave(Sent(mail, made), at):
            look_anew(mail=mail, at=at)
            return
        note([Sent(mail, made)], at)
        take_along(mail, made.told)
        Mail.objects.filter(pk=mail.pk).update(upto=made.upto)
        keep(outbox(), f"{mail.public_id}.eml", made.data)
        became(mails=[mail], state=MailState.KEPT, at=at)


def queue_all(at: datetime) -> bool:
    """Queue what came out, what is told and what is due by now; False when nothing that came out waits any more."""
    is_more = hand_over(at)
    tell_mentioned(at)
    hand_over_notices(at)
    queue_digests(at)
    serve_recalls(at)
    return is_more


def relay_of(address: RelayAddress) -> Relay:
    """The owner's relay, to which we present ourselves by the name of the square."""
    return Relay(
        host=address.host,
        port=address.port,
        helo=urlsplit(whole("/")).hostname or "localhost",
        tls=address.tls,
        username=address.username,
        password=address.password,
        connections=address.connections,
        pause=RECONNECT_AFTER,
    )
