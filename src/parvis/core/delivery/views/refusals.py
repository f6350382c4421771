"""For the owners: providers that refuse mail, people who get none, complaints, and mails that nobody here understood."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parvis.core.people.http import owners_only, see_other, whole
from parvis.core.people.request import Request

from ..actions.breaking import resume
from ..intake import turned_away
from ..models import Breaker, Complaint, Hold, Puzzle

MOST = 200


def complaints() -> Sequence[Complaint]:
    """Who complained, and when, once for each moment; of what is theirs alone to know."""
    rows = Complaint.objects.select_related("person").order_by("-at")[:MOST]
    return list({(one.person_id, one.at): one for one in rows}.values())


@require_http_methods(["GET", "POST"])
@owners_only
def refusals(request: Request) -> HttpResponseBase:
    """What is refused, in the words of whoever refuses it; a button sends to a provider again."""
    if request.method == "POST":
        breaker = Breaker.objects.filter(pk=whole(request.POST.get("resume", ""))).first()
        if breaker is not None:
            resume(breaker=breaker, at=request.at)
            words = _("Mails go to %(domain)s again.")
            messages.success(request, words % {"domain": breaker.domain})
        return see_other("desk-refusals")
    page = {
        "breakers": Breaker.objects.order_by("domain"),
        "complaints": complaints(),
        "puzzles": Puzzle.objects.select_related("mail__person").order_by("-at")[:MOST],
        "turned_away": turned_away(request.at),
        "holds": Hold.objects.select_related("address__person").order_by("-at")[:MOST],
    }
    return render(request, "delivery/refusals.html", page)
