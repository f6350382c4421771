"""Our settlement of so many pledges by card, from the deadline until all is collected."""

import json
import time

from bench.report import say
from parvis.rooms.campaigns.models import Campaign, Pledge
from parvis.rooms.campaigns.settlement import Settlement

from .scenes import AMOUNT, clock, launched, people, pledged_by_card
from .settling import analyze


def run(count: str) -> None:
    """Prints pledges a second."""
    campaign = launched(goal=AMOUNT)
    pledged_by_card(campaign, people(int(count), "b"))
    analyze()
    assert campaign.deadline_at is not None
    worker = Settlement(alone=True, clock=clock(campaign.deadline_at))
    ours = Campaign.objects.unguarded("a bench").filter(pk=campaign.pk)
    say(f"{count} pledges stand")
    began = time.perf_counter()
    while worker.step() and ours.get().collection in {"none", "collecting"}:
        pass
    took = time.perf_counter() - began
    assert Pledge.objects.filter(state="collected").count() == int(count)
    print(json.dumps({"ours": int(count) / took}))
