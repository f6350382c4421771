"""Who will read this: one sentence while one chooses, and a page of its own where there is no JavaScript."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.core.people.http import members_only, who
from parvis.core.people.limits import allow, with_patience
from parvis.core.people.models import Person
from parvis.core.people.request import Request
from parvis.core.people.sizes import MOST_FILES, takes_files
from parvis.lib.refusal import Refusal
from parvis.lib.text.mentions import LONGEST, MOST, mentions
from parvis.lib.text.search import fold

from ..actions import audience_for, let_whole_texts_leave, send_links_only
from ..choices import CIRCLE, PERSON, begins, circles, people_called
from ..forms import AudienceField, AudienceForm, with_one_more
from ..mentioned import people_mentioned
from ..words import of_people, said

NAME = "audience"
OFFERED = 12


def field_of(request: Request, data: QueryDict) -> AudienceField:
    """The picker of whoever asks, in the place where they choose."""
    return AudienceField(person=who(request), usual=str(data.get(f"{NAME}-usual", ""))[:20])


def after_at(data: QueryDict) -> Sequence[str]:
    """What stands after the @s: told by the script, or found in what was written."""
    told = [str(one)[:LONGEST] for one in data.getlist(f"{NAME}-mentions")[:MOST]]
    return [*told, *mentions(data.get("title", "")), *mentions(data.get("text", ""))]


def answered(request: Request, data: QueryDict) -> dict[str, Any]:
    """What to say of the choice in these inputs: the sentence, or why there is none."""
    field = field_of(request, data)
    try:
        choice = field.clean(field.widget.value_from_datadict(data, {}, NAME))
    except ValidationError as refusal:
        return {"said": None, "errors": refusal.messages}
    mentioned = people_mentioned(field.person, after_at(data))
    words = said(choice, field.person, request.viewer.at, field.widget.usual, mentioned)
    return {"said": words, "glyph": f"open-{words.kind}", "errors": []}


def is_by_script(request: Request) -> bool:
    """Whether a script of ours asks, which puts a piece of a page where it belongs."""
    return request.headers.get("X-Requested-With") == "fetch"


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def sentence(request: Request) -> HttpResponseBase:
    """The sentence, live, for the picker to show; what was written stays out of addresses, so mentions are posted."""
    data = request.POST if request.method == "POST" else request.GET
    if not is_by_script(request):
        return readers_page(request, data)
    return render(request, "audiences/sentence.html", answered(request, data) | {"is_live": True})


@require_POST
@takes_files(MOST_FILES)
@members_only
def whole_texts(request: Request) -> HttpResponseBase:
    """Whether whole texts leave for the readers in these inputs, from now on; then the sentence again."""
    person, field = who(request), field_of(request, request.POST)
    try:
        choice = field.clean(field.widget.value_from_datadict(request.POST, {}, NAME))
        audience = audience_for(expression=choice.expression(person), owner=person)
    except (ValidationError, Refusal):
        pass  # what is wrong with the choice is said below
    else:
        if request.POST.get("audience-whole") == "yes":
            let_whole_texts_leave(author=person, audience=audience, at=request.at)
        else:
            send_links_only(author=person, audience=audience)
    if not is_by_script(request):
        return readers_page(request, request.POST)
    return render(request, "audiences/sentence.html", answered(request, request.POST) | {"is_live": True})


@require_safe
@members_only
def choices(request: Request) -> HttpResponseBase:
    """The picker drawn anew, with one more person let in."""
    data = with_one_more(request.GET, person=who(request), name=NAME)
    if not is_by_script(request):
        return readers_page(request, data)
    widget = field_of(request, request.GET).widget
    widget.is_brief, widget.mentions = True, after_at(data)
    return HttpResponse(widget.render(NAME, widget.value_from_datadict(data, {}, NAME), {"id": f"id_{NAME}"}))


@require_safe
@members_only
def find(request: Request) -> HttpResponseBase:
    """Groups and people whom one may choose, by the beginnings of their names; connections for no name."""
    if not allow("find-readers", "120/m", request):
        problem = {"error": _("That was a lot of searching. Wait a minute, then go on.")}
        return with_patience(request, JsonResponse(problem, status=429))
    person, words = who(request), fold(request.GET.get("q", "")[:100]).split()
    people = people_called(person, words, OFFERED + 1)
    found = [
        *offered_groups(person, words, is_exception=request.GET.get("for") == "out"),
        *(
            {
                "value": f"{PERSON}{one.public_id}",
                "name": one.name,
                "about": _("your connection") if getattr(one, "is_near", False) else "",
            }
            for one in people[:OFFERED]
        ),
    ]
    return JsonResponse(
        {"found": found, "more": len(people) > OFFERED}, headers={"Cache-Control": "no-store"}
    )


def offered_groups(person: Person, words: Sequence[str], *, is_exception: bool) -> list[dict[str, str]]:
    """One's own groups of this name; nobody keeps all the members out."""
    groups = [] if is_exception else [("members", _("Members"), "")]
    groups.append(("connections", _("My connections"), ""))
    groups += [
        (f"{CIRCLE}{one.public_id}", one.label, of_people(getattr(one, "count", 0)))
        for one in circles(person)
    ]
    return [
        {"value": value, "name": name, "about": about}
        for value, name, about in groups
        if words and begins(fold(name).split(), words)
    ]


@require_POST
@takes_files(MOST_FILES)
@members_only
def who_reads(request: Request) -> HttpResponseBase:
    """The sentence and the names, with all that was typed in hand, the button that publishes it, and other choices.

    The button sends the choice it speaks of, whatever is picked below it since.
    """
    return readers_page(request, with_one_more(request.POST, person=who(request), name=NAME))


def readers_page(request: Request, data: QueryDict) -> HttpResponse:
    """The page of those who will read, for what is in these inputs."""
    path = str(data.get(f"{NAME}-back", ""))
    ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    usual = field_of(request, data).widget.usual
    sent = [
        (name, value)
        for name, values in data.lists()
        if name not in {"csrfmiddlewaretoken", "do", f"{NAME}-back", f"{NAME}-whole"}
        for value in values
    ]
    page = answered(request, data) | {
        "errors": [],
        "again": reverse("audience-who"),
        "form": AudienceForm(data, person=who(request), at=request.at, usual=usual),
        "back": path if ours else "",
        "chosen": [(name, value) for name, value in sent if name.startswith(NAME)],
        "fields": [(name, value) for name, value in sent if not name.startswith(NAME)],
        "has_files": bool(request.FILES),
    }
    return render(request, "audiences/who.html", page)
