"""The settlement of a campaign in a process of its own that can be killed: fills a house with pledges, settles them, competes for a reward.

It is told `fill COUNT GOAL`; `survive LEDGER POINT TIMES`: settle, be killed at the so-manieth passing of a point, settle again; `together LEDGER COUNT`: so
many workers settle at once; `race COUNT TRIES`: so many pledge for what is left of a reward. Each is a process of its own, forked from
one that has not touched the database. What is found at the end is printed as JSON.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.db import connections
from django.utils import timezone

from parvis.core.people.models import Address, Person
from parvis.lib.payments.fake import FakeGateway
from parvis.rooms.campaigns.actions import counting, launching, pledging, rewards
from parvis.rooms.campaigns.auditing import audit
from parvis.rooms.campaigns.letters import Teller
from parvis.rooms.campaigns.models import BankAccount, Campaign, CardAccount, Pledge, Reward
from parvis.rooms.campaigns.provider import gateways
from parvis.rooms.campaigns.settlement import Settlement
from parvis.rooms.campaigns.wishes import Wish

CARDS = (
    "pm_card_visa",
    "pm_card_mastercard",
    "pm_card_authenticationRequired",
    "pm_sepaDebit",
    "pm_card_doNotHonor",
)
ENGINE = ("billed", "prepared", "claimed", "answered", "recorded", "dropped")
GATEWAY = ("before charge", "after charge")
POINTS = (*ENGINE, *GATEWAY)
BEGAN = timedelta(days=40)


def fill(count: str, goal: str) -> None:
    """A campaign that ended ten days ago while the house was down, with pledges by card of every fate, and some by bank."""
    at = timezone.now() - BEGAN
    author = person("Alice", at, role="author")
    campaign = campaign_of(author, at, goal=int(goal))
    reward = Reward.objects.create(
        campaign=campaign, words={"fr": {"title": "Un livre"}}, price=30_00, limit=5, made_at=at
    )
    for number in range(int(count)):
        wish = Wish(
            reward=reward if number < 5 else None,
            extra=10_00 + number,
            way="bank" if number % 6 == 5 else "card",
        )
        made = pledged(campaign, person(f"b{number}", at), wish, f"form-{number}", at)
        if wish.way == "card":
            leave(made, CARDS[number % 6], at)


def person(name: str, at: object, **over: str) -> Person:
    made = Person.objects.create(
        **{"name": name, "role": "member", "language": "fr", "zone": "UTC", "joined_at": at} | over
    )
    mail = f"{name.lower()}@there.example"
    Address.objects.create(
        person=made, value=mail, canonical=mail, is_primary=True, added_at=at, verified_at=at
    )
    return made


def campaign_of(author: Person, at: object, *, goal: int) -> Campaign:
    made = launching.start_campaign(author=author, language="fr", title="Le pain du lac", at=at)
    words = {"fr": {"title": "Le pain du lac", "story": "Cent recettes.", "risks": "Le four."}}
    launching.write_story(campaign=made, words=words, at=at)
    bank = BankAccount.objects.create(
        person=author,
        holder="Alice",
        postal_code="1800",
        town="Vevey",
        iban="CH5604835012345678009",
        made_at=at,
    )
    card = CardAccount.objects.create(person=author, provider="fake", made_at=at)
    terms = launching.Terms(goal=goal, currency="CHF", zone="Europe/Zurich", days=30, bank=bank, card=card)
    launching.set_terms(campaign=made, terms=terms)
    return launching.launch(campaign=made, clock=lambda: at)


def pledged(campaign: Campaign, who: Person, wish: Wish, form: str, at: object) -> Pledge:
    backer = pledging.Backer(
        name=who.name, address=f"{who.name.lower()}@there.example", language="fr", person=who
    )
    return pledging.pledge(
        campaign=campaign, wish=wish, backer=backer, form=form, agreed="", clock=lambda: at
    )


def leave(made: Pledge, card: str, at: object) -> None:
    """Its card is left at once; a fake gateway reads all of it from the names."""
    pledge = Pledge.objects.get(pk=made.pk)
    pledge.setup = f"cs.cus_{made.pk}.{card}:{made.pk}.x"
    pledge.setups = 1
    pledge.save(update_fields=["setup", "setups"])
    setup = FakeGateway().read_setup(pledge.setup)
    counting.keep_method(
        pledge=pledge, setup=setup.id, customer=setup.customer, method=setup.method, clock=lambda: at
    )


class Plug:
    """Pulls itself at the so-manieth passing of a point."""

    def __init__(self, point: str, times: int) -> None:
        self.point, self.left = point, times

    def __call__(self, where: str) -> None:
        self.left -= where == self.point
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)


def apart(does: Callable[[], object]) -> int:
    """Begin a process that does this, as if it were started anew; its number. No two of them share a connection."""
    connections.close_all()
    number = os.fork()
    if number:
        return number
    code = 1
    try:
        does()
        code = 0
    finally:
        os._exit(code)


def ended(number: int) -> int:
    """How a process ended: 0 when all went well, less than 0 for the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def settle(ledger: str, *, alone: bool, point: str = "", times: int = 0) -> None:
    """All that is due now; what is debited is written to a ledger beside the house, as a provider has its own."""
    plug = Plug(point, times if point else -1)
    account = CardAccount.objects.get()
    gateways.OTHERWISE[account.public_id] = FakeGateway(
        ledger=Path(ledger), failpoint=plug if point in GATEWAY else lambda where: None
    )
    worker = Settlement(alone=alone, failpoint=plug)
    while worker.step():
        pass
    teller = Teller()
    while teller.step():
        pass


def survive(ledger: str, point: str, times: str) -> dict[str, object]:
    killed = ended(apart(lambda: settle(ledger, alone=True, point=point, times=int(times))))
    settled = ended(apart(lambda: settle(ledger, alone=True)))
    return {"killed": killed, "settled": settled, "wrong": wrong()}


def together(ledger: str, count: str) -> dict[str, object]:
    workers = [apart(lambda: settle(ledger, alone=False)) for _number in range(int(count))]
    codes = [ended(worker) for worker in workers]
    settle(ledger, alone=False)
    return {"codes": codes, "wrong": wrong()}


def race(count: str, tries: str) -> dict[str, object]:
    racers = [apart(lambda: grab(int(tries))) for _number in range(int(count))]
    return {"codes": [ended(racer) for racer in racers], "wrong": wrong()}


def grab(tries: int) -> None:
    """Pledge for what is left of a reward, again and again, as one of several that do."""
    at = timezone.now() - BEGAN + timedelta(hours=1)
    campaign = Campaign.objects.unguarded("a test").get()
    reward = Reward.objects.unguarded("a test").get()
    for number in range(tries):
        name = f"g{os.getpid()}-{number}"
        backer = pledging.Backer(name=name, address=f"{name}@there.example", language="fr")
        with suppress(rewards.SoldOut):
            pledging.pledge(
                campaign=campaign,
                wish=Wish(reward=reward),
                backer=backer,
                form=name,
                agreed="",
                clock=lambda: at,
            )


def wrong() -> list[str]:
    """What is not as it must be. Letters and deadlines of a house that was down are late; nothing else may be."""
    return [f"{one.invariant} {one.words}" for one in audit(timezone.now())]


def main() -> None:
    match sys.argv[1:]:
        case ["fill", *asked]:
            fill(*asked)
        case ["survive", *asked]:
            print(json.dumps(survive(*asked)))
        case ["together", *asked]:
            print(json.dumps(together(*asked)))
        case ["race", *asked]:
            print(json.dumps(race(*asked)))
