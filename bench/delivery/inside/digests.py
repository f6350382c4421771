"""Digests for many readers, each of three themes out of twelve: composed, sent into a sink, and settled."""

import json
import random
import resource
import time
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from bench.delivery.sinks import forget, seen
from parvis.core.audiences.rule import microseconds
from parvis.core.delivery.carrying import Carrier
from parvis.core.delivery.models import Mail, Reading, Subscription
from parvis.core.people.models import Person
from parvis.core.stream.models import Follow

from .subscribers import publish, subscribe_many, theme

THEMES, EACH_FOLLOWS, IN_A_THEME, OCTETS = 12, 3, 4, 2_000


def run(does: str, port: str, count: str) -> None:
    """`fill` or `send`: in processes of their own, so that what filling takes is not in what sending takes."""
    settings.PARVIS_URL, settings.PARVIS_MAIL_URL = (
        "https://parvis.example",
        f"smtp://127.0.0.1:{port}?tls=no",
    )
    settings.DEFAULT_FROM_EMAIL = "Le parvis <parvis@parvis.example>"
    if does == "fill":
        fill(int(count))
    else:
        send(port, int(count))


def fill(wanted: int) -> None:
    """Readers of three themes each, what came out in these, and a digest that is due to everyone."""
    at, chance = timezone.now(), random.Random(7)
    sources = [theme(f"digest{number}") for number in range(THEMES)]
    readers = subscribe_many(sources[0], wanted, rhythm="daily", at=at - timedelta(days=1))
    others = [
        Follow(person=reader, source=source, at=at)
        for reader in readers
        for source in chance.sample(sources[1:], EACH_FOLLOWS - 1)
    ]
    since = microseconds(at - timedelta(days=1))
    Subscription.objects.bulk_create(
        Subscription(follow=follow, channel="mail", rhythm="daily", since=since, at=at)
        for follow in Follow.objects.bulk_create(others)
    )
    owner = Person.objects.owners().get()
    for source in sources:
        for number in range(IN_A_THEME):
            publish(owner, [source], at - timedelta(minutes=number), OCTETS)
    Reading.objects.bulk_create(
        Reading(person=reader, next_daily_at=at - timedelta(minutes=1)) for reader in readers
    )


def send(port: str, wanted: int) -> None:
    """Compose and send them, and print what it took as JSON."""
    carrier = Carrier(alone=True)
    forget(int(port))
    began, cpu = time.monotonic(), time.process_time()
    while carrier.step():
        pass
    cpu, seconds = time.process_time() - cpu, time.monotonic() - began
    numbers = seen(int(port))
    if (
        not numbers["copies"] == numbers["recipients"] == wanted
        or Mail.objects.exclude(state="left").exists()
    ):
        raise SystemExit(f"{wanted} digests were due, and the sink saw {numbers}.")
    print(
        json.dumps(
            {
                "seconds": seconds,
                "cpu": cpu,
                "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "octets": numbers["octets"] / wanted,
            }
        )
    )
