"""Places of which one's files knew the name alone: which they are, and where one says that they are."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.core.people.http import members_only, see_other, who, whole
from parvis.core.people.request import Request
from parvis.lib.geo.towns import Town, find_towns, town
from parvis.lib.refusal import Refusal

from ..bringing import placing
from ..bringing.placing import Nameless
from ..cards import country
from ..finding import called
from ..models import Placing, Venue
from ..record import address_of

A_PAGE = 50
SHOWN = 10


@require_safe
@members_only
def unplaced(request: Request) -> HttpResponseBase:
    """The places that one's check-ins know by name alone, and those that one has placed of late."""
    me = who(request)
    page = Paginator(placing.unplaced(me), A_PAGE).get_page(whole(request.GET.get("page", "")) or 1)
    placed = Placing.objects.filter(person=me).select_related("venue").order_by("-at", "-pk")[:SHOWN]
    return render(request, "places/unplaced.html", {"page": page, "placed": placed})


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def place_it(request: Request, public_id: str) -> HttpResponseBase:
    """Say where such a place is: one that is known here, or a town. All check-ins there are placed by it."""
    me = who(request)
    known = placing.nameless(me, public_id)
    if known is None:
        raise Http404
    if request.method == "POST":
        return placed(request, known)
    asked = request.GET.get("q", known.name).strip()[:100]
    rows = known.rows(me)
    page = {
        "known": known,
        "count": rows.count(),
        "q": asked,
        "found": [(one.venue, address_of(one.venue)) for one in called(request.viewer, asked)],
        "towns": named(find_towns(asked, limit=8)),
        "there": named(placing.towns_on_those_days(me, rows)),
    }
    return render(request, "places/place_it.html", page)


def named(towns: Sequence[Town]) -> list[tuple[int, str, str]]:
    """Towns with their names and countries in the language of the page."""
    return [(one.id, one.name_in(get_language() or "en"), country(one.country)) for one in towns]


def placed(request: Request, known: Nameless) -> HttpResponse:
    """Place it where a button says. Raises Http404 for what this person is not offered."""
    me = who(request)
    where = town(whole(request.POST.get("town", "")))
    venue = Venue.objects.found_by(request.viewer).filter(public_id=request.POST.get("venue", "")).first()
    count = known.rows(me).count()
    try:
        if where is not None:
            placing.place_in_town(person=me, known=known, where=where, at=request.at)
        elif venue is not None:
            placing.place(person=me, known=known, venue=venue, at=request.at)
        else:
            raise Http404
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        told = ngettext("%(count)d check-in has its place.", "%(count)d check-ins have their place.", count)
        messages.success(request, told % {"count": count})
    return see_other("places:unplaced")


@require_POST
@members_only
def displace(request: Request, public_id: str) -> HttpResponseBase:
    """Take back where one said that a place is."""
    row = get_object_or_404(
        Placing.objects.select_related("person"), public_id=public_id, person=who(request)
    )
    placing.take_back(placing=row, at=request.at)
    messages.success(request, _("It stands by its name alone again."))
    return see_other("places:unplaced")
