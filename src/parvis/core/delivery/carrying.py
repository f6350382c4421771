"""The mails that wait leave: the part of the worker that writes them and hands them to the relay, or to the outbox."""

import logging
import secrets
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from .actions.handing import hand_over, queue_digests
from .actions.sending import became, claim, note, recover
from .letters import letter_for
from .links import whole
from .mail import keep, outbox
from .models import Mail, MailState

logger = logging.getLogger(__name__)

A_BATCH = 200


class Carrier:
    """One worker's part in delivery. `alone`: no other worker can be at work on this database."""

    def __init__(self, *, alone: bool, is_stopping: Callable[[], bool] = lambda: False) -> None:
        self.name = secrets.token_hex(10)
        self.is_stopping = is_stopping
        recover(at=timezone.now(), everything=alone)

    def step(self) -> bool:
        """Queue what came out and what is due, and send a batch; False when nothing was there to do."""
        at = timezone.now()
        recover(at=at)
        if not whole("/"):
            return False  # without an address of its own a square can write no link; `parvis check` says so
        hand_over(at)
        queue_digests(at)
        batch = claim(worker=self.name, at=at, limit=A_BATCH)
        for mail in batch:
            if self.is_stopping():
                break
            self.keep(mail, timezone.now())
        return bool(batch)

    def keep(self, mail: Mail, at: datetime) -> None:
        """Without a relay: the mail lies in the outbox folder, once, whatever is interrupted."""
        made = letter_for(mail, at)
        if made is None:
            became(mail=mail, state=MailState.CANCELLED, at=at)
            return
        note(mail, made, at)
        Mail.objects.filter(pk=mail.pk).update(upto=made.upto)
        keep(outbox(), f"{mail.public_id}.eml", made.data)
        became(mail=mail, state=MailState.KEPT, at=at)
