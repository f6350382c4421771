"""Mail that comes in, for the tests: as a mail server hands it in, and dealt with as a worker does."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime

from django.db import connections

from parvis.conftest import AT
from parvis.core.delivery.intake import Intake, keep
from parvis.core.delivery.models import InboundMail
from parvis.core.delivery.sorting import claim, deal_with
from parvis.lib.mail import lmtp
from parvis.lib.mail.lmtp import Server

DOMAIN = "in.parvis.example"


def come_in(
    to: str, content: bytes, sender: str = "anne@example.org", at: datetime = AT
) -> Sequence[InboundMail]:
    """One mail is taken in and dealt with; the rows of those that were."""
    mail = lmtp.Mail(
        sender=sender,
        recipients=(to,),
        content=content,
        size=len(content),
        utf8=False,
        eight_bit=True,
        client="mx.example.org",
    )
    keep([mail], {})
    InboundMail.objects.filter(state="waiting").update(next_try=at)
    some = claim(at)
    for one in some:
        deal_with(one, at)
    return list(InboundMail.objects.filter(pk__in=[one.pk for one in some]))


def written(
    text: str, sender: str = "bob@parvis.example", message_id: str = "<1@example.org>", **headers: str
) -> bytes:
    """A mail that somebody wrote."""
    lines = [
        f"From: Somebody <{sender}>",
        f"Message-ID: {message_id}",
        "Content-Type: text/plain; charset=utf-8",
    ]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", *text.split("\n"), ""]).encode()


def came_back(status: str = "5.1.1", words: str = "User unknown", action: str = "failed") -> bytes:
    """A delivery report."""
    return "\r\n".join(
        [
            "From: MAILER-DAEMON@example.org",
            "Message-ID: <report@example.org>",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
            "",
            "--b",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; mx.example.org",
            "",
            "Final-Recipient: rfc822; somebody@elsewhere.example",
            f"Action: {action}",
            f"Status: {status}",
            f"Diagnostic-Code: smtp; 550 {status} {words}",
            "",
            "--b--",
            "",
        ]
    ).encode()


@contextmanager
def listener() -> Iterator[int]:
    """A listener in a thread of its own, as the part of the house runs it; its port."""
    started: list[int] = []
    is_ready, loops, told = threading.Event(), [], []

    async def serve() -> None:
        with ThreadPoolExecutor(1) as thread:
            async with Server(Intake(thread).service("in.parvis.example"), 0) as server:
                stop = asyncio.Event()
                loops.append(asyncio.get_running_loop())
                told.append(stop)
                started.append(server.port)
                is_ready.set()
                await stop.wait()
            await asyncio.get_running_loop().run_in_executor(thread, connections.close_all)

    running = threading.Thread(target=asyncio.run, args=(serve(),))
    running.start()
    is_ready.wait(20)
    try:
        yield started[0]
    finally:
        loops[0].call_soon_threadsafe(told[0].set)
        running.join(20)
