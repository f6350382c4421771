"""Who will read this: one sentence while one chooses, and a page of its own where there is no JavaScript."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from parvis.core.people.http import members_only, who
from parvis.core.people.request import Request

from ..forms import AudienceField
from ..words import said

NAME = "audience"


def answered(request: Request, data: Mapping[str, Any]) -> dict[str, Any]:
    """What to say of the choice in these inputs: the sentence, or why there is none."""
    field = AudienceField(person=who(request), usual=str(data.get(f"{NAME}-usual", ""))[:20])
    try:
        choice = field.clean(field.widget.value_from_datadict(data, {}, NAME))
    except ValidationError as refusal:
        return {"said": None, "errors": refusal.messages}
    words = said(choice, who(request), request.viewer.at, field.widget.usual)
    return {"said": words, "glyph": f"open-{words.kind}", "errors": []}


@require_safe
@members_only
def sentence(request: Request) -> HttpResponseBase:
    """The sentence, live, for the picker to show."""
    return render(request, "audiences/sentence.html", answered(request, request.GET))


@require_POST
@members_only
def who_reads(request: Request) -> HttpResponseBase:
    """The sentence and the names, with all that was typed in hand, and the button that publishes it."""
    path = request.POST.get("audience-back", "")
    ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in {"csrfmiddlewaretoken", "audience-back"}
        for value in values
    ]
    page = answered(request, request.POST) | {
        "back": path if ours else "",
        "fields": kept,
        "has_files": bool(request.FILES),
    }
    return render(request, "audiences/who.html", page)
