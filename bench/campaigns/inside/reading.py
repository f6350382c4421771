"""A campaign in its last hour, as long as real ones are; and those who pledge while it is read."""

import json
import select
import sys
import time
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from bench.measure import percentile
from parvis.core.people.models import Person
from parvis.rooms.campaigns.actions import explaining, launching, pledging
from parvis.rooms.campaigns.models import Campaign, Reward
from parvis.rooms.campaigns.wishes import Wish

from .scenes import AMOUNT, launched, people, pledged_by_card

BACKERS, LATE = 400, 2_000
PAUSE = 0.25
PARAGRAPH = "Cent recettes de pain du lac, du levain au four, écrites avec celles et ceux qui les font depuis toujours. "


def run(what: str, name: str = "") -> None:
    if what == "fill":
        fill()
    else:
        pledge_on(name)


def fill() -> None:
    """Almost at its goal, an hour before its end. Prints what there is to be read."""
    at = timezone.now() - timedelta(days=30) + timedelta(hours=1)
    campaign = launched(goal=BACKERS * AMOUNT + 100_00, at=at, explained=explain)
    pledged_by_card(campaign, people(BACKERS, "b"))
    people(LATE, "late")
    names = ("page", "campaigns:campaign"), ("bar", "campaigns:bar")
    print(json.dumps({key: reverse(view, args=[campaign.slug]) for key, view in names}))


def explain(campaign: Campaign) -> None:
    """A story of some pages, three rewards, what it costs, and what is often asked."""
    at = timezone.now()
    story = "\n\n".join(f"## Chapitre {number}\n\n{PARAGRAPH * 6}" for number in range(1, 9))
    words = {"fr": {"title": "Le pain du lac", "line": PARAGRAPH, "story": story, "risks": PARAGRAPH * 2}}
    launching.write_story(campaign=campaign, words=words, at=at)
    for number in range(1, 4):
        Reward.objects.create(
            campaign=campaign,
            words={"fr": {"title": f"Le livre, {number}", "text": PARAGRAPH}},
            price=number * AMOUNT,
            limit=number * 1_000,
            position=number,
            made_at=at,
        )
        explaining.add_line(campaign=campaign, words={"fr": f"Impression, {number}"}, amount=number * AMOUNT)
        question = {"question": f"Quand, {number} ?", "answer": PARAGRAPH}
        explaining.add_question(campaign=campaign, words={"fr": question}, at=at)
    explaining.add_milestone(campaign=campaign, words={"fr": "Une suite"}, amount=campaign.goal * 2, at=at)


def pledge_on(name: str) -> None:
    """Pledge several times a second until nobody listens any more. Prints how many did, and what it took them."""
    campaign = Campaign.objects.unguarded("a bench").get()
    backers = Person.objects.filter(name__startswith="late", pledges=None).order_by("pk").iterator()
    print("begun", flush=True)
    began, took = time.monotonic(), []
    while not select.select([sys.stdin], [], [], PAUSE)[0]:
        moment = time.monotonic()
        pledge(campaign, next(backers), name)
        took.append(1000 * (time.monotonic() - moment))
    rate = len(took) / (time.monotonic() - began)
    print(json.dumps({"rate": rate, "p95": percentile(took, 0.95) if took else 0.0}), flush=True)


def pledge(campaign: Campaign, person: Person, name: str) -> None:
    backer = pledging.Backer(
        name=person.name, address=f"{person.name}@there.example", language="fr", person=person
    )
    pledging.pledge(
        campaign=campaign,
        wish=Wish(extra=AMOUNT),
        backer=backer,
        form=f"{name}-{person.pk}",
        agreed="",
        clock=timezone.now,
    )
