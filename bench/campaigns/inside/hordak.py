"""Our books beside hordak's: one entry of two legs at a time, and batches as settlement writes them."""

import json
import time
from collections.abc import Callable

from django.db import transaction

from parvis.rooms.campaigns.actions.booking import Booking, book
from parvis.rooms.campaigns.actions.settling import BATCH
from parvis.rooms.campaigns.models import Account, Campaign, Entry, Leg, Pledge

from .scenes import AMOUNT, AT, launched, people, pledged_by_card

PLEDGES = 1_000
WARM = 50


def run(what: str, count: str = "0") -> None:
    if what == "prepare":
        pledged_by_card(launched(goal=AMOUNT), people(PLEDGES, "b"))
        print(json.dumps({"batch": BATCH}))
    else:
        print(json.dumps(measure(int(count))))


def measure(count: int) -> dict[str, float]:
    """Entries a second: each in a transaction of its own, and a batch in each."""
    campaign = Campaign.objects.unguarded("a bench").get()
    pledges = list(Pledge.objects.order_by("pk"))
    before = Entry.objects.count()

    def some(start: int, many: int) -> list[Booking]:
        return [
            Booking(
                key=f"bench:{before}:{number}",
                what="collected",
                campaign=campaign,
                pledge=pledges[number % len(pledges)],
                legs={Account.PROVIDER: AMOUNT, Account.PLEDGES: -AMOUNT},
            )
            for number in range(start, start + many)
        ]

    def written(start: int, many: int, batch: int) -> None:
        for place in range(start, start + many, batch):
            with transaction.atomic():
                book(some(place, min(batch, start + many - place)), at=AT)

    one = rate(lambda start, many: written(start, many, 1), 0, count)
    batches = rate(lambda start, many: written(start, many, BATCH), count + WARM, count * 5)
    assert Entry.objects.count() - before == count * 6 + WARM * 2
    assert Leg.objects.count() == Entry.objects.count() * 2
    return {"one": one, "batch": batches}


def rate(write: Callable[[int, int], None], start: int, count: int) -> float:
    """How many a second, after some that are not counted."""
    write(start, WARM)
    began = time.perf_counter()
    write(start + WARM, count)
    return count / (time.perf_counter() - began)
