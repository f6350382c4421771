"""Badges of the square's own: its owners add one without code, see it drawn, and take it away."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from parvis.core.people.http import owners_only, see_other, who
from parvis.core.people.request import Request

from .. import actions
from ..badge_forms import BadgeForm
from ..game.badges import BadBadges
from ..game.loading import load
from ..models import OwnBadge
from .playing import drawn


@require_http_methods(["GET", "POST"])
@owners_only
def own_badges(request: Request) -> HttpResponseBase:
    """The badges that were added, and a form for one more; “look” draws it without adding it."""
    form = BadgeForm(request.POST or None)
    shown = None
    if request.method == "POST" and form.is_valid():
        row = form.row()
        try:
            if request.POST.get("do") == "look":
                shown = drawn(load([{**row, "id": "new"}])[0], 1)
            else:
                actions.add_badge(by=who(request), row=row, at=request.at)
                messages.success(
                    request, _("The badge is added. Within some minutes, who has earned it holds it.")
                )
                return see_other("places:own-badges")
        except BadBadges as bad:
            for fault in bad.faults:
                form.add_error(None, _(fault.words) % {"badge": row["name"]["en"], **fault.values})
    rows = OwnBadge.objects.order_by("pk")
    kept = [(row, drawn(load([row.row])[0], 1)) for row in rows]
    is_wrong = request.method == "POST" and shown is None
    page = {"form": form, "shown": shown, "kept": kept}
    return render(request, "places/own_badges.html", page, status=422 if is_wrong else 200)


@require_POST
@owners_only
def drop_badge(request: Request, slug: str) -> HttpResponseBase:
    """Nobody holds it any more."""
    actions.drop_badge(badge=get_object_or_404(OwnBadge, slug=slug))
    messages.success(request, _("The badge is gone."))
    return see_other("places:own-badges")
