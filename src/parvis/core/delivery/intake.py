"""Mail is taken in: who is known at RCPT, and each mail on the disk before its sender is told 250.

What several connections hand in at the same moment is written in one transaction: one wait for the disk serves all.
"""

import asyncio
import hashlib
import logging
import os
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, connections, transaction
from django.utils import timezone

from parvis.core.people.limits import count, tried
from parvis.lib.mail import lmtp

from .inbound import Known, known
from .models import InboundMail
from .models.inbound import FOLDER

logger = logging.getLogger(__name__)

TAKEN = lmtp.Reply(250, "2.1.5", "OK")
KEPT = lmtp.Reply(250, "2.0.0", "Kept")
NOBODY = lmtp.Reply(550, "5.1.1", "Nobody here has this address")
TOO_MUCH = lmtp.Reply(451, "4.7.1", "Too much mail for this address today, try again tomorrow")
MOST_AT_ONCE = 200
A_DAY = timedelta(days=1)
MOST_TO_ONE, MOST_FROM_ONE, MOST_TO_A_NAME = 50, 300, 300
"""Mails within a day: to one token, from one sender to tokens of any, and to an address that anybody knows."""
TURNED_AWAY = "parvis.mail-in.turned-away"
PART_KEPT = timedelta(hours=1)
MOST_REMEMBERED = 5_000
_MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^<>\s]{1,250}>)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Coming:
    """A mail that waits to be written, and whoever waits for that."""

    mail: lmtp.Mail
    done: asyncio.Future[None]


class Intake:
    """What is behind the LMTP listener: one thread that alone speaks to the database."""

    def __init__(self, thread: ThreadPoolExecutor) -> None:
        self.thread = thread
        self.waiting: list[Coming] = []
        self.known: dict[str, Known] = {}
        self.writer: asyncio.Task[None] | None = None

    def service(self, name: str) -> lmtp.Service:
        folder = Path(settings.PARVIS_DATA) / FOLDER
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        sweep_parts(timezone.now())
        return lmtp.Service(
            name=name,
            folder=folder,
            recipient=self.recipient,
            take=self.take,
            limits=lmtp.Limits(size=settings.PARVIS_UPLOAD_LIMIT),
        )

    async def asked[T](self, answer: Callable[..., T], *values: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.thread, answer, *values)

    async def recipient(self, address: str, session: lmtp.Session) -> lmtp.Reply:
        """Whether mail to an address is taken; a database that does not answer is our fault, and said so (451)."""
        found, is_much = await self.asked(fresh, known_now, address, session.sender or "")
        if found is None:
            return NOBODY
        if is_much:
            return TOO_MUCH
        if len(self.known) >= MOST_REMEMBERED:
            self.known.clear()
        self.known[address] = found  # so that it is not looked up again when the mail is here
        return TAKEN

    async def take(self, mail: lmtp.Mail) -> Sequence[lmtp.Reply]:
        """Answers once the mail is on the disk."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append(Coming(mail, done))
        if self.writer is None or self.writer.done():
            self.writer = asyncio.create_task(
                self.write_all()
            )  # of nobody's own: no session that ends ends it
        await done
        return [KEPT] * len(mail.recipients)

    async def write_all(self) -> None:
        """Write all that waits, and what comes meanwhile, until nothing waits."""
        while self.waiting:
            some, self.waiting = self.waiting[:MOST_AT_ONCE], self.waiting[MOST_AT_ONCE:]
            await self.write(some)

    async def write(self, some: Sequence[Coming]) -> None:
        """One transaction for all; when it fails, one for each, so that no mail holds up the others."""
        try:
            await self.asked(fresh, keep, [one.mail for one in some], self.known)
        except Exception as error:
            if len(some) == 1:
                if not some[0].done.done():
                    some[0].done.set_exception(error)
                return
            logger.warning("mails could not be kept together, and are kept one by one", exc_info=True)
            for one in some:
                await self.write([one])
            return
        for one in some:
            if not one.done.done():
                one.done.set_result(None)


def known_now(recipient: str, sender: str) -> tuple[Known | None, bool]:
    """What mail to an address is, and whether there is too much of it today."""
    found = known(recipient)
    at = timezone.now()
    is_much = found is not None and is_too_much(found, sender, at)
    if is_much:
        count(TURNED_AWAY, at, A_DAY)
    return found, is_much


def is_too_much(found: Known, sender: str, at: datetime) -> bool:
    """Whether somebody floods our own addresses: nobody answers one notice, or leaves, fifty times a day.

    Addresses of rooms are their own business. Nobody's mails (bounces) are counted by what they come to alone.
    """
    if found.address is not None:
        return False
    today = InboundMail.objects.filter(at__gt=at - A_DAY)
    most = MOST_TO_ONE if found.token else MOST_TO_A_NAME
    if today.filter(kind=found.kind, token=found.token).count() >= most:
        return True
    return bool(sender) and today.filter(sender=sender, address=None).count() >= MOST_FROM_ONE


def turned_away(at: datetime) -> int:
    """How often mail was put off within a day because there was too much of it."""
    return tried(TURNED_AWAY, at)


def sweep_parts(at: datetime) -> None:
    """Take away what was being written when the house fell: nobody was told 250 for a file that has no name yet."""
    limit = (at - PART_KEPT).timestamp()
    for path in (Path(settings.PARVIS_DATA) / FOLDER).glob("*.part"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < limit:
                path.unlink()


def fresh[T](answer: Callable[..., T], *values: object) -> T:
    """An answer by a connection that works: one that has failed is closed, so that the next question opens another."""
    try:
        return answer(*values)
    except Exception:
        connections.close_all()
        raise


def keep(mails: Sequence[lmtp.Mail], found: Mapping[str, Known]) -> None:
    """Write these mails, each once for each of its recipients; the same that has come before is kept once."""
    rows = [row for mail in mails for row in rows_of(mail, found)]
    with transaction.atomic():
        InboundMail.objects.bulk_create(rows, ignore_conflicts=True)


def rows_of(mail: lmtp.Mail, found: Mapping[str, Known]) -> list[InboundMail]:
    """A row for each recipient; a large mail lies in a file each, synced, where the worker can see our folder."""
    raw = mail.read()
    head, _empty, body = raw.partition(b"\r\n\r\n")
    named = _MESSAGE_ID.search(head)
    message_id = named[1].decode(errors="replace") if named else ""
    is_file = isinstance(mail.content, Path) and connection.vendor == "sqlite"
    at = timezone.now()
    rows = []
    for recipient in dict.fromkeys(mail.recipients):
        one = found.get(recipient) or known(recipient) or Known("")
        row = InboundMail(
            key=key_of(recipient, message_id, body or head),
            recipient=recipient,
            sender=mail.sender.replace("\0", ""),
            kind=one.kind,
            token=one.token,
            extension=one.extension,
            address=one.address,
            message_id=message_id,
            size=mail.size,
            raw=None if is_file else raw,
            is_file=is_file,
            at=at,
            state_at=at,
            next_try=at,
        )
        if is_file:
            write(row.path, raw)
        rows.append(row)
    return rows


def key_of(recipient: str, message_id: str, body: bytes) -> str:
    """What is the same when a mail is handed in a second time, whatever its way has added above."""
    said = "\0".join([recipient.lower(), message_id, hashlib.sha256(body).hexdigest()])
    return hashlib.sha256(said.encode(errors="replace")).hexdigest()


def write(path: Path, raw: bytes) -> None:
    """A file that is on the disk, with its name, when this returns."""
    part = path.with_suffix(".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
