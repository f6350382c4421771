"""The finished work as lists, mails and the pages of its campaign show it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from parvis.core.audiences.rule import Viewer
from parvis.core.stream.models import Attachment, Publication
from parvis.lib.funding.campaigns import Release
from parvis.lib.markup import excerpt

from .licences import LICENCES, Licence
from .models import Campaign, Work
from .told import A_LEAD, called


@dataclass(frozen=True)
class WorkCard:
    """A work in a list, with its licence and its campaign."""

    lead: str
    licence: str
    campaign: str
    language: str
    campaign_path: str
    path: str


def details(publications: Iterable[Publication], viewer: Viewer) -> Mapping[int, object]:
    """The cards of these works."""
    rows = Work.objects.visible_to(viewer).filter(publication__in=list(publications))
    here = get_language() or "en"
    found: dict[int, object] = {}
    for work in rows.select_related("campaign__source", "campaign__publication"):
        language, title = called(work.campaign, here)
        found[work.publication_id] = WorkCard(
            lead=excerpt(work.html, A_LEAD),
            licence=str(licence_of(work).name),
            campaign=title,
            language=language,
            campaign_path=reverse("campaigns:campaign", args=[work.campaign.slug]),
            path=reverse("campaigns:work", args=[work.campaign.slug]),
        )
    return found


def licence_of(work: Work) -> Licence:
    return LICENCES[work.licence]


def addresses(publications: Sequence[Publication]) -> Mapping[int, str]:
    """The paths of works."""
    rows = Work.objects.unguarded("an address tells nothing").filter(publication__in=publications)
    return {
        number: reverse("campaigns:work", args=[slug])
        for number, slug in rows.values_list("publication_id", "campaign__slug")
    }


def whole(publication: Publication) -> str:
    """The text of a work that the reader has been found to see."""
    rows = Work.objects.unguarded("a work already seen").filter(publication=publication)
    return str(rows.values_list("html", flat=True).get())


def heading(publication: Publication) -> str:
    """What a work without a title is called."""
    rows = Campaign.objects.unguarded("the campaign of a work already seen")
    campaign = rows.select_related("source", "publication").get(work__publication=publication)
    return _("The work of “%(campaign)s”") % {"campaign": called(campaign, get_language() or "en")[1]}


def announced(publication: Publication) -> str:
    """What it says of itself elsewhere."""
    return publication.title or heading(publication)


def files_of(work: Work, viewer: Viewer) -> Sequence[Attachment]:
    """The files of a work that this viewer may have, in their order."""
    rows = Attachment.objects.visible_to(viewer).filter(publication=work.publication_id)
    return list(rows.order_by("position", "pk"))


@dataclass(frozen=True)
class Released:
    """How far a finished work is given, and where this viewer reads it ("" for nowhere)."""

    is_free: bool
    at: datetime
    path: str


def release_for(campaign: Campaign, viewer: Viewer) -> Released | None:
    """What `campaigns/release.html` says on the page of a campaign; None while nothing is given."""
    if campaign.release == Release.NONE or campaign.release_at is None:
        return None
    seen = Work.objects.visible_to(viewer).filter(campaign=campaign, publication__deleted_at=None).exists()
    return Released(
        is_free=campaign.release == Release.PUBLIC,
        at=campaign.release_at,
        path=reverse("campaigns:work", args=[campaign.slug]) if seen else "",
    )
