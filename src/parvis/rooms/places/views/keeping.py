"""One's own record: the list, the calendar, what it comes to, and copies of it in open formats."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from parvis.core.people.http import members_only, who, whole
from parvis.core.people.request import Request
from parvis.lib.geo.categories import group_name

from ..bringing.placing import not_placed
from ..days import day_of
from ..forms import RecordForm
from ..maps import collection, map_of_towns, spot_of
from ..models import Venue
from ..numbers import Numbers, numbers_of
from ..record import (
    Sought,
    as_geojson,
    as_gpx,
    as_ics,
    as_json,
    months_of,
    plain_rows,
    rows_of,
    sums_of,
    times_at,
    visited,
)
from ..years import months_in, years_of

A_PAGE = 50
FORMS = {
    "gpx": (as_gpx, "application/gpx+xml"),
    "geojson": (as_geojson, "application/geo+json"),
    "ics": (as_ics, "text/calendar; charset=utf-8"),
    "jsonl": (as_json, "application/jsonl"),
}


@require_safe
@members_only
def mine(request: Request) -> HttpResponseBase:
    """Where one was: all of it, or what one looks for."""
    me = who(request)
    form = RecordForm(request.GET)
    sought = form.sought()
    pages = Paginator(rows_of(me, sought).select_related("venue", "publication"), A_PAGE)
    page = pages.get_page(whole(request.GET.get("page", "")) or 1)
    context = {
        "months": months_of(page.object_list),
        "page": page,
        "form": form,
        "is_sought": sought != Sought(),
        "sums": sums_of(me),
        "not_placed": not_placed(me).exists(),
        "map": map_of_towns(visited(me, request.viewer), reverse("places:own-places")),
    }
    return render(request, "places/mine.html", context)


@require_safe
@members_only
def calendar(request: Request, year: int = 0) -> HttpResponseBase:
    """A year of one's own, this one when none is named; each day leads to its check-ins. Raises Http404 for no year."""
    me = who(request)
    today = day_of(request.at, me.zone)
    years = sorted({today.year, *years_of(me)}, reverse=True)
    shown = year or today.year
    if shown not in years:
        raise Http404
    months = months_in(me, shown)
    weekdays = [(WEEKDAYS[number], str(WEEKDAYS[number])[:2]) for number in range(7)]
    context = {
        "year": shown,
        "years": years,
        "months": months,
        "weekdays": weekdays,
        "count": sum(month.count for month in months),
        "today": today,
    }
    return render(request, "places/calendar.html", context)


@require_safe
@members_only
def numbers(request: Request) -> HttpResponseBase:
    """What all of one's check-ins come to."""
    found = numbers_of(who(request))
    language = get_language() or "en"
    groups = [
        (group_name(group, language) if group else _("Other places"), count)
        for group, count in found.groups.most_common()
    ]
    context = {
        "found": found,
        "years": sorted(found.years.items(), reverse=True),
        "tables": [
            (_("By kind of place"), groups, max(found.groups.values(), default=0)),
            (_("By day of the week"), weekdays_of(found), max(found.weekdays)),
            (_("By hour of the day"), hours_of(found), max(found.hours)),
        ],
        "favourites": favourites_of(found),
    }
    return render(request, "places/numbers.html", context)


def weekdays_of(found: Numbers) -> list[tuple[object, int]]:
    """The days of the week by their names."""
    return [(WEEKDAYS[number], count) for number, count in enumerate(found.weekdays)]


def hours_of(found: Numbers) -> list[tuple[object, int]]:
    """The hours in which one checked in, from the first to the last of these."""
    used = [hour for hour, count in enumerate(found.hours) if count]
    hours = range(used[0], used[-1] + 1) if used else []
    return [
        (_("%(hour)s to %(next)s o’clock") % {"hour": hour, "next": hour + 1}, found.hours[hour])
        for hour in hours
    ]


def favourites_of(found: Numbers) -> list[tuple[object, str]]:
    """The places where one was most, each with the name of its page; without one where nobody knows where it is."""
    places = found.favourites
    venues = Venue.objects.in_bulk([place.venue for place in places if place.venue])
    return [(place, venues[place.venue].public_id if place.venue in venues else "") for place in places]


@require_safe
@members_only
def own_places(request: Request) -> HttpResponseBase:
    """All places where one was and how often, for the map of one's own record (GeoJSON)."""
    times = times_at(who(request))
    spots = [
        spot_of(
            venue, about=told_times(times[venue.pk]), path=reverse("places:venue", args=[venue.public_id])
        )
        for venue in visited(who(request), request.viewer).order_by("pk")
    ]
    return JsonResponse(collection(spots), content_type="application/geo+json")


def told_times(count: int) -> str:
    """How often one was somewhere."""
    return ngettext("%(count)d time", "%(count)d times", count) % {"count": count}


@require_safe
@members_only
def export(request: Request, form: str) -> HttpResponseBase:
    """All of it, as a file. Raises Http404 for a form there is not."""
    if form not in FORMS:
        raise Http404
    write, kind = FORMS[form]
    site = request.build_absolute_uri("/").rstrip("/")
    answer = StreamingHttpResponse(write(plain_rows(who(request), request.viewer, site)), content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="checkins.{form}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
