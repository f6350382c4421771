"""The first page: for visitors what the square is and what is new in public, for members what they follow."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from parvis.core.audiences.forms import AudienceForm
from parvis.core.audiences.rule import FOREVER
from parvis.core.people.http import whole
from parvis.core.people.models import Person
from parvis.core.people.request import Request
from parvis.core.stream.cards import cards
from parvis.core.stream.forms import StatusForm
from parvis.core.stream.kinds import KINDS
from parvis.core.stream.models import Publication
from parvis.core.stream.pages import home as home_stream

from ..near import near
from ..rooms import old_address

NEWEST = 20


@require_safe
def home(request: Request) -> HttpResponseBase:
    """The home stream of whoever is logged in; the newest public publications for everyone else."""
    old = old_address(request) if request.GET else None
    if old is not None:
        return old
    return visitor(request) if request.person is None else member(request, request.person)


def moment_before(request: Request) -> int:
    """Where the page begins, as its address says."""
    return whole(request.GET.get("before", "")) or FOREVER


def member(request: Request, person: Person) -> HttpResponse:
    """What a person follows, with the composer above it and what waits for them beside it."""
    page = home_stream(request.viewer, before=moment_before(request))
    context: dict[str, object] = {
        "page": page,
        "cards": cards(page.publications, request.viewer),
        "is_first": moment_before(request) == FOREVER,
        "near": near(person, request.viewer),
    }
    if person.is_member:
        usual = KINDS["stream.status"].default_audience
        context["form"] = StatusForm()
        context["choice"] = AudienceForm(
            person=person, at=request.at, usual=usual, back=reverse("status-say")
        )
    return render(request, "home/member.html", context)


def visitor(request: Request) -> HttpResponse:
    """What is new in public, and what this square is."""
    seen = (
        Publication.objects.visible_to(request.viewer)
        .published(request.viewer)
        .exclude(kind="stream.comment")
    )
    rows = seen.filter(ord__lt=moment_before(request)).for_lists().newest_first()
    found = list(rows[: NEWEST + 1])
    context = {
        "cards": cards(found[:NEWEST], request.viewer),
        "before": found[NEWEST - 1].ord if len(found) > NEWEST else None,
    }
    return render(request, "home/visitor.html", context)
