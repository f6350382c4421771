"""How a campaign stands, for whoever makes it: the figures, the pledges, and declining one of them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from parvis.core.people.http import see_other, who, whole
from parvis.core.people.request import Request
from parvis.lib.funding.campaigns import BEFORE, CampaignState
from parvis.lib.funding.pledges import PledgeState

from ..actions import closing, pledging
from ..forms.making import ReasonForm
from ..models import Campaign, Pledge, Shown
from ..models.pledges import PledgeQuerySet
from ..pages.figures import bars, by_state, days_of, waited_for, weight_of
from ..published import GONE
from ..words.naming import shown_as
from ..words.wording import remains
from .guarding import own, page, tried

A_PAGE = 50
A_MONTH = 30
"""Days for which the drawing has room at least: two alone would be two walls."""


@require_safe
@own
def desk(request: Request, campaign: Campaign) -> HttpResponseBase:
    """The figures."""
    if campaign.state in BEFORE:
        return see_other("campaigns:launch", campaign.slug)
    days = days_of(campaign, request.at)
    is_running = campaign.is_running or campaign.state == CampaignState.SUSPENDED
    context: dict[str, object] = {
        "days": days,
        "bars": bars(days),
        "width": max(len(days), A_MONTH) * 10,
        "weight": weight_of(campaign) if is_running else None,
        "foretold": closing.foretell(campaign, request.at) if is_running else None,
        "missing": max(campaign.goal - campaign.pledged, 0),
        "percent": campaign.pledged * 100 // campaign.goal,
        "is_running": is_running,
        "states": by_state(campaign) if campaign.has_ended else [],
        "waited": waited_for(campaign),
        "remains": remains(campaign.deadline_at, request.at) if campaign.deadline_at is not None else "",
        "ended_at": campaign.deadline_at if campaign.decided_at is not None else campaign.state_at,
    }
    return page(request, "desk", campaign, context)


@require_safe
@own
def pledges(request: Request, campaign: Campaign) -> HttpResponseBase:
    """Who pledged what. Names and addresses come with success; before that, what each of them shows."""
    knows_them = campaign.state == CampaignState.SUCCESSFUL
    sought = request.GET.get("q", "").strip()[:100]
    rows = Pledge.objects.filter(campaign=campaign, counted_at__isnull=False)
    if knows_them:
        rows = rows.exclude(state__in=[*map(str, GONE)])  # who took it back stays who they showed
    if sought:
        rows = found(rows, sought, knows_them=knows_them)
    ordered = rows.prefetch_related("reward", "items__reward").order_by("-number")
    shown = Paginator(ordered, A_PAGE).get_page(request.GET.get("page"))
    lines = [(one, one.name if knows_them else shown_as(one.name, one.shown)) for one in shown]
    context: dict[str, object] = {
        "lines": lines,
        "shown": shown,
        "q": sought,
        "knows_them": knows_them,
        "can_remove": campaign.state == CampaignState.LIVE,
    }
    return page(request, "pledges", campaign, context)


def found(rows: PledgeQuerySet, sought: str, *, knows_them: bool) -> PledgeQuerySet:
    """Those with this number or name; what a backer does not show finds nothing before the success."""
    meant = Q(number=whole(sought)) if whole(sought) else Q(pk=None)
    if knows_them:
        return rows.filter(meant | Q(name__icontains=sought) | Q(address__icontains=sought))
    named = Q(shown=Shown.NAME, name__icontains=sought)
    if " " not in sought:
        named |= Q(shown=Shown.FIRST, name__istartswith=sought)
    return rows.filter(meant | named)


@require_http_methods(["GET", "HEAD", "POST"])
@own
def remove_pledge(request: Request, campaign: Campaign, public_id: str) -> HttpResponseBase:
    """Decline a pledge before the deadline, with a reason that its backer reads."""
    rows = Pledge.objects.filter(campaign=campaign, state=PledgeState.ACTIVE)
    pledge = get_object_or_404(rows, public_id=public_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        because = form.cleaned_data["because"]
        if tried(
            request,
            lambda: pledging.remove(pledge=pledge, by=who(request), because=because, clock=timezone.now),
        ):
            messages.success(request, _("The pledge is declined. Its backer is told why."))
        return see_other("campaigns:pledges", campaign.slug)
    left = campaign.pledged - pledge.amount
    context: dict[str, object] = {
        "form": form,
        "pledge": pledge,
        "name": shown_as(pledge.name, pledge.shown),
        "left": left,
        "falls_below": campaign.pledged >= campaign.goal > left,
    }
    return page(request, "remove_pledge", campaign, context, failed=request.method == "POST")
