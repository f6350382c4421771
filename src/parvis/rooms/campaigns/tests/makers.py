"""Campaigns and pledges for tests: each takes what it differs in."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from parvis.conftest import AT, make_person
from parvis.core.people.models import Person
from parvis.lib.payments.fake import FakeGateway
from parvis.rooms.campaigns.actions import counting, launching, pledging
from parvis.rooms.campaigns.models import BankAccount, Campaign, CardAccount, Pledge, Reward, ShippingRate
from parvis.rooms.campaigns.provider import gateways
from parvis.rooms.campaigns.settlement import Settlement
from parvis.rooms.campaigns.wishes import Wish

IBAN = "CH5604835012345678009"
QR_IBAN = "CH4431999123000889012"
WORDS = {
    "fr": {"title": "Le pain du lac", "line": "Un livre", "story": "Cent recettes.", "risks": "Le four."},
    "en": {
        "title": "Bread of the lake",
        "line": "A book",
        "story": "A hundred recipes.",
        "risks": "The oven.",
    },
}
forms: Counter[str] = Counter()


class Hands:
    """A clock whose hands are set by a test."""

    def __init__(self, at: datetime = AT) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at


def bank_of(person: Person, *, iban: str = IBAN, **over: Any) -> BankAccount:
    about = {"holder": "Alice Favre", "postal_code": "1800", "town": "Vevey", "country": "CH", "made_at": AT}
    return BankAccount.objects.get_or_create(person=person, iban=iban, defaults=about | over)[0]


def card_of(person: Person, gateway: FakeGateway | None = None) -> CardAccount:
    """An account whose gateway moves no money; the same one each time."""
    account = CardAccount.objects.get_or_create(person=person, provider="fake", defaults={"made_at": AT})[0]
    gateways.OTHERWISE[account.public_id] = (
        gateway or gateways.OTHERWISE.get(account.public_id) or FakeGateway()
    )
    return account


def make_campaign(
    creator: Person,
    *,
    goal: int = 100_00,
    currency: str = "CHF",
    days: int | None = 30,
    zone: str = "Europe/Zurich",
    words: Mapping[str, Mapping[str, str]] = WORDS,
    is_launched: bool = True,
    at: datetime = AT,
    **terms: Any,
) -> Campaign:
    """A campaign that takes bills and cards, and has been launched unless told otherwise."""
    made = launching.start_campaign(author=creator, language="fr", title=words["fr"]["title"], at=at)
    launching.write_story(campaign=made, words=words, at=at)
    ways = {"bank": bank_of(creator), "card": card_of(creator)} | terms
    launching.set_terms(
        campaign=made, terms=launching.Terms(goal=goal, currency=currency, zone=zone, days=days, **ways)
    )
    return launching.launch(campaign=made, clock=Hands(at)) if is_launched else made


def make_reward(
    campaign: Campaign,
    *,
    price: int = 25_00,
    rates: Mapping[str, int] | None = None,
    title: str = "Un livre",
    **over: Any,
) -> Reward:
    reward = Reward.objects.create(
        campaign=campaign,
        words={"fr": {"title": title}, "en": {"title": "A book"}},
        price=price,
        is_shipped=rates is not None,
        made_at=AT,
        **over,
    )
    for country, cost in (rates or {}).items():
        ShippingRate.objects.create(reward=reward, country=country, cost=cost)
    return reward


def backer(person: Person | None = None, name: str = "Gaston", address: str = "") -> pledging.Backer:
    """Somebody who has shown who they are, or a guest who has not."""
    if person is not None:
        mail = person.addresses.get(is_primary=True).value
        return pledging.Backer(name=person.name, address=mail, language="en", person=person)
    return pledging.Backer(name=name, address=address or f"{name.lower()}@guests.example", language="fr")


def make_pledge(
    campaign: Campaign,
    person: Person | None = None,
    amount: int = 0,
    *,
    clock: Any = None,
    card: str = "",
    form: str = "",
    by: pledging.Backer | None = None,
    **wish: Any,
) -> Pledge:
    """A pledge of a member, or of a new one; with `card`, the name of a sample of `lib.payments`, its card is left at once."""
    forms["form"] += 1
    clock = clock or Hands()
    if person is None and by is None:
        person = make_person(f"backer{forms['form']}")
    made = pledging.pledge(
        campaign=campaign,
        wish=Wish(extra=amount, way="card" if card else "bank", **wish),
        backer=by or backer(person),
        form=form or f"form-{forms['form']}",
        agreed="",
        clock=clock,
    )
    return leave_card(made, card, clock=clock) if card else made


def leave_card(pledge: Pledge, name: str, *, clock: Any) -> Pledge:
    """As if its backer came back from the provider's page."""
    gateway = gateways.OTHERWISE[pledge.campaign.card.public_id]
    setup = gateway.leave(gateway.begin_setup(a_setup(pledge)).id, name)
    pledge.setup = setup.id
    pledge.save(update_fields=["setup", "setups"])
    return counting.keep_method(
        pledge=pledge, setup=setup.id, customer=setup.customer, method=setup.method, clock=clock
    )


def a_setup(pledge: Pledge) -> Any:
    from parvis.lib.payments import SetupRequest

    pledge.setups += 1
    return SetupRequest(
        key=f"setup:{pledge.public_id}:{pledge.setups}", return_url="http://localhost/", currency="CHF"
    )


def settle(clock: Any, *, rounds: int = 50, **over: Any) -> Settlement:
    """Let one worker do all that is due."""
    worker = Settlement(alone=True, clock=clock, **over)
    for _round in range(rounds):
        if not worker.step():
            return worker
    raise AssertionError("it never ends")
