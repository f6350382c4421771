"""Two entries for one place: choose the one that stays, or take them apart again."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from parvis.core.people.http import members_only, see_other, who
from parvis.core.people.request import Request
from parvis.lib.refusal import Refusal

from .. import actions
from ..finding import called, near
from ..models import Venue
from .venues import own_to_correct, venue_or_404

CLOSE = 12


@require_http_methods(["GET", "POST"])
@members_only
def merge(request: Request, public_id: str) -> HttpResponseBase:
    """The places to which this one may lead: those around it, or those so called; POST names one."""
    venue = own_to_correct(request, public_id)
    if request.method == "POST" and request.POST.get("venue"):
        into = venue_or_404(request, request.POST["venue"])
        try:
            standing = actions.merge(venue=venue, into=into, by=who(request), at=request.at)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The two are one place now. You can take them apart again here."))
            return see_other("places:venue", standing.public_id)
    asked = (request.POST.get("q") or request.GET.get("q") or "").strip()[:100]
    found = (
        called(request.viewer, asked, point=venue.point)
        if asked
        else near(request.viewer, venue.point, count=CLOSE + 1)
    )
    page = {"venue": venue, "q": asked, "found": [one for one in found if one.venue != venue]}
    return render(request, "places/merge.html", page)


@require_POST
@members_only
def take_apart(request: Request, public_id: str) -> HttpResponseBase:
    """One that leads to another stands for itself again."""
    venue: Venue = venue_or_404(request, public_id)
    try:
        actions.take_apart(venue=venue, by=who(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return see_other("places:venue", venue.public_id)
    messages.success(request, _("They are two places again, as they were."))
    return see_other("places:venue", venue.public_id)
