"""A person's page: who they are, and what of theirs the viewer may see."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from parvis.core.audiences.models import Block
from parvis.core.audiences.rule import FOREVER, Viewer
from parvis.core.people.http import whole
from parvis.core.people.models import Connection, ConnectionRequest, Person
from parvis.core.people.request import Request

from ..cards import cards
from ..models import Follow, Source
from ..pages import page_of


def person_or_404(request: Request, public_id: str) -> Person:
    """A person whose page this viewer may know: members know one another; visitors, those who are listed."""
    found: Person | None = Person.objects.active().filter(public_id=public_id).first()
    if found is None or found.role == "guest":
        raise Http404
    me = request.person
    if me is not None and me.pk == found.pk:
        return found
    if me is not None and Block.objects.filter(person=me, owner=found).exists():
        raise Http404
    if (me is None or not me.is_member) and not found.is_listed:
        raise Http404
    return found


@require_GET
def person(request: Request, public_id: str) -> HttpResponse:
    """Someone's page, with what they published that the viewer may see."""
    found = person_or_404(request, public_id)
    return render(request, "stream/person.html", page_context(request, found, request.viewer))


def page_context(request: Request, found: Person, viewer: Viewer) -> dict[str, object]:
    """What a person's page shows to a viewer."""
    source = Source.objects.filter(kind="person", person=found).first()
    before = whole(request.GET.get("before", "")) or FOREVER
    page = page_of(viewer, [source.pk] if source else [], before=before)
    language, about = found.about_in(request.LANGUAGE_CODE)
    context: dict[str, object] = {
        "found": found,
        "about": about,
        "about_language": language,
        "page": page,
        "cards": cards(page.publications, viewer),
    }
    if request.person is not None and request.person.pk != found.pk:
        context |= between(request.person, found)
    return context


def between(me: Person, found: Person) -> dict[str, object]:
    """How the viewer and this person stand to one another."""
    return {
        "is_connected": Connection.objects.between(me, found).exists(),
        "has_asked": ConnectionRequest.objects.made_by(me).filter(asked=found).exists(),
        "is_asked": ConnectionRequest.objects.filter(asker=found, asked=me, declined_at=None).exists(),
        "is_followed": Follow.objects.filter(person=me, source__kind="person", source__person=found).exists(),
    }
