"""Delivery in a process of its own that can be killed: fills a house with subscribers, or sends what waits there.

It is told `fill COUNT`, or `send PORT alone|beside [POINT TIMES]`: at its so-manieth passing of this point of the way the
process kills itself, as when the plug is pulled.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.utils import timezone

from parvis.core.audiences.actions import Expression, audience_for
from parvis.core.audiences.models import PUBLIC
from parvis.core.audiences.rule import microseconds
from parvis.core.delivery import carrying, sending
from parvis.core.delivery.actions import handing
from parvis.core.delivery.models import Subscription
from parvis.core.people.models import Address, Person
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Follow, Source, Status
from parvis.lib.mail import fanout, lane
from parvis.lib.mail.line import Line


def fill(count: int) -> None:
    """An author, a theme, so many who get at once by mail what comes out in it, and something that has just come out."""
    at = timezone.now()
    before = at - timedelta(days=1)
    author = Person.objects.create(name="Alice", role="author", language="fr", zone="UTC", joined_at=at)
    theme = Source.objects.create(kind="journal.category", names={"fr": "Oiseaux"}, path="/birds/")
    people = Person.objects.bulk_create(
        Person(name=f"r{number}", role="guest", language="fr", zone="UTC", joined_at=at)
        for number in range(count)
    )
    Address.objects.bulk_create(
        Address(
            person=person,
            value=f"{person.name}@there.example",
            canonical=f"{person.name}@there.example",
            is_primary=True,
            added_at=at,
            verified_at=at,
        )
        for person in people
    )
    follows = Follow.objects.bulk_create(Follow(person=one, source=theme, at=before) for one in people)
    Subscription.objects.bulk_create(
        Subscription(follow=one, channel="mail", rhythm="now", since=microseconds(before), at=before)
        for one in follows
    )
    out = at - timedelta(minutes=2)
    publication = stream.begin(kind="stream.status", author=author, language="fr", at=out)
    Status.objects.create(publication=publication, source="Un mot.", html="<p>Un mot.</p>")
    stream.publish(
        publication=publication,
        said=stream.Said(title="", text="Un mot.", language="fr"),
        audience=audience_for(expression=Expression(frozenset({PUBLIC})), owner=author),
        sources=[theme],
        at=out,
    )


class Plug:
    """Pulls itself at the so-manieth passing."""

    def __init__(self, times: int) -> None:
        self.left = times

    def passed(self) -> None:
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)


def before[**P, T](does: Callable[P, T], plug: Plug) -> Callable[P, T]:
    @wraps(does)
    def pulled(*args: P.args, **named: P.kwargs) -> T:
        plug.passed()
        return does(*args, **named)

    return pulled


def after[**P, T](does: Callable[P, T], plug: Plug) -> Callable[P, T]:
    @wraps(does)
    def pulled(*args: P.args, **named: P.kwargs) -> T:
        found = does(*args, **named)
        plug.passed()
        return found

    return pulled


def dotted(write: Callable[..., None], plug: Plug) -> Callable[..., None]:
    """After a final dot was written, before its answer."""

    @wraps(write)
    def pulled(line: Line, *parts: bytes) -> None:
        write(line, *parts)
        if lane.DOT in parts:
            plug.passed()

    return pulled


POINTS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "queueing": (handing, "queue", after),  # within the transaction that queues
    "queued": (handing, "serve", after),
    "claimed": (carrying, "claim", after),
    "written": (sending.Batch, "written_all", after),
    "marking": (sending, "about_to_leave", after),  # within the transaction that marks
    "marked": (sending.Batch, "answers", after),
    "dotted": (Line, "write", dotted),
    "settling": (sending, "became", after),  # within the transaction that settles
    "sent": (fanout.Work, "give_up", before),
    "giving back": (carrying, "let_go", before),
}


def send(port: str, how: str, point: str = "", times: str = "0") -> None:
    """All that waits, to a relay on the loopback; `beside` another worker that may be at work."""
    settings.PARVIS_URL = "https://parvis.example"
    settings.PARVIS_MAIL_URL = f"smtp://127.0.0.1:{port}?tls=no"
    settings.DEFAULT_FROM_EMAIL = "Le parvis <parvis@parvis.example>"
    ahead = timedelta(hours=1) if point == "later" else timedelta()
    if point and not ahead:
        sending.AHEAD = 16  # few mails are written in several parts, too
        place, name, how_to_pull = POINTS[point]
        setattr(place, name, how_to_pull(getattr(place, name), Plug(int(times))))
    carrier = carrying.Carrier(alone=how == "alone", clock=lambda: timezone.now() + ahead)
    while carrier.step():
        pass


def main() -> None:
    match sys.argv[1:]:
        case ["fill", count]:
            fill(int(count))
        case ["send", *asked]:
            send(*asked)
