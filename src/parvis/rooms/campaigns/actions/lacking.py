"""What stands between a campaign and its launch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from ..billing import why_unbillable
from ..models import Campaign, Milestone, Story


@dataclass(frozen=True)
class Facts:
    """What `lacks` asks beside the campaign itself: what it says, and its lowest milestone."""

    words: Mapping[str, Mapping[str, str]]
    lowest: int | None


def facts_of(campaigns: Iterable[Campaign]) -> dict[int, Facts]:
    """The facts of some campaigns by their numbers, in two queries."""
    numbers = [campaign.pk for campaign in campaigns]
    stories = Story.objects.unguarded("one's own campaigns").filter(campaign__in=numbers)
    words = dict(stories.order_by("number").values_list("campaign_id", "words"))
    beyond = Milestone.objects.unguarded("one's own campaigns").filter(campaign__in=numbers)
    lowest = dict(beyond.values_list("campaign_id").annotate(Min("amount")).order_by())
    return {number: Facts(words.get(number, {}), lowest.get(number)) for number in numbers}


def lacks(campaign: Campaign, facts: Facts | None = None) -> list[str]:
    """What stands between a campaign and its launch, in sentences to its author."""
    facts = facts or facts_of([campaign])[campaign.pk]
    found = lacks_words(facts.words)
    if campaign.goal <= 0:
        found.append(str(_("Set a goal.")))
    if campaign.bank is None and campaign.card is None:
        found.append(str(_("Say how it is to be paid: an account at a bank, or cards.")))
    if any(one is not None and one.closed_at is not None for one in (campaign.bank, campaign.card)):
        found.append(str(_("An account that you chose was closed meanwhile. Choose another one.")))
    else:
        found += why_unbillable(campaign)
    if facts.lowest is not None and facts.lowest <= campaign.goal:
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
