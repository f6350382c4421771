"""News of a campaign as a list: begun, taken away and brought back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from parvis.core.people.http import person_only, see_other, who
from parvis.core.people.request import Request
from parvis.core.stream.afterwards import page_afterwards
from parvis.core.stream.finding import mine_or_404
from parvis.lib.funding.campaigns import CampaignState
from parvis.lib.refusal import Refusal

from ..actions import telling
from ..models import Campaign, Update
from ..readers import To


def own_campaign(request: Request, slug: str) -> Campaign:
    """A campaign of the asker's own. Raises Http404."""
    rows = Campaign.objects.of(who(request)).filter(publication__deleted_at=None)
    found: Campaign = get_object_or_404(rows.select_related("publication__author", "source"), slug=slug)
    return found


def own_update(request: Request, slug: str, public_id: str, *, deleted: bool = False) -> Update:
    """An update of a campaign of the asker's own. Raises Http404."""
    campaign = own_campaign(request, slug)
    publication = mine_or_404(who(request), public_id, deleted=deleted)
    rows = Update.objects.unguarded("one's own update").filter(campaign=campaign, publication=publication)
    update: Update = get_object_or_404(rows)
    update.campaign, update.publication = campaign, publication
    return update


@require_POST
@person_only
def begin(request: Request, slug: str) -> HttpResponse:
    """A new update that only its author sees: empty, or with a word of thanks to begin with."""
    campaign = own_campaign(request, slug)
    fields = thanks_of(campaign) if request.POST.get("for") == "thanks" else None
    update = telling.start_update(campaign=campaign, at=request.at, fields=fields)
    return see_other("campaigns:update-edit", slug, update.publication.public_id)


def thanks_of(campaign: Campaign) -> dict[str, object]:
    """A word of thanks to those who back it, in the language of the campaign, for its author to go on from."""
    language = campaign.publication.language
    with translation.override(language):
        title = _("Thank you")
        text = _("It has reached its goal because of you. What happens now:")
    return {
        "title": title,
        "text": text,
        "language": language,
        "to": To.BACKERS.value,
        "rewards": [],
        "is_whole": "on",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@person_only
def delete(request: Request, slug: str, public_id: str) -> HttpResponse:
    """Take an update away; for thirty days it can come back."""
    update = own_update(request, slug, public_id)
    if request.method != "POST":
        return render(request, "campaigns/telling/delete.html", {"update": update})
    telling.delete_update(update=update, by=who(request), at=request.at)
    undo = reverse("campaigns:update-restore", args=[slug, public_id])
    messages.success(request, _("The update is taken away."), extra_tags=f"undo:{undo}")
    return see_other(page_afterwards(update.publication, request.at) or update.campaign.get_absolute_url())


@require_POST
@person_only
def restore(request: Request, slug: str, public_id: str) -> HttpResponse:
    """Bring an update back, for the same people."""
    update = own_update(request, slug, public_id, deleted=True)
    try:
        telling.restore_update(update=update, by=who(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return see_other(update.campaign.get_absolute_url())
    messages.success(request, _("It is back, for the same people."))
    if update.number is None:
        return see_other("campaigns:update-edit", slug, public_id)
    return see_other(update.publication.get_absolute_url())


@require_http_methods(["GET", "HEAD"])
@person_only
def desk(request: Request, slug: str) -> HttpResponse:
    """What is written of a campaign: drafts, what is out, what was taken away and can come back."""
    campaign = own_campaign(request, slug)
    rows = Update.objects.unguarded("updates of one's own campaign").filter(campaign=campaign)
    rows = rows.select_related("publication", "publication__working_copy")
    here = rows.filter(publication__deleted_at=None)
    context = {
        "campaign": campaign,
        "drafts": here.filter(number=None).order_by("-publication__ord"),
        "out": here.exclude(number=None).order_by("-number"),
        "suggests_thanks": campaign.state == CampaignState.SUCCESSFUL
        and not here.filter(publication__made_at__gte=campaign.decided_at).exists(),
        "trash": rows.exclude(publication__deleted_at=None).exclude(source="", publication__title=""),
    }
    return render(request, "campaigns/telling/desk.html", context)
