"""Settles a campaign of many pledges, and is stopped and begun anew in the middle of it."""

import os
import time

from django.db import connection

from bench.report import result, say
from parvis.rooms.campaigns.auditing import audit
from parvis.rooms.campaigns.models import Attempt, Campaign, Pledge
from parvis.rooms.campaigns.settlement import Settlement

from .scenes import AMOUNT, clock, launched, people, pledged_by_card

TARGET = 2_000


def run() -> None:
    count = int(os.environ.get("BENCH_PLEDGES", "100000"))
    campaign = launched(goal=AMOUNT)
    pledged_by_card(campaign, people(count, "b"))
    analyze()
    say(f"{connection.vendor}: {count} pledges stand")
    now = clock(Campaign.objects.unguarded("a bench").get().deadline_at)
    began = time.perf_counter()
    worker, half = Settlement(alone=True, clock=now), count // 2
    ours = Campaign.objects.unguarded("a bench").filter(pk=campaign.pk).values_list("collection", "collected")
    while worker.step():
        collection, collected = ours.get()
        if collection not in {"none", "collecting"}:
            break
        if half and collected >= half * AMOUNT:
            worker, half = Settlement(alone=True, clock=now), 0  # as after a stop
    took = time.perf_counter() - began
    assert Pledge.objects.filter(state="collected").count() == count
    assert Attempt.objects.count() == count
    result(
        f"campaigns/settling/{connection.vendor}/{count}",
        "pledges/s",
        count / took,
        target=TARGET,
        more_is_better=True,
    )
    analyze()
    began = time.perf_counter()
    wrong = [
        one for one in audit(now()) if one.invariant not in {9, 13}
    ]  # letters and groups were not filled
    assert wrong == [], wrong[:3]
    result(f"campaigns/audit/{connection.vendor}/{count}", "s", time.perf_counter() - began)


def analyze() -> None:
    """What a database does by itself within a minute of such a change: look at the tables that have rows, and at no other.

    PostgreSQL never looks at an empty table; if it were told to, it would believe that it stays so, and read the books
    from one end to the other for each leg that is added.
    """
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT 1 FROM "{table}" /*unguarded: whether there is a row*/ LIMIT 1')
            if cursor.fetchone():
                cursor.execute(f'ANALYZE "{table}"')
