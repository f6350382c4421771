"""Finding people among those one may know, their portraits, and the doors one has shut."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from parvis.core.people.actions.profile import portrait_file
from parvis.core.people.http import members_only, person_only, see_other, who
from parvis.core.people.limits import allow, too_often
from parvis.core.people.models import Person
from parvis.core.people.request import Request
from parvis.lib.text.search import fold

from ..actions import unblock as open_again
from ..choices import begins
from ..holders import within_reach
from ..meeting import may_meet
from ..models import Block

SHOWN = 50


@require_safe
@members_only
def people(request: Request) -> HttpResponseBase:
    """The directory: those who take part, by the beginnings of their names."""
    words = fold(request.GET.get("q", "")[:100]).split()
    if words and not allow("find-people", "60/m", request):
        return too_often(request)
    reach = Person.objects.filter(within_reach(who(request)))
    if words:
        known = reach.values_list("pk", "name")
        reach = reach.filter(pk__in=[pk for pk, name in known if begins(fold(name).split(), words)])
    found = list(reach.order_by("name", "pk")[: SHOWN + 1])
    page = {"people": found[:SHOWN], "more": len(found) > SHOWN, "q": request.GET.get("q", "")[:100]}
    return render(request, "audiences/people.html", page)


@require_safe
def portrait(request: Request, public_id: str) -> HttpResponseBase:
    """The picture of a person whose page the viewer may open; asked for anew each time, so that a shut door shuts it."""
    rows = Person.objects.filter(may_meet(request.viewer)).exclude(portrait="")
    person = get_object_or_404(rows, public_id=public_id)
    tag = f'"{person.portrait}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers=headers)
    try:
        file = default_storage.open(portrait_file(person))
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, content_type="image/webp", headers=headers)


@person_only
def blocks(request: Request) -> HttpResponse:
    """Those to whom I shut the door."""
    mine = Block.objects.filter(by=who(request), owner=who(request)).values("person")
    return render(
        request,
        "audiences/blocks.html",
        {"people": Person.objects.filter(pk__in=mine).order_by("name", "pk")},
    )


@require_POST
@person_only
def unblock(request: Request, public_id: str) -> HttpResponseBase:
    """Open the door again."""
    mine = Block.objects.filter(by=who(request), owner=who(request)).values("person")
    other = get_object_or_404(Person, pk__in=mine, public_id=public_id)
    open_again(by=who(request), person=other)
    messages.success(request, _("%(name)s is no longer blocked.") % {"name": other.name})
    return see_other("blocks")
