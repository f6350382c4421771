"""The owner's desk: what asks for attention, the first steps, bringing things in, and which version this is."""

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language

from parvis.core.people.http import owners_only
from parvis.core.people.request import Request

from ..attention import matters
from ..jobs import titled
from ..models import Job
from ..release_notes import changes, this_version
from ..ways import ways_to


@owners_only
def desk(request: Request) -> HttpResponseBase:
    """What asks for attention now, and where everything else is."""
    under_way = Job.objects.waiting().select_related("person").newest_first()[:10]
    return render(request, "desk/desk.html", {"matters": matters(request.at), "jobs": titled(under_way)})


@owners_only
def first_steps(request: Request) -> HttpResponseBase:
    """Three things to do in a new square."""
    return render(request, "setup/first_steps.html", {"writing": ways_to("write", request.square)})


@owners_only
def bring_in(request: Request) -> HttpResponseBase:
    """Where to bring in what one wrote elsewhere."""
    return render(request, "desk/import.html", {"ways": ways_to("import", request.square)})


@owners_only
def version(request: Request) -> HttpResponseBase:
    """Which version runs, and what each one changed."""
    notes, speaks = changes(get_language() or "en")
    return render(
        request, "desk/version.html", {"version": this_version(), "changes": notes, "speaks": speaks}
    )
