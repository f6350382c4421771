"""One publication to many subscribers through our own sender: the whole way, from the queue to the last ledger line."""

import json
import os
import resource
import time
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from bench.delivery.sinks import forget, seen
from parvis.core.delivery.carrying import Carrier
from parvis.core.delivery.models import Copy, Mail
from parvis.core.delivery.signing import make_keys
from parvis.core.people.models import Person

from .subscribers import publish, subscribe_many, theme

WARMING = 10


def run(port: str, count: str, name: str, is_signed: str) -> None:
    """Send it, and print what it took as JSON."""
    settings.PARVIS_URL, settings.PARVIS_MAIL_URL = (
        "https://parvis.example",
        f"smtp://127.0.0.1:{port}?tls=no",
    )
    settings.DEFAULT_FROM_EMAIL = "Le parvis <parvis@parvis.example>"
    if is_signed == "signed":
        make_keys(settings.PARVIS_DKIM_SELECTOR)
    at, wanted = timezone.now(), int(count)
    first = theme(f"{name}first")
    subscribe_many(first, WARMING, rhythm="now", at=at - timedelta(days=1))
    publish(Person.objects.owners().get(), [first], at)
    carrier = Carrier(alone=True)
    while carrier.step():  # a worker that has been running has its templates and its addresses ready
        pass
    source = theme(name)
    subscribe_many(source, wanted, rhythm="now", at=at - timedelta(days=1))
    publication = publish(Person.objects.owners().get(), [source], at)
    forget(int(port))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began, cpu = time.monotonic(), time.process_time()
    while carrier.step():
        pass
    cpu, ended = time.process_time() - cpu, time.monotonic()
    numbers = seen(int(port))
    left = Copy.objects.filter(publication=publication, state="left").count()
    right = left == numbers["copies"] == numbers["recipients"] == numbers["ways_out"] == wanted
    if numbers["signed"] != (wanted if is_signed == "signed" else 0):
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
                "grown": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before,
                "signed": numbers["signed"],
                "octets": numbers["octets"] / wanted,
                "load": os.getloadavg()[0],
            }
        )
    )
