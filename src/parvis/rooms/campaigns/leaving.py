"""Leaving the square: nobody goes while others wait for what they have launched, or for what they have promised to pay."""

from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Person
from parvis.lib.funding.campaigns import Collection
from parvis.lib.funding.pledges import PAID, UNPAID, PledgeState
from parvis.lib.refusal import Refusal

from .actions.accounts import NEEDED, ReturnsOpen, refuse_with_open_returns
from .actions.pledging import withdraw
from .models import Campaign, CardAccount, Pledge


class StillRuns(Refusal):
    def __init__(self, title: str) -> None:
        words = _(
            "“%(title)s” still runs, or what was promised to it is being collected: others rely on you for it. "
            "Call it off, or wait until its collection has closed. Then you can leave."
        )
        super().__init__(words % {"title": title})


class StillGivesBack(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Money of your campaigns still goes back to others, or a payment is disputed, and nobody could see to it without you. "
                "You can leave once that has ended."
            )
        )


class StillPays(Refusal):
    def __init__(self, title: str) -> None:
        words = _(
            "What you promised to “%(title)s” is being collected. Pay it, or wait until its collection has closed. Then you can leave."
        )
        super().__init__(words % {"title": title})


def end_what_was_begun(person: Person, at: datetime) -> None:
    """What counts for campaigns that run is taken back, by the rule of the last day.

    Raises StillRuns, StillGivesBack, StillPays, TooLate, WouldFallBelow.
    """
    refuse_while_others_rely(person)
    theirs = Pledge.objects.filter(person=person).prefetch_related("campaign__publication").order_by("pk")
    asked = theirs.filter(state__in=[PledgeState.BILLED, PledgeState.PART_PAID, *map(str, UNPAID)]).first()
    if asked is not None:
        raise StillPays(asked.campaign.publication.title)
    for pledge in theirs.filter(state__in=[PledgeState.STARTED, PledgeState.ACTIVE]):
        withdraw(pledge=pledge, clock=lambda: at)


def refuse_while_others_rely(person: Person) -> None:
    """Raises StillRuns, StillGivesBack."""
    campaigns = Campaign.objects.of(person)
    needed = campaigns.filter(NEEDED).select_related("publication").first()
    if needed is not None:
        raise StillRuns(needed.publication.title)
    undone = campaigns.filter(collection=Collection.UNDONE).values("pk")
    here = Pledge.objects.filter(campaign__in=undone, state__in=[*map(str, PAID)], received__gt=F("returned"))
    try:
        for account in CardAccount.objects.filter(person=person):
            refuse_with_open_returns(account)
    except ReturnsOpen as still:
        raise StillGivesBack from still
    if here.exists():
        raise StillGivesBack
