"""Asking to be told once a reward that is sold out can be had again."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parvis.core.people.http import members_only, see_other, who
from parvis.core.people.request import Request
from parvis.lib.refusal import Refusal

from ..actions.waiting import wait_for, wait_no_more
from ..models import Reward


@require_POST
@members_only
def wait(request: Request, slug: str, public_id: str) -> HttpResponseBase:
    """Wait for it, or no more."""
    rows = Reward.objects.visible_to(request.viewer).select_related("campaign")
    reward = get_object_or_404(rows, public_id=public_id, campaign__slug=slug)
    if request.POST.get("do") == "stop":
        wait_no_more(reward=reward, person=who(request))
        messages.success(request, _("You are not waiting for it any more."))
        return see_other("campaigns:campaign", slug)
    try:
        wait_for(reward=reward, person=who(request), at=request.at)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("We will write to you once it can be had again."))
    return see_other("campaigns:campaign", slug)
