"""Answering whether one wants to be named; saying that one has left."""

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parvis.core.people.http import members_only, see_other, who
from parvis.core.people.request import Request

from .. import actions
from ..models import Companion, Whereabouts


@require_POST
@members_only
def company(request: Request, public_id: str) -> HttpResponseBase:
    """Yes or no to being named on a check-in; no at any time. Raises Http404 for what one may not see."""
    rows = Companion.objects.visible_to(request.viewer).select_related("publication")
    row = rows.filter(publication__public_id=public_id, person=who(request)).first()
    if row is None:
        raise Http404
    if request.POST.get("do") == "agree":
        actions.agree_to_be_named(companion=row, at=request.at)
        messages.success(request, _("Your name stands there now, for those who see it."))
    else:
        actions.decline_to_be_named(companion=row, at=request.at)
        messages.success(request, _("Your name does not stand there."))
    return see_other("places:checkin", public_id)


@require_POST
@members_only
def left(request: Request, public_id: str) -> HttpResponseBase:
    """One has left: others may know now. Raises Http404."""
    rows = Whereabouts.objects.of(who(request)).select_related("publication__author", "publication__audience")
    row = rows.filter(publication__public_id=public_id, publication__deleted_at=None).first()
    if row is None:
        raise Http404
    actions.leave(row=row, at=request.at)
    messages.success(request, _("Others can see it now."))
    return see_other("places:checkin", public_id)
