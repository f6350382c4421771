"""Why a pledge is not taken, or not changed."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Person
from parvis.core.people.models.person import canonical
from parvis.lib.funding import may_change
from parvis.lib.funding.campaigns import CampaignState
from parvis.lib.funding.pledges import BACKING
from parvis.lib.refusal import Refusal

from ..models import Campaign, Pledge
from ..wishes import Sum


class NotRunning(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This campaign takes no pledges now. Its page says how it stands."))


class TooLate(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("The deadline has passed: this campaign takes no pledges any more. Nothing was debited.")
        )


class OwnCampaign(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This is your own campaign: a pledge of yours would not be one of others."))


class BacksAlready(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "You back this campaign already. Change the pledge that you have; the mail that confirmed it leads there."
            )
        )


class WouldFallBelow(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "In its last 24 hours, nobody can take a campaign below the goal that it has reached. "
                "Your pledge stays as it was; write to who makes the campaign if you cannot keep it."
            )
        )


class NotYours(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This pledge cannot be changed any more. Its page says how it stands."))


class AnotherSum(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This is what it comes to now. Read it once more, then confirm it below."))


def refuse_another_sum(total: Sum, expected: int | None) -> None:
    """Raises AnotherSum: nobody promises another sum than the one that they read."""
    if expected is not None and total.amount != expected:
        raise AnotherSum


def refuse_unless_open(campaign: Campaign, at: datetime) -> None:
    """Raises NotRunning and TooLate."""
    if campaign.state in {CampaignState.SUCCESSFUL, CampaignState.FAILED, CampaignState.WAITING}:
        raise TooLate
    if campaign.state != CampaignState.LIVE:
        raise NotRunning
    if campaign.deadline_at is None or at >= campaign.deadline_at:
        raise TooLate


def refuse_own(campaign: Campaign, *, address: str, person: Person | None) -> None:
    """Raises OwnCampaign."""
    theirs = campaign.creator.addresses.exclude(verified_at=None).filter(canonical=canonical(address))
    if person == campaign.creator or theirs.exists():
        raise OwnCampaign


def refuse_second(campaign: Campaign, person: Person, *, but: int = 0) -> None:
    """Raises BacksAlready."""
    backing = Pledge.objects.filter(campaign=campaign, person=person, state__in=[*map(str, BACKING)])
    if backing.exclude(pk=but).exists():
        raise BacksAlready


def refuse_below(campaign: Campaign, change: int, at: datetime) -> None:
    """Raises WouldFallBelow. The campaign is held: of two who take back at once, the second is judged after the first."""
    assert campaign.deadline_at is not None
    if not may_change(
        total=campaign.pledged,
        change=change,
        goal=campaign.goal,
        deadline_at=campaign.deadline_at,
        now=at,
    ):
        raise WouldFallBelow
