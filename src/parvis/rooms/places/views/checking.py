"""Checking in: one page with the venues as buttons, and one with all there is to choose."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from parvis.core.audiences.actions import audience_for
from parvis.core.audiences.forms import AudienceForm
from parvis.core.audiences.models import PUBLIC
from parvis.core.delivery.models import MastodonAccount
from parvis.core.people.http import members_only, see_other, who
from parvis.core.people.request import Request
from parvis.core.people.sizes import takes_files
from parvis.core.stream.finding import mine_or_404
from parvis.core.stream.forms import MOST_PICTURES
from parvis.core.stream.models import Publication
from parvis.lib.refusal import Refusal

from .. import actions
from ..finding import called, near, own, tags_used
from ..forms import CheckinForm, FixForm, VenueForm
from ..knowing import known_to
from ..maps import map_to_choose, map_to_pick
from ..models import Checkin, Mode, Precise, Venue, VenueState

USUAL = "connections"


@require_http_methods(["GET", "POST"])
@members_only
def choose(request: Request) -> HttpResponseBase:
    """Where one is: one's own places first, then what is near or so called; each is a button that checks in.

    POST alone carries the phone's position, so that it stands in no address and no log.
    """
    me = who(request)
    fix = FixForm(request.POST if request.method == "POST" else None)
    point = fix.point() if fix.is_valid() else None
    choice = AudienceForm(
        request.POST if "audience" in request.POST else None, person=me, at=request.at, usual=USUAL
    )
    if request.method == "POST" and request.POST.get("venue"):
        return here(request, choice, fix)
    asked = (request.POST.get("q") or request.GET.get("q") or "").strip()[:100]
    close = near(request.viewer, point) if point is not None and not asked else []
    named = called(request.viewer, asked, me=me, point=point) if asked else []
    page = {
        "title": _("Check in"),
        "q": asked,
        "own": own(me) if not asked else [],
        "near": close,
        "called": named,
        "map": map_to_choose(close or named, point if close else None),
        "has_point": point is not None,
        "fix": fix,
        "choice": choice,
        "said": choice.tell(),
    }
    return render(request, "places/choose.html", page)


def here(request: Request, choice: AudienceForm, fix: FixForm) -> HttpResponseBase:
    """A venue was pressed: one is there, for the people chosen on the page."""
    me = who(request)
    venue = venue_or_404(request, request.POST["venue"])
    if venue.state == VenueState.CLOSED or request.POST.get("do") == "more" or not choice.is_valid():
        return see_other("places:check-in", venue.public_id)
    said = actions.CheckingIn(
        venue=venue,
        fix=fix.point() if fix.is_valid() else None,
        error=fix.cleaned_data.get("error") or 0.0,
    )
    try:
        made = actions.check_in(
            person=me,
            said=said,
            audience=audience_for(expression=choice.expression(), owner=me),
            language=get_language() or me.language,
            at=request.at,
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return see_other("places:write")
    return told(request, made)


def told(request: Request, made: Publication) -> HttpResponse:
    """Say that it is done, and show it."""
    messages.success(request, _("You are checked in."))
    return see_other("places:checkin", made.public_id)


def venue_or_404(request: Request, public_id: str) -> Venue:
    """A venue in which this reader may check in. Raises Http404."""
    known = known_to(request.viewer).select_related("merged_into").filter(public_id=public_id).first()
    if known is None or known.standing().state == VenueState.HIDDEN:
        raise Http404
    return known.standing()


@require_http_methods(["GET", "POST"])
@takes_files(MOST_PICTURES)
@members_only
def check_in(request: Request, public_id: str) -> HttpResponseBase:
    """A check-in with words, pictures, and what others learn of it."""
    return checking(request, venue_or_404(request, public_id))


@require_http_methods(["GET", "POST"])
@takes_files(MOST_PICTURES)
@members_only
def nowhere(request: Request) -> HttpResponseBase:
    """A check-in somewhere off the grid."""
    return checking(request, None)


def checking(request: Request, venue: Venue | None) -> HttpResponseBase:
    """The page of one check-in, and what becomes of it."""
    me = who(request)
    data = request.POST if request.method == "POST" else None
    account = MastodonAccount.objects.filter(person=me, problem="").first()
    is_closed = venue is not None and venue.state == VenueState.CLOSED
    start = {"mode": Mode.WAS_HERE if is_closed else Mode.HERE}
    form = CheckinForm(data, request.FILES or None, initial=start, person=me, account=account)
    choice = AudienceForm(data, person=me, at=request.at, usual=USUAL)
    if data is not None and form.is_valid() and choice.is_valid():
        try:
            return told(request, checked(request, form, choice, venue))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    page = {
        "title": venue.name_in(get_language() or "") if venue is not None else _("Off the grid"),
        "venue": venue,
        "form": form,
        "choice": choice,
        "button": choice.tell().button,
    }
    return render(request, "places/check_in.html", page, status=200 if data is None else 422)


def checked(request: Request, form: CheckinForm, choice: AudienceForm, venue: Venue | None) -> Publication:
    """Check in as the form says. Raises Refusal."""
    me, kept = who(request), form.cleaned_data
    begins, ends = form.moments(request.at)
    audience = audience_for(expression=choice.expression(), owner=me)
    said = actions.CheckingIn(
        venue=venue,
        words=kept["words"],
        mode=kept["mode"] or Mode.HERE,
        precision=Precise.NOWHERE if venue is None else kept["precision"] or Precise.VENUE,
        happened_at=on_clock(kept["happened_at"], venue.zone if venue is not None else me.zone),
        shown_from=begins,
        is_until_gone=kept["shown_from"] == "gone",
        hidden_at=ends,
        company=tuple(kept["company"]),
        announced_to=form.readers_there(is_public=audience.pk == PUBLIC),
        fix=form.point(),
        error=kept["error"] or 0.0,
    )
    return actions.check_in(
        person=me,
        said=said,
        audience=audience,
        language=kept["language"] or get_language() or me.language,
        at=request.at,
        pictures=[(file.name or "", file.read()) for file in kept["pictures"]],
    )


def on_clock(typed: datetime | None, zone: str) -> datetime | None:
    """A time as it was read off the clock of the place."""
    return typed.replace(tzinfo=ZoneInfo(zone)) if typed is not None else None


@require_http_methods(["GET", "POST"])
@members_only
def new_venue(request: Request) -> HttpResponseBase:
    """A place that is not there yet; then one checks in there."""
    data = request.POST if request.POST.get("do") == "make" else None
    start: dict[str, Any] = {
        "is_shared": True,
        "has_mayor": True,
        "name": request.POST.get("q", request.GET.get("q", ""))[:200],
    }
    fix = FixForm(request.POST if request.method == "POST" else None)
    point = fix.point() if data is None and fix.is_valid() else None
    if point is not None:
        start |= {"latitude": round(point.lat, 5), "longitude": round(point.lon, 5)}
    form = VenueForm(data, initial=start, tags=tags_used(request.viewer))
    if data is not None and form.is_valid():
        try:
            venue = actions.make_venue(
                by=who(request), said=actions.Described(**form.cleaned_data), at=request.at
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return see_other("places:check-in", venue.public_id)
    page = {
        "title": _("A new place"),
        "form": form,
        "back": reverse("places:write"),
        "map": map_to_pick(point),
    }
    return render(request, "places/new_venue.html", page, status=200 if data is None else 422)


@require_http_methods(["GET", "POST"])
@members_only
def words(request: Request, public_id: str) -> HttpResponseBase:
    """Other words for a check-in of one's own."""
    publication = mine_or_404(who(request), public_id)
    rows = Checkin.objects.unguarded("one's own check-in").filter(publication=publication)
    row = rows.select_related("publication").first()
    if row is None:
        raise Http404
    form = CheckinForm(request.POST or None, initial={"words": row.source})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_words(checkin=row, words=form.cleaned_data["words"], at=request.at)
        except Refusal as refusal:
            form.add_error("words", str(refusal))
        else:
            return see_other("places:checkin", public_id)
    return render(request, "places/words.html", {"form": form, "publication": publication})
