"""One campaign, held: whatever changes its total or asks what it is does so one after another."""

from collections.abc import Callable
from datetime import datetime

from parvis.core.people.models import Person

from ..models import BankAccount, Campaign, CardAccount

type Clock = Callable[[], datetime]
"""Tells the moment. What has a deadline asks it once the campaign is held: who waited for it too long is too late."""


def hold_accounts(person: Person) -> None:
    """Let nobody else choose, close or launch with an account of this person's before this transaction ends: accounts first, then campaigns."""
    for model in (BankAccount, CardAccount):
        rows = model.objects.filter(person=person).order_by("pk")
        list(rows.select_for_update(no_key=True).values_list("pk"))


def held(campaign: Campaign) -> Campaign:
    """The campaign as it is now, which nobody else changes before this transaction ends."""
    rows = Campaign.held.select_for_update(of=("self",)).select_related("publication__author", "group")
    found: Campaign = rows.get(pk=campaign.pk)
    return found
