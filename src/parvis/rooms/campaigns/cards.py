"""What stands in a stream for a campaign, and where its page is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from parvis.core.audiences.rule import Viewer
from parvis.core.stream.models import Publication

from .models import Campaign, Story
from .pages.shown import SEEN, Text, said
from .words.standing import Standing, standing
from .words.wording import here

BELOW = "/campaigns/"


@dataclass(frozen=True, kw_only=True)
class CampaignCard:
    """A campaign in a list."""

    path: str
    title: Text
    line: Text
    standing: Standing


def details(publications: Iterable[Publication], viewer: Viewer) -> Mapping[int, object]:
    """The campaigns of these publications, as their cards show them."""
    rows = Campaign.objects.visible_to(viewer).filter(publication__in=list(publications))
    campaigns = {campaign.pk: campaign for campaign in rows}
    now, found = timezone.now(), {}
    for story in newest(campaigns):
        campaign = campaigns[story.campaign_id]
        found[campaign.publication_id] = CampaignCard(
            path=reverse("campaigns:campaign", args=[campaign.slug]),
            title=said(story.words, "title", here()),
            line=said(story.words, "line", here()),
            standing=standing(campaign, now),
        )
    return found


def newest(campaigns: Iterable[int]) -> Sequence[Story]:
    """What each of these campaigns says now."""
    rows = Story.objects.unguarded(SEEN).filter(campaign__in=list(campaigns))
    later = Story.objects.unguarded(SEEN).filter(campaign=OuterRef("campaign"), number__gt=OuterRef("number"))
    return list(rows.filter(~Exists(later)))


def addresses(publications: Sequence[Publication]) -> Mapping[int, str]:
    """The paths of the pages of campaigns."""
    rows = Campaign.objects.unguarded("an address tells nothing").filter(publication__in=publications)
    return {
        number: reverse("campaigns:campaign", args=[slug])
        for number, slug in rows.values_list("publication_id", "slug")
    }


def at_path(path: str) -> Publication | None:
    """The publication of the campaign whose page stands at a path, whoever asks."""
    slug = path.removeprefix(BELOW).strip("/")
    if not path.startswith(BELOW) or not slug or "/" in slug:
        return None
    rows = Campaign.objects.unguarded("an address leads to a campaign, which the rule then shows or not")
    found = rows.filter(slug=slug).select_related("publication").first()
    return found.publication if found is not None else None
