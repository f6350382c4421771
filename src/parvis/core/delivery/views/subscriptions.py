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

from parvis.core.audiences.models import Block
from parvis.core.people.actions import change_settings
from parvis.core.people.http import person_only, see_other, who
from parvis.core.people.models import Person, Role
from parvis.core.people.request import Request
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Follow
from parvis.lib.text import languages

from .. import actions
from ..actions.bouncing import release
from ..forms import HoursForm, HoursOfAGuestForm, PauseForm, WayForm, way_of
from ..links import reader_of, subscription_of, whole
from ..models import FeedKey, Hold, Reading, Subscription
from .notices import choose, notices_form, quiet, quiet_form
from .private import private


@dataclass(frozen=True)
class Line:
    """Something followed, and the form that says how it comes."""

    follow: Follow
    form: WayForm
    subscription: Subscription | None


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
    told = ""
    if request.method == "POST" and request.POST.get("do") == "open-feed" and not is_by_link:
        path_of_feed = reverse("own-feed", args=[actions.open_feed(person=person, at=request.at)])
        told = whole(path_of_feed) or request.build_absolute_uri(path_of_feed)
    done = act(request, person) if request.method == "POST" and not told else None
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
        "is_by_link": is_by_link,
        "feed": FeedKey.objects.filter(person=person, closed_at=None).first(),
        "told": told,
        "done": done,
        "here": path,
    }
    return render(request, "delivery/subscriptions.html", context)


def lines(request: Request, person: Person) -> Sequence[Line]:
    """What this person follows, in the order in which they began."""
    rows = (
        Follow.objects.filter(person=person)
        .select_related("person", "source__person", "subscription")
        .order_by("at")
    )
    shut = set(Block.objects.filter(person=person).values_list("owner_id", flat=True))
    return [
        line(request, follow)
        for follow in rows
        if follow.source.person is None
        or (follow.source.person.is_active and follow.source.person_id not in shut)
    ]


def line(request: Request, follow: Follow, data: object = None) -> Line:
    subscription = getattr(follow, "subscription", None)
    initial = {
        "way": way_of(subscription),
        "language": (subscription.languages or [""])[0] if subscription is not None else "",
    }
    form = WayForm(
        data,
        initial=initial,
        prefix=follow.source.public_id,
        languages=[
            (code, languages.name(code, translation.get_language() or "en")) for code in spoken(request)
        ],
        has_home=follow.person.role != Role.GUEST or subscription is None,
    )
    return Line(follow, form, subscription)


def spoken(request: Request) -> Sequence[str]:
    """The languages of the square."""
    return list(request.square.all_languages())


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


def leave_all(request: Request, person: Person) -> str | None:
    actions.leave_all(person=person, at=request.at)
    return _("No more mails: nothing that you follow, or that you are told, comes by mail any longer.")


def close_feed(request: Request, person: Person) -> str | None:
    actions.close_feed(person=person, at=request.at)
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
        change_settings(person=person, language=chosen["language"], zone=chosen["zone"], theme=person.theme)
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


def change(request: Request, person: Person, what: str, public_id: str) -> str | None:
    """Another way for one source, or the end of following it."""
    rows = Follow.objects.filter(person=person, source__public_id=public_id.replace("\0", ""))
    follow = rows.select_related("person", "source__person", "subscription").first()
    if follow is None:
        return _("You do not follow this any more.")
    if what == "stop":
        stream.unfollow(person=person, source=follow.source)
        return _("You no longer follow this.")
    form = line(request, follow, request.POST).form
    if not form.is_valid():
        return None
    channel, rhythm, chosen = form.chosen()
    actions.subscribe(
        person=person, source=follow.source, channel=channel, rhythm=rhythm, languages=chosen, at=request.at
    )
    return _("Kept.")


@csrf_exempt  # RFC 8058: a mail program posts here, without cookie, login or form
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: Request, token: str) -> HttpResponseBase:
    """One click leaves one source: a page with a button for people, a POST for mail programs (RFC 8058)."""
    subscription = subscription_of(token)
    if subscription is not None and request.method == "POST":
        with translation.override(subscription.follow.person.language):
            name = name_of(subscription)
            actions.leave(subscription=subscription, at=request.at)
            return private(render(request, "delivery/left.html", {"name": name}))
    if subscription is None:
        return private(render(request, "delivery/left.html", {}))
    with translation.override(subscription.follow.person.language):
        return private(render(request, "delivery/leave.html", {"name": name_of(subscription)}))


def name_of(subscription: Subscription) -> str:
    return subscription.follow.source.called(translation.get_language() or "")
