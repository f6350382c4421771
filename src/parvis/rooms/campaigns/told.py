"""Updates as lists, mails and the pages of campaigns show them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Person
from parvis.core.stream.cards import Card, cards
from parvis.core.stream.models import Publication
from parvis.lib.funding.pledges import BACKING
from parvis.lib.markup import excerpt

from .models import Campaign, Pledge, Update

A_LEAD = 40
"""Words of an update in a list."""


@dataclass(frozen=True)
class UpdateCard:
    """An update in a list, with what its campaign is called and where that is."""

    number: int
    lead: str
    campaign: str
    language: str
    campaign_path: str
    path: str


def details(publications: Iterable[Publication], viewer: Viewer) -> Mapping[int, object]:
    """The cards of these updates, as far as their campaigns are seen too."""
    rows = Update.objects.visible_to(viewer).filter(publication__in=list(publications))
    here = get_language() or "en"
    found: dict[int, object] = {}
    for update in rows.exclude(number=None).select_related("campaign__source", "campaign__publication"):
        campaign = update.campaign
        language, title = called(campaign, here)
        found[update.publication_id] = UpdateCard(
            number=update.number or 0,
            lead=excerpt(update.html, A_LEAD),
            campaign=title,
            language=language,
            campaign_path=reverse("campaigns:campaign", args=[campaign.slug]),
            path=path_of(update, campaign.slug),
        )
    return found


def called(campaign: Campaign, language: str) -> tuple[str, str]:
    """(language, title) of a campaign, in this language or in the one that it has."""
    names: Mapping[str, str] = campaign.source.names
    for code in [language[:2], campaign.publication.language, *names]:
        if names.get(code):
            return code, names[code]
    return language, campaign.publication.title


def path_of(update: Update, slug: str) -> str:
    """Where an update is read; a draft has the page where it is written."""
    if update.number is None:
        return reverse("campaigns:update-edit", args=[slug, update.publication.public_id])
    return reverse("campaigns:update", args=[slug, update.number])


def addresses(publications: Sequence[Publication]) -> Mapping[int, str]:
    """The paths of updates."""
    rows = Update.objects.unguarded("an address tells nothing").filter(publication__in=publications)
    found = rows.select_related("campaign", "publication")
    return {one.publication_id: path_of(one, one.campaign.slug) for one in found}


def whole(publication: Publication) -> str:
    """The text of an update that the reader has been found to see."""
    rows = Update.objects.unguarded("an update already seen").filter(publication=publication)
    return str(rows.values_list("html", flat=True).get())


def campaign_of(publication: Publication) -> Campaign:
    """The campaign that something is told of; whoever reads that reads it too."""
    rows = Campaign.objects.unguarded("a campaign of which something is read").select_related(
        "source", "publication"
    )
    found: Campaign = rows.get(updates__publication=publication)
    return found


def heading(publication: Publication) -> str:
    """What an update without a title is called."""
    return _("News of “%(campaign)s”") % {
        "campaign": called(campaign_of(publication), get_language() or "en")[1]
    }


def announced(publication: Publication) -> str:
    """What it says of itself elsewhere."""
    return publication.title or heading(publication)


def backs(publication: Publication, person: Person) -> bool:
    """Whether somebody may write under a campaign or what it tells: who makes it, and who backs it."""
    if publication.author_id == person.pk:
        return True
    rows = Campaign.objects.unguarded("of which campaign something tells")
    about = rows.filter(Q(publication=publication) | Q(updates__publication=publication)).values("pk")
    return Pledge.objects.filter(campaign__in=about, person=person, state__in=[*map(str, BACKING)]).exists()


def updates_for(campaign: Campaign, viewer: Viewer) -> Sequence[Card]:
    """The updates of a campaign that this viewer reads, the newest first, as `campaigns/updates.html` shows them."""
    rows = Publication.objects.visible_to(viewer).published(viewer).filter(campaign_update__campaign=campaign)
    found = list(rows.filter(deleted_at=None).for_lists().newest_first())
    return cards(found, viewer) if found else []
