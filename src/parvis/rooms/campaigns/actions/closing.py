"""What becomes of a campaign at its deadline: reckoned from what is stored, whenever that is done."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from parvis.core.people.models import Person
from parvis.lib.funding import Outcome, outcome
from parvis.lib.funding.campaigns import COLLECTIONS, CampaignMove, CampaignState, Collection, CollectionMove
from parvis.lib.funding.pledges import PledgeState

from ..models import Campaign, Pledge
from ..published import rows_of
from .counting import TO_FINISH
from .locking import Clock, held
from .moving import note, pass_on

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Foretold:
    """How a campaign would end now: `open` is what pledges could still add that were started in time; minor units."""

    outcome: Outcome
    pledged: int
    goal: int
    open: int

    @property
    def is_decided(self) -> bool:
        """Whether what is open cannot change it."""
        return self.outcome == Outcome.SUCCESSFUL or self.pledged + self.open < self.goal


def foretell(campaign: Campaign, at: datetime) -> Foretold:
    """How it would end at this moment; nothing is written."""
    # Also what was not finished in time: until it is let go, its provider may know that a card was left.
    still = Pledge.objects.filter(campaign=campaign, state=PledgeState.STARTED)
    is_in_time = campaign.deadline_at is not None and at < campaign.deadline_at + TO_FINISH
    open_amount = still.filter(started_at__lt=campaign.deadline_at).aggregate(sum=Sum("amount"))["sum"] or 0
    return Foretold(
        outcome=outcome(campaign.pledged, campaign.goal),
        pledged=campaign.pledged,
        goal=campaign.goal,
        open=open_amount if is_in_time else 0,
    )


@transaction.atomic
def close(*, campaign: Campaign, clock: Clock) -> Campaign | None:
    """Decide a campaign whose deadline has passed, unless what is open could decide it; None when nothing is to be done yet.

    What follows for each pledge is done by the settlement, as long as that takes.
    """
    campaign = held(campaign)
    at = campaign.now(clock())
    if not campaign.is_running or campaign.deadline_at is None or at < campaign.deadline_at:
        return None
    found = foretell(campaign, at)
    if not found.is_decided and found.open:
        if campaign.state == CampaignState.WAITING:
            return None
        pass_on(campaign, CampaignMove.WAIT, at=at)
        return campaign
    decide(campaign, found, at)
    return campaign


def decide(campaign: Campaign, found: Foretold, at: datetime) -> None:
    """Write down what decided it, and how."""
    move = CampaignMove.SUCCEED if found.outcome == Outcome.SUCCESSFUL else CampaignMove.FAIL
    pass_on(
        campaign,
        move,
        at=at,
        decided_at=at,
        decided_total=campaign.pledged,
        decided_backers=campaign.backers,
        decided_digest=digest_of(campaign),
    )
    if move == CampaignMove.SUCCEED:
        collect(campaign, CollectionMove.BEGIN, at)


def digest_of(campaign: Campaign) -> str:
    """The digest (SHA-256) of the list that anybody can add up."""
    summed = hashlib.sha256()
    for mark, amount in rows_of(campaign):
        summed.update(f"{mark},{amount}\n".encode())
    return summed.hexdigest()


def collect(campaign: Campaign, move: CollectionMove, at: datetime, by: Person | None = None) -> None:
    """Let something happen to the collection of a campaign that is held. Raises NoSuchMove."""
    before = campaign.collection
    after = COLLECTIONS.after(Collection(before), move)
    campaign.collection, campaign.collection_at = str(after), at
    campaign.save(update_fields=["collection", "collection_at"])
    note(campaign, move, before=before, after=after, at=at, by=by)
