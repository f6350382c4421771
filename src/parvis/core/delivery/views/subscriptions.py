"""All that comes to a reader, and how: for those who are logged in, and for those who hold the link of a mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from parvis.core.people.actions import change_settings
from parvis.core.people.http import person_only, see_other, who
from parvis.core.people.models import Person, Role
from parvis.core.people.request import Request

from .. import actions
from ..actions.bouncing import release
from ..forms import HoursForm, HoursOfAGuestForm, PauseForm
from ..links import reader_of, whole
from ..models import FeedKey, Hold, Holds, Reading
from .complaints import complaints_of
from .followed import change, lines
from .notices import choose, notices_form, quiet, quiet_form
from .private import private


@person_only
@require_http_methods(["GET", "HEAD", "POST"])
def subscriptions(request: Request) -> HttpResponseBase:
    """What I follow, and how each thing comes to me."""
    return page(request, who(request), reverse("subscriptions"))


@csrf_exempt  # the link itself is the key, and nothing else opens or does anything here
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: Request, token: str) -> HttpResponseBase:
    """The same page for whoever holds the link of a mail: without login, and without seeing anything but this."""
    person = reader_of(token)
    if person is None:
        raise Http404
    with translation.override(person.language):
        request.LANGUAGE_CODE = person.language
        answer = page(request, person, request.path, is_by_link=True)
    return private(answer)


def page(request: Request, person: Person, path: str, *, is_by_link: bool = False) -> HttpResponseBase:
    """The page, after what one of its buttons asks."""
    told = opened_feed(request, person) if not is_by_link else None
    done = act(request, person) if request.method == "POST" and told is None else None
    if done is not None and not is_by_link:
        messages.success(request, done)
        return see_other(path)
    reading = Reading.objects.filter(person=person).first() or Reading(person=person)
    paused = reading.paused_until if reading.paused_until and reading.paused_until > request.at else None
    context = {
        "lines": lines(request, person),
        "reader": person,
        "address": person.addresses.filter(is_primary=True).exclude(verified_at=None).first(),
        "hours": hours_form(person, reading),
        "notices": notices_form(request, person),
        "quiet": quiet_form(request, person, reading),
        "pause": pause_form(request, person),
        "paused": paused,
        "hold": hold_on(person),
        "complaints": complaints_of(person),
        "is_by_link": is_by_link,
        "feeds": feeds_of(person, told),
        "done": done,
        "here": path,
    }
    return render(request, "delivery/subscriptions.html", context)


def act(request: Request, person: Person) -> str | None:
    """Do what was asked, and say so; None when nothing could be understood."""
    # A mail program that ends a digest with one click says nothing more (RFC 8058).
    asked, _colon, which = request.POST.get("do", "leave-all").partition(":")
    if asked in {"way", "stop"}:
        return change(request, person, asked, which)
    does = {
        "leave-all": leave_all,
        "hours": hours,
        "notices": choose,
        "quiet": quiet,
        "pause": pause,
        "resume": resume,
        "release": try_again,
        "close-feed": close_feed,
    }
    return does[asked](request, person) if asked in does else None


@dataclass(frozen=True)
class FeedLine:
    """One of the feeds of a reader's own: its open key, if there is one, and its address just after it was made."""

    holds: Holds
    key: FeedKey | None
    address: str = ""


def opened_feed(request: Request, person: Person) -> tuple[str, str] | None:
    """Which feed was asked for a new address just now, and that address, which is told this once."""
    asked, _colon, holds = request.POST.get("do", "").partition(":")
    if request.method != "POST" or asked != "open-feed" or holds not in Holds.values:
        return None
    path = reverse("own-feed", args=[actions.open_feed(person=person, holds=holds, at=request.at)])
    return holds, whole(path) or request.build_absolute_uri(path)


def feeds_of(person: Person, told: tuple[str, str] | None) -> Sequence[FeedLine]:
    """The feeds a reader can have, each with what there is of it."""
    keys = {key.holds: key for key in FeedKey.objects.filter(person=person, closed_at=None)}
    return [
        FeedLine(holds, keys.get(holds), told[1] if told is not None and told[0] == holds else "")
        for holds in Holds
    ]


def leave_all(request: Request, person: Person) -> str | None:
    actions.leave_all(person=person, at=request.at)
    return _("No more mails: nothing that you follow, or that you are told, comes by mail any longer.")


def close_feed(request: Request, person: Person) -> str | None:
    holds = request.POST.get("do", "").partition(":")[2]
    actions.close_feed(person=person, holds=holds, at=request.at)
    return _("The address of your feed is closed.")


def hours_form(person: Person, reading: Reading) -> HoursForm:
    """The form of the hour; a guest's clock and language stand here too, for they have no other page."""
    now = {"hour": reading.hour, "weekday": reading.weekday, "zone": person.zone, "language": person.language}
    return (HoursOfAGuestForm if person.role == Role.GUEST else HoursForm)(initial=now)


def hours(request: Request, person: Person) -> str | None:
    form = (HoursOfAGuestForm if person.role == Role.GUEST else HoursForm)(request.POST)
    if not form.is_valid():
        return None
    chosen = form.cleaned_data
    if "zone" in chosen:
        change_settings(
            person=person,
            language=chosen["language"],
            zone=chosen["zone"],
            theme=person.theme,
            at=request.at,
        )
        translation.activate(person.language)  # what is said from here on is said in it
        request.LANGUAGE_CODE = person.language
    actions.set_hours(person=person, at=request.at, hour=chosen["hour"], weekday=chosen["weekday"])
    return _("Digests come at that time from now on.")


def resume(request: Request, person: Person) -> str | None:
    actions.pause_all(person=person, until=None, at=request.at)
    return _("Mails come again.")


def hold_on(person: Person) -> Hold | None:
    """Why no mails go to this person's address, if so."""
    rows = Hold.objects.filter(address__person=person, address__is_primary=True)
    return rows.select_related("address").first()


def try_again(request: Request, person: Person) -> str | None:
    hold = hold_on(person)
    if hold is not None:
        release(hold=hold, at=request.at)
    return _("Mails are sent to this address again.")


def pause_form(request: Request, person: Person) -> PauseForm:
    """The form of a pause, with what was typed into it and what is wrong with that."""
    data = request.POST if request.POST.get("do") == "pause" else None
    return PauseForm(data, today=person.here(request.at).date(), prefix="pause")


def pause(request: Request, person: Person) -> str | None:
    form = pause_form(request, person)
    if not form.is_valid():
        return None
    until = datetime.combine(form.cleaned_data["until"], time(0), ZoneInfo(person.zone))
    actions.pause_all(person=person, until=until, at=request.at)
    return _("Nothing is sent until then. Digests will hold what came out meanwhile.")
