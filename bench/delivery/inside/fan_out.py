"""One publication to many subscribers through our own sender: the whole way, from the queue to the last ledger line."""

import json
import os
import resource
import time
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from bench.delivery.sinks import forget, seen
from parvis.core.delivery.carrying import Carrier
from parvis.core.delivery.models import Copy, Mail
from parvis.core.delivery.signing import make_keys
from parvis.core.people.models import Person
from parvis.core.stream.models import Source

from .subscribers import publish, subscribe_many, theme

WARMING = 10


def run(does: str, port: str, count: str, name: str, is_signed: str) -> None:
    """`fill` or `send`: in processes of their own, so that what filling takes is not in what sending takes."""
    settings.PARVIS_URL, settings.PARVIS_MAIL_URL = (
        "https://parvis.example",
        f"smtp://127.0.0.1:{port}?tls=no",
    )
    settings.DEFAULT_FROM_EMAIL = "Le parvis <parvis@parvis.example>"
    if does == "fill":
        fill(int(count), name)
    else:
        send(port, int(count), name, is_signed=is_signed == "signed")


def fill(wanted: int, name: str) -> None:
    """Many readers of one theme, and some of another."""
    yesterday = timezone.now() - timedelta(days=1)
    subscribe_many(theme(name), wanted, rhythm="now", at=yesterday)
    subscribe_many(theme(f"{name}first"), WARMING, rhythm="now", at=yesterday)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # readers do not come within a second: autovacuum has seen them


def send(port: str, wanted: int, name: str, *, is_signed: bool) -> None:
    """Send it, and print what it took as JSON."""
    if is_signed:
        make_keys(settings.PARVIS_DKIM_SELECTOR)
    owner, at = Person.objects.owners().get(), timezone.now()
    publish(owner, [Source.objects.get(public_id=f"{name}first")], at)
    carrier = Carrier(alone=True)
    while carrier.step():  # a worker that has been running has its templates and its addresses ready
        pass
    publication = publish(owner, [Source.objects.get(public_id=name)], at)
    forget(int(port))
    began, cpu = time.monotonic(), time.process_time()
    while carrier.step():
        pass
    cpu, ended = time.process_time() - cpu, time.monotonic()
    numbers = seen(int(port))
    left = Copy.objects.filter(publication=publication, state="left").count()
    right = left == numbers["copies"] == numbers["recipients"] == numbers["ways_out"] == wanted
    if numbers["signed"] != (wanted if is_signed else 0):
        raise SystemExit(f"{numbers['signed']} of {wanted} copies were signed.")
    if not right or Mail.objects.exclude(state="left").exists():
        raise SystemExit(f"{wanted} copies were due, {left} are down as left, and the sink saw {numbers}.")
    print(
        json.dumps(
            {
                "seconds": ended - began,
                "first": numbers["first"] - began,
                "cpu": cpu,
                "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "signed": numbers["signed"],
                "octets": numbers["octets"] / wanted,
                "load": os.getloadavg()[0],
            }
        )
    )
