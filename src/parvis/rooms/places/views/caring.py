"""Keeping venues well together: reporting one, proposing a correction, deciding on one."""

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from parvis.core.people.http import members_only, see_other, who
from parvis.core.people.limits import allow, too_often
from parvis.core.people.request import Request
from parvis.lib.refusal import Refusal

from .. import actions
from ..actions.caring import HOME
from ..actions.venues import Described, described
from ..finding import tags_used
from ..forms import ProposalForm, VenueReportForm
from ..knowing import may_correct
from ..models import VenueProposal
from .venues import start_of, venue_or_404

REPORTS, HOMES = "20/h", "3/d"


@require_http_methods(["GET", "POST"])
@members_only
def report_venue(request: Request, public_id: str) -> HttpResponseBase:
    """Ask the owners to look at a place that members find."""
    venue = venue_or_404(request, public_id)
    if not venue.is_shared or venue.merged_into is not None:
        raise Http404
    form = VenueReportForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        if not allow("report", REPORTS, request) or (reason == HOME and not allow("home", HOMES, request)):
            return too_often(request)
        actions.report_venue(
            venue=venue, by=who(request), reason=reason, words=form.cleaned_data["words"], at=request.at
        )
        messages.success(
            request, _("The owners will look at it. You will find their answer among your notices.")
        )
        return see_other("places:home")
    return render(request, "places/report.html", {"form": form, "venue": venue})


@require_http_methods(["GET", "POST"])
@members_only
def propose(request: Request, public_id: str) -> HttpResponseBase:
    """Propose another name, another point, other tags to who keeps a place."""
    venue = venue_or_404(request, public_id)
    if may_correct(request.person, venue) or venue.merged_into is not None:
        return see_other("places:correct", venue.standing().public_id)
    form = ProposalForm(request.POST or None, initial=start_of(venue), tags=tags_used(request.viewer))
    if form.is_valid():
        kept = described(venue)
        said = Described(**form.cleaned_data, is_shared=kept.is_shared, has_mayor=kept.has_mayor)
        try:
            actions.propose(venue=venue, by=who(request), said=said, at=request.at)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your correction waits for whoever keeps this place."))
            return see_other("places:venue", venue.public_id)
    title = _("Propose a correction: %(name)s") % {"name": venue.name}
    page = {"title": title, "form": form, "back": reverse("places:venue", args=[venue.public_id])}
    return render(request, "places/new_venue.html", page)


@require_POST
@members_only
def decide(request: Request, number: int) -> HttpResponseBase:
    """Accept a correction, or leave the place as it is."""
    proposal = get_object_or_404(VenueProposal.objects.select_related("venue"), pk=number)
    if not may_correct(request.person, proposal.venue):
        raise Http404
    if request.POST.get("do") == "accept":
        try:
            actions.accept(proposal=proposal)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The place is corrected."))
    else:
        actions.decline(proposal=proposal)
        messages.success(request, _("The place stays as it is."))
    return see_other("places:venue", proposal.venue.public_id)
