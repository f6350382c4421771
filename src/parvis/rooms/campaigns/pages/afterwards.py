"""What a backer finds on the page of their pledge once a campaign has succeeded: questions, what was sent, the news, the work."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from parvis.core.audiences.rule import Viewer
from parvis.lib.funding.campaigns import CampaignState
from parvis.lib.funding.pledges import BACKING

from ..actions.asking import surveys_for
from ..links import token_of
from ..models import Answer, Fulfilment, Pledge, Work


@dataclass(frozen=True)
class Afterwards:
    """`asks` something that is not answered yet; `survey`, `news` and `work` are paths, "" where there is nothing."""

    survey: str
    asks: bool
    is_locked: bool
    news: str
    work: str
    arrived: str
    fulfilment: Fulfilment
    expected_on: date | None
    sent_at: datetime | None
    arrived_at: datetime | None

    @property
    def may_have_come(self) -> bool:
        """Whether its backer may say that it has arrived: it was sent, or the rewards are under way."""
        is_begun = self.sent_at is not None or self.fulfilment != Fulfilment.NOT_STARTED
        return is_begun and self.arrived_at is None


def afterwards_of(pledge: Pledge, at: datetime) -> Afterwards | None:
    """For `campaigns/afterwards.html`; None for who backs nothing (any more), and before the campaign has succeeded."""
    campaign = pledge.campaign
    if pledge.state not in BACKING or campaign.state != CampaignState.SUCCESSFUL or pledge.person is None:
        return None
    surveys = surveys_for(pledge)
    answered = set(Answer.objects.filter(pledge=pledge).values_list("survey_id", flat=True))
    open_ones = [one for one in surveys if one.locked_at is None]
    viewer = Viewer.of(pledge.person, at)
    has_work = (
        Work.objects.visible_to(viewer).filter(campaign=campaign, publication__deleted_at=None).exists()
    )
    token = [token_of(pledge)]
    return Afterwards(
        survey=reverse("campaigns:survey", args=token) if surveys else "",
        asks=any(one.pk not in answered for one in open_ones),
        is_locked=not open_ones,
        news=reverse("campaigns:updates-by-link", args=token),
        work=reverse("campaigns:work-by-link", args=token) if has_work else "",
        arrived=reverse("campaigns:arrived", args=token),
        fulfilment=Fulfilment(campaign.fulfilment),
        expected_on=campaign.expected_on,
        sent_at=pledge.sent_at,
        arrived_at=pledge.arrived_at,
    )
