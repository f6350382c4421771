"""Eight clients pledge at once, each in a process of its own, while one more reads the total."""

import os
import time
from collections.abc import Callable

from django.db import connection

from bench.report import result, say
from parvis.core.people.models import Person
from parvis.rooms.campaigns.actions import pledging
from parvis.rooms.campaigns.auditing import audit
from parvis.rooms.campaigns.models import Campaign, Pledge
from parvis.rooms.campaigns.wishes import Wish

from .scenes import AMOUNT, AT, clock, launched, people

CLIENTS = 8


def run() -> None:
    each = int(os.environ.get("BENCH_PLEDGES_EACH", "100"))
    campaign = launched(goal=1_000_000_00)
    backers = people(each * CLIENTS, "b")
    say(f"{connection.vendor}: {len(backers)} people are about to pledge")
    connection.close()
    began = time.perf_counter()
    clients = [
        apart(lambda some=backers[place::CLIENTS]: pledge_each(campaign, some)) for place in range(CLIENTS)
    ]
    reader = apart(lambda: read_on(campaign.pk, len(backers)))
    codes = [os.waitstatus_to_exitcode(os.waitpid(client, 0)[1]) for client in clients]
    took = time.perf_counter() - began
    os.waitpid(reader, 0)
    assert codes == [0] * CLIENTS, codes
    assert Pledge.objects.filter(state="active").count() == len(backers)
    assert [one for one in audit(AT) if one.invariant != 9] == []
    result(
        f"campaigns/pledging/{connection.vendor}/{CLIENTS} clients",
        "pledges/s",
        len(backers) / took,
        more_is_better=True,
    )


def apart(does: Callable[[], object]) -> int:
    """A process of its own that does this."""
    number = os.fork()
    if number:
        return number
    code = 1
    try:
        does()
        code = 0
    finally:
        os._exit(code)


def pledge_each(campaign: Campaign, backers: list[Person]) -> None:
    for person in backers:
        pledging.pledge(
            campaign=campaign,
            wish=Wish(extra=AMOUNT),
            backer=pledging.Backer(
                name=person.name, address=f"{person.name}@there.example", language="fr", person=person
            ),
            form=f"form-{person.pk}",
            agreed="",
            clock=clock(AT),
        )


def read_on(number: int, until: int) -> None:
    """Look at the total, as an open page does, until it is all there."""
    end = time.monotonic() + 600
    rows = Campaign.objects.unguarded("a bench reads the total").filter(pk=number)
    while rows.values_list("backers", flat=True).get() < until and time.monotonic() < end:
        time.sleep(0.5)
