"""The links that end mails: a page with a button for people, a POST for mail programs (RFC 8058), and one more click for all."""

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from parvis.core.people.models import Person
from parvis.core.people.request import Request

from .. import actions
from ..links import leaving_all_path, reader_of_all, reader_of_digest, subscription_of
from ..models import Rhythm, Subscription
from .private import private

DIGESTS = (Rhythm.DAILY, Rhythm.WEEKLY)


@csrf_exempt  # RFC 8058: a mail program posts here, without cookie, login or form
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: Request, token: str) -> HttpResponseBase:
    """One click leaves one source."""
    subscription = subscription_of(token)
    if subscription is None:
        return left(request)
    reader = subscription.follow.person
    with translation.override(reader.language):
        name = name_of(subscription)
        if request.method == "POST":
            actions.leave(subscription=subscription, at=request.at)
            return left(request, reader, name=name)
        return private(render(request, "delivery/leave.html", {"name": name}))


@csrf_exempt  # RFC 8058: a mail program posts here, without cookie, login or form
@require_http_methods(["GET", "HEAD", "POST"])
def leave_digest(request: Request, rhythm: str, token: str) -> HttpResponseBase:
    """One click leaves a digest with all its sources; they are not named, for whoever holds the link need not know them."""
    if rhythm not in DIGESTS:
        raise Http404
    reader = reader_of_digest(rhythm, token)
    if reader is None:
        return left(request)
    with translation.override(reader.language):
        if request.method == "POST":
            actions.leave_digest(person=reader, rhythm=rhythm, at=request.at)
            return left(request, reader, rhythm=rhythm)
        return private(render(request, "delivery/leave_digest.html", {"rhythm": rhythm}))


@csrf_exempt  # the link itself is the key, and ends mails alone
@require_http_methods(["GET", "HEAD", "POST"])
def leave_all(request: Request, token: str) -> HttpResponseBase:
    """One more click ends all mails."""
    reader = reader_of_all(token)
    if reader is None:
        return left(request)
    with translation.override(reader.language):
        if request.method == "POST":
            actions.leave_all(person=reader, at=request.at)
            return private(render(request, "delivery/left.html", {"is_all": True}))
        return private(render(request, "delivery/leave_all.html", {}))


def left(
    request: Request, reader: Person | None = None, *, name: str = "", rhythm: str = ""
) -> HttpResponseBase:
    """It comes no more; to its reader one more click ends all the rest."""
    everything = leaving_all_path(reader) if reader is not None else ""
    return private(render(request, "delivery/left.html", {"name": name, "rhythm": rhythm, "all": everything}))


def name_of(subscription: Subscription) -> str:
    return subscription.follow.source.called(translation.get_language() or "")
