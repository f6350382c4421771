"""Campaigns that are paid by card, and providers that misbehave."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from parvis.core.people.models import Person
from parvis.lib.payments import Charge, Outcome, Return
from parvis.lib.payments.fake import FakeGateway
from parvis.rooms.campaigns.models import Attempt, Campaign, Entry, Leg, Pledge
from parvis.rooms.campaigns.provider import gateways
from parvis.rooms.campaigns.tests.makers import Hands, card_of, make_campaign, make_pledge, settle

SOFT = "pm_card_visa_chargeDeclinedInsufficientFunds"
HARD = "pm_card_visa_chargeDeclinedLostCard"
ASKS = "pm_card_authenticationRequired"
VISA = "pm_card_visa"


class Moody(FakeGateway):
    """A provider that can be made to fail: `raises` is asked before each call, by its name and what it is about."""

    def __init__(self) -> None:
        super().__init__()
        self.raises: Callable[[str, str], Exception | None] = lambda _call, _about: None
        self.unanswered: set[str] = set()
        self.calls: Counter[str] = Counter()
        self.refunds: Counter[str] = Counter()

    def before(self, call: str, about: str) -> bool:
        """Whether no answer comes."""
        self.calls[call] += 1
        error = self.raises(call, about)
        if error is not None:
            raise error
        return call in self.unanswered

    def collect(self, charge: Charge) -> Outcome:
        self.before("collect", charge.pledge)
        return super().collect(charge)

    def look_up(self, charge: Charge, since: Any) -> Outcome:
        self.before("look_up", charge.pledge)
        return super().look_up(charge, since)

    def cancel(self, payment: str, key: str) -> Outcome:
        return Outcome(kind="unknown") if self.before("cancel", payment) else super().cancel(payment, key)

    def refund(self, payment: str, amount: int, currency: str, key: str) -> Return:
        is_lost = self.before("refund", key)
        answer = super().refund(payment, amount, currency, key)
        self.refunds[payment] += amount if answer.stage == "returned" and key not in self.calls else 0
        self.calls[key] += 1
        return Return(stage="unknown", code="no_answer") if is_lost else answer

    def detach(self, method: str) -> bool:
        return not self.before("detach", method) and super().detach(method)


def moody(person: Person) -> Moody:
    """The provider of this person from now on."""
    gateway = Moody()
    card_of(person, gateway)
    return gateway


def gateway_of(person: Person) -> FakeGateway:
    found = gateways.OTHERWISE[card_of(person).public_id]
    assert isinstance(found, FakeGateway)
    return found


def backed(person: Person, *cards: str, amount: int = 60_00, **terms: Any) -> tuple[Campaign, list[Pledge]]:
    """A campaign of this person that these cards back, each with this amount; it reaches its goal."""
    campaign = make_campaign(person, **{"goal": 10_00} | terms)
    return campaign, [make_pledge(campaign, amount=amount, card=card) for card in cards]


def paid(person: Person, clock: Hands, amount: int = 60_00) -> tuple[Campaign, Pledge, Attempt]:
    """A pledge that was paid by card."""
    campaign, (pledge,) = backed(person, VISA, amount=amount)
    end(campaign, clock)
    pledge.refresh_from_db()
    assert pledge.state == "collected"
    return campaign, pledge, pledge.tries.get()


def end(campaign: Campaign, clock: Hands, **after: float) -> None:
    """Let the deadline pass, and everything be done that is due."""
    assert campaign.deadline_at is not None
    clock.at = campaign.deadline_at + timedelta(**after)
    settle(clock)


def books(campaign: Campaign) -> dict[str, int]:
    """What stands in each account of a campaign; nothing else may be in the books."""
    found: Counter[str] = Counter()
    for account, amount in Leg.objects.filter(entry__campaign=campaign).values_list("account", "amount"):
        found[account] += amount
    assert sum(found.values()) == 0
    return {account: amount for account, amount in sorted(found.items()) if amount}


def entries(campaign: Campaign) -> list[str]:
    return list(Entry.objects.filter(campaign=campaign).order_by("pk").values_list("what", flat=True))
