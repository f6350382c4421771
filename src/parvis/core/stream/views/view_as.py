"""View as: my own page as a visitor, a member or someone I know sees it; read only, and without their session."""

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from parvis.core.audiences.holders import within_reach
from parvis.core.audiences.models import Block, Group, Membership
from parvis.core.audiences.read_only import read_only
from parvis.core.audiences.rule import Viewer
from parvis.core.people.http import members_only
from parvis.core.people.http import who as asker
from parvis.core.people.models import Person
from parvis.core.people.request import Request

from .people import page_context


@require_GET
@members_only
def view_as(request: Request, who: str) -> HttpResponse:
    """What someone else sees of me: the very same rule with another viewer, and nothing of theirs."""
    me = asker(request)
    with read_only():
        viewer, name = other(request, me, who)
        context = page_context(request, me, viewer) | {"looking_as": name, "who": who}
        context["reachable"] = Person.objects.filter(may_look_as(me)).order_by("name")[:200]
        return render(request, "stream/view_as.html", context)


def may_look_as(me: Person) -> Q:
    """Through whose eyes one may look: those within reach, and guests whom one has put into a circle of one's own."""
    mine = Membership.objects.letting_in().filter(
        group__in=Group.objects.circles_of(me), person__erased_at=None
    )
    shut = Block.objects.filter(person=me).values("owner")
    return within_reach(me) | (Q(pk__in=mine.values("person")) & ~Q(pk__in=shut) & ~Q(pk=me.pk))


def other(request: Request, me: Person, who: str) -> tuple[Viewer, str]:
    """The viewer that is meant, and their name. Raises Http404."""
    if who == "visitor":
        return Viewer(at=request.viewer.at), _("a visitor")
    if who == "member":
        return Viewer(at=request.viewer.at, is_member=True), _("a member you do not know")
    person = Person.objects.filter(may_look_as(me), public_id=who).first()
    if person is None:
        raise Http404
    return Viewer.of(person, request.at), person.name
