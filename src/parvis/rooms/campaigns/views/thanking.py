"""Who is thanked by name: a page for everyone after success, and a list for the book."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from parvis.core.people.http import person_only
from parvis.core.people.request import Request
from parvis.lib.funding.campaigns import CampaignState

from ..models import Campaign
from ..pages.thanking import for_print, thanked
from ..told import called
from .fulfilling import successful


@require_safe
def thanks(request: Request, slug: str) -> HttpResponse:
    """The names of those who made it possible, as each of them chose."""
    rows = Campaign.objects.visible_to(request.viewer).filter(publication__deleted_at=None)
    campaign: Campaign = get_object_or_404(rows.select_related("publication__author", "source"), slug=slug)
    if campaign.state != CampaignState.SUCCESSFUL:
        raise Http404
    context = {
        "campaign": campaign,
        "called": called(campaign, request.LANGUAGE_CODE or "en"),
        "thanked": thanked(campaign),
        "is_mine": campaign.publication.author_id == request.viewer.person_id,
    }
    return render(request, "campaigns/thanks.html", context)


@require_safe
@person_only
def list_for_print(request: Request, slug: str) -> HttpResponse:
    """The names in plain text, one a line."""
    campaign = successful(request, slug)
    response = HttpResponse(for_print(campaign), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{campaign.slug}-thanks.txt"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
