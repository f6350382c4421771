"""What stands in a stream for a campaign, and where its page is."""

from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse

from parvis.core.audiences.rule import Viewer
from parvis.core.stream.models import Publication

from .models import Campaign


def details(publications: Iterable[Publication], viewer: Viewer) -> Mapping[int, object]:
    """The campaigns of these publications."""
    rows = Campaign.objects.visible_to(viewer).filter(publication__in=list(publications))
    return {campaign.publication_id: campaign for campaign in rows}


def addresses(publications: Sequence[Publication]) -> Mapping[int, str]:
    """The paths of the pages of campaigns."""
    rows = Campaign.objects.unguarded("an address tells nothing").filter(publication__in=publications)
    return {
        number: reverse("campaigns:campaign", args=[slug])
        for number, slug in rows.values_list("publication_id", "slug")
    }
