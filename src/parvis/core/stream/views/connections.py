"""Whom one is connected to, who asks, whom one asked, shutting the door to someone; and the buttons that stand on a person's page."""

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parvis.core.audiences.meeting import may_meet
from parvis.core.audiences.models import Block
from parvis.core.people.http import members_only, person_only, see_other, who
from parvis.core.people.limits import allow, too_often
from parvis.core.people.models import Connection, ConnectionRequest, Person
from parvis.core.people.request import Request
from parvis.lib.refusal import Refusal

from ..actions import connections as actions
from . import circles


@members_only
def connections(request: Request) -> HttpResponseBase:
    """My connections, those who ask me, those I asked."""
    me = who(request)
    others = [connection.other(me) for connection in Connection.objects.of(me)]
    asked = ConnectionRequest.objects.made_by(me).select_related("asked").order_by("-at")
    page = {
        "people": Person.objects.active().filter(pk__in=others).order_by("name", "pk"),
        "asked_me": ConnectionRequest.objects.waiting_for(me),
        "asked": asked,
    }
    return render(request, "stream/connections/connections.html", page)


def other_person(request: Request, public_id: str) -> Person:
    """Somebody whose page this person may open, and who is not themselves."""
    person: Person = get_object_or_404(
        Person.objects.filter(may_meet(request.viewer)).exclude(pk=who(request).pk), public_id=public_id
    )
    return person


def asked_by(request: Request, public_id: str) -> ConnectionRequest:
    """What this person has been asked by that one."""
    rows = ConnectionRequest.objects.filter(asked=who(request), declined_at=None, asker__public_id=public_id)
    return get_object_or_404(rows.select_related("asker", "asked"))


def back(request: Request) -> HttpResponseBase:
    """To the page where the button stood."""
    there = request.POST.get("next", "")
    ours = there.startswith("/") and url_has_allowed_host_and_scheme(there, allowed_hosts=None)
    return see_other(there if ours else "connections")


@require_POST
@members_only
def ask(request: Request, public_id: str) -> HttpResponseBase:
    """Ask to be connected."""
    other = other_person(request, public_id)
    pair = f"{who(request).pk}-{other.pk}"
    if not allow("connect", "20/h,60/d,3/30d/key", request, key=pair):
        return too_often(request)
    try:
        actions.ask(asker=who(request), asked=other, words=request.POST.get("words", ""), at=request.at)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return back(request)


@require_POST
@members_only
def accept(request: Request, public_id: str) -> HttpResponseBase:
    """Say yes."""
    asked = asked_by(request, public_id)
    if actions.accept(request=asked, at=request.at) is not None:
        words = _(
            "You and %(name)s are connected: each reads what the other shows to connections, the past too."
        )
        messages.success(request, words % {"name": asked.asker.name})
    return back(request)


@require_POST
@members_only
def decline(request: Request, public_id: str) -> HttpResponseBase:
    """Say no; nobody is told."""
    actions.decline(request=asked_by(request, public_id), at=request.at)
    return back(request)


@require_POST
@members_only
def withdraw(request: Request, public_id: str) -> HttpResponseBase:
    """Take back what one asked."""
    rows = ConnectionRequest.objects.made_by(who(request)).filter(asked__public_id=public_id)
    actions.withdraw(request=get_object_or_404(rows), at=request.at)
    return back(request)


@members_only
def end(request: Request, public_id: str) -> HttpResponseBase:
    """Say what ending a connection does, then end it."""
    me = who(request)
    other = Person.objects.filter(public_id=public_id).first()
    if other is None or not Connection.objects.between(me, other).exists():
        raise Http404
    if request.method == "POST":
        actions.end_connection(one=me, other=other)
        messages.success(request, _("You and %(name)s are no longer connected.") % {"name": other.name})
        return see_other("connections")
    return render(request, "stream/connections/end.html", {"other": other})


@person_only
def block(request: Request, public_id: str) -> HttpResponseBase:
    """Say what shutting the door does, then shut it."""
    me = who(request)
    mine = Block.objects.filter(by=me).values("person")
    rows = Person.objects.filter(may_meet(request.viewer)) | Person.objects.filter(pk__in=mine)
    other = get_object_or_404(rows.exclude(pk=me.pk), public_id=public_id)
    if request.method == "POST":
        actions.shut_door(by=me, person=other, at=request.at)
        messages.success(request, _("%(name)s is blocked.") % {"name": other.name})
        return see_other("blocks")
    return render(request, "stream/connections/block.html", {"other": other})


urlpatterns = [
    path("connections/", connections, name="connections"),
    path("connections/<str:public_id>/ask/", ask, name="connection-ask"),
    path("connections/<str:public_id>/accept/", accept, name="connection-accept"),
    path("connections/<str:public_id>/decline/", decline, name="connection-decline"),
    path("connections/<str:public_id>/withdraw/", withdraw, name="connection-withdraw"),
    path("connections/<str:public_id>/end/", end, name="connection-end"),
    path("people/<str:public_id>/block/", block, name="block"),
    *circles.urlpatterns,
]
