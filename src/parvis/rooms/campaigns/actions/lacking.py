"""What stands between a campaign and its launch."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from ..billing import why_unbillable
from ..models import Campaign, Milestone


def lacks(campaign: Campaign) -> list[str]:
    """What stands between a campaign and its launch, in sentences to its author."""
    story = campaign.stories.unguarded("one's own campaign").order_by("-number").first()
    found = lacks_words(story.words if story is not None else {})
    if campaign.goal <= 0:
        found.append(str(_("Set a goal.")))
    if campaign.bank is None and campaign.card is None:
        found.append(str(_("Say how it is to be paid: an account at a bank, or cards.")))
    if any(one is not None and one.closed_at is not None for one in (campaign.bank, campaign.card)):
        found.append(str(_("An account that you chose was closed meanwhile. Choose another one.")))
    else:
        found += why_unbillable(campaign)
    beyond = Milestone.objects.unguarded("one's own campaign").filter(campaign=campaign)
    if beyond.filter(amount__lte=campaign.goal).exists():
        found.append(str(_("A milestone lies beyond the goal: change those that do not.")))
    return found


def lacks_words(words: Mapping[str, Mapping[str, str]]) -> list[str]:
    """What a campaign has not said of itself in any language, in sentences to its author."""
    asked = {
        "title": _("Give it a title."),
        "story": _("Tell what it is about."),
        "risks": _("Say what could go wrong."),
    }
    return [str(ask) for part, ask in asked.items() if not any(said.get(part) for said in words.values())]
