"""For whoever runs the square: a campaign is held, let go on, or called off."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parvis.core.people.http import owners_only, see_other, who
from parvis.core.people.request import Request
from parvis.lib.funding.campaigns import CAMPAIGNS, CampaignMove, CampaignState

from ..actions import launching
from ..forms.making import ReasonForm
from ..models import Campaign
from .guarding import tried

MOVES = (CampaignMove.SUSPEND, CampaignMove.RESUME, CampaignMove.CANCEL)


@require_http_methods(["GET", "HEAD", "POST"])
@owners_only
def hold(request: Request, slug: str) -> HttpResponseBase:
    """What can be done to it now, each with a reason."""
    rows = Campaign.objects.visible_to(request.viewer).exclude(launched_at=None)
    campaign = get_object_or_404(rows.select_related("publication__author"), slug=slug)
    possible = CAMPAIGNS.of(CampaignState(campaign.state))
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        form.fields["because"].required = request.POST.get("do") != CampaignMove.RESUME
        if form.is_valid():
            if tried(request, lambda: act(request, campaign, form.cleaned_data["because"])):
                messages.success(request, _("It is done. Whoever makes the campaign is told."))
            return see_other("campaigns:hold", slug)
    context = {
        "campaign": campaign,
        "form": form,
        "can": {str(move): move in possible for move in MOVES},
    }
    return render(
        request, "campaigns/making/hold.html", context, status=422 if request.method == "POST" else 200
    )


def act(request: Request, campaign: Campaign, because: str) -> None:
    """Do what the button says."""
    by = who(request)
    match request.POST.get("do"):
        case CampaignMove.SUSPEND:
            launching.suspend(campaign=campaign, by=by, because=because, at=request.at)
        case CampaignMove.RESUME:
            launching.resume(campaign=campaign, by=by, clock=timezone.now)
        case CampaignMove.CANCEL:
            launching.cancel(campaign=campaign, by=by, because=because, clock=timezone.now)
