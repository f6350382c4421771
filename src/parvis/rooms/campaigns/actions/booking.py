"""The books: each thing that happens to money is an entry whose legs come to nothing, written with the fact itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from parvis.core.people.models import Person

from ..models import Account, Campaign, Entry, Leg, Pledge, Receipt, Series
from .writing import add_each


@dataclass(frozen=True, kw_only=True)
class Booking:
    """An entry to be: `legs` are minor units by account, and come to nothing together; of the campaign's currency, unless another is named."""

    key: str
    what: str
    campaign: Campaign
    pledge: Pledge | None
    legs: Mapping[Account, int]
    currency: str = ""


def book(bookings: Sequence[Booking], *, at: datetime) -> None:
    """Write these entries; each key is written once in the life of the house (a second time is refused by the database)."""
    unbalanced = [one.key for one in bookings if sum(one.legs.values()) != 0]
    if unbalanced:
        raise ValueError(f"These entries do not come to nothing: {unbalanced}")
    lines = (
        {
            "key": one.key,
            "what": one.what,
            "campaign_id": one.campaign.pk,
            "pledge_id": one.pledge and one.pledge.pk,
        }
        for one in bookings
    )
    add_each(Entry, lines, at=at)
    entries = Entry.objects.filter(key__in=[one.key for one in bookings]).values_list("key", "pk")
    numbers = dict(entries)
    legs = (
        {
            "entry_id": numbers[one.key],
            "account": account,
            "amount": amount,
            "currency": one.currency or one.campaign.currency,
        }
        for one in bookings
        for account, amount in one.legs.items()
        if amount
    )
    add_each(Leg, legs)


def came(campaign: Campaign, *, collected: int = 0, returned: int = 0) -> None:
    """Add to what a campaign has received, and to what went back of it."""
    if collected or returned:
        Campaign.objects.filter(pk=campaign.pk).update(
            collected=F("collected") + collected, returned=F("returned") + returned
        )


def give_receipts(pledges: Sequence[Pledge], *, creator: Person, at: datetime) -> None:
    """Number what was received, from the last number of the year on, without a gap."""
    if not pledges:
        return
    year = creator.here(at).year
    Series.objects.get_or_create(person=creator, year=year)
    Series.objects.filter(person=creator, year=year).update(last=F("last") + len(pledges))
    last = Series.objects.get(person=creator, year=year).last
    first = last - len(pledges) + 1
    lines = (
        {"number": number, "pledge_id": pledge.pk, "amount": pledge.amount}
        for number, pledge in enumerate(pledges, first)
    )
    add_each(Receipt, lines, person_id=creator.pk, year=year, at=at)
