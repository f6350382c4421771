"""What whoever makes a campaign has to do next, in a sentence and a link."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from parvis.lib.funding.campaigns import BEFORE, CampaignState, Collection

from ..actions.lacking import Facts, lacks
from ..models import Campaign


@dataclass(frozen=True)
class Step:
    """A sentence, what the link to it says, and where it leads."""

    sentence: str
    words: str
    path: str


def next_step(campaign: Campaign, facts: Facts) -> Step:
    """The one thing that comes next."""
    desk = reverse("campaigns:desk", args=[campaign.slug])
    if campaign.state in BEFORE:
        missing = lacks(campaign, facts)
        if missing:
            where = reverse("campaigns:edit", args=[campaign.slug])
            return Step(missing[0], _("Go on writing"), where)
        where = reverse("campaigns:launch", args=[campaign.slug])
        return Step(_("Nothing is missing: it can be launched."), _("Launch it"), where)
    return Step(*after(campaign), desk)


def after(campaign: Campaign) -> tuple[str, str]:
    """The sentence and the words of the link for one that was launched."""
    look = _("See how it stands")
    match campaign.state:
        case CampaignState.LIVE:
            return _("It runs. Tell people of it."), look
        case CampaignState.WAITING:
            return _("The deadline has passed; what was begun in time is still being finished."), look
        case CampaignState.SUSPENDED:
            return _("Whoever runs the square holds it. Write to them."), look
        case CampaignState.SUCCESSFUL if campaign.collection in {Collection.CLOSED, Collection.UNDONE}:
            return _("The collection is closed. Keep what you promised, and tell how it goes."), look
        case CampaignState.SUCCESSFUL:
            return _("It has succeeded. What was promised is being collected."), look
    return _("It has ended, and nobody was debited."), look
