"""The short status: said from home, changed in place."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from parvis.core.audiences.actions import audience_for
from parvis.core.audiences.forms import AudienceForm
from parvis.core.people.http import members_only, see_other, who
from parvis.core.people.request import Request
from parvis.lib.refusal import Refusal

from .. import actions
from ..finding import mine_or_404
from ..forms import StatusForm
from ..models import Status


@require_POST
@members_only
def say(request: Request) -> HttpResponse:
    """Publish a short status for the audience chosen beside it."""
    person = who(request)
    form = StatusForm(request.POST, request.FILES)
    choice = AudienceForm(request.POST, person=person, at=request.at)
    if form.is_valid() and choice.is_valid():
        try:
            audience = audience_for(expression=choice.expression(), owner=person)
            pictures = [(file.name or "", file.read()) for file in form.cleaned_data["pictures"]]
            language = form.cleaned_data["language"] or get_language() or person.language
            actions.say(
                author=person,
                source=form.cleaned_data["text"],
                language=language,
                audience=audience,
                at=request.at,
                pictures=pictures,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Published."))
            return see_other("home")
    return render(request, "stream/say.html", {"form": form, "choice": choice}, status=422)


@require_http_methods(["GET", "POST"])
@members_only
def edit(request: Request, public_id: str) -> HttpResponse:
    """Other words, for the same people."""
    publication = mine_or_404(who(request), public_id)
    status = Status.objects.unguarded("one's own status").filter(publication=publication).first()
    if status is None:
        raise Http404
    form = StatusForm(request.POST or None, initial={"text": status.source, "language": publication.language})
    if request.method == "POST" and form.is_valid():
        try:
            language = form.cleaned_data["language"] or publication.language
            actions.edit_status(
                status=status, source=form.cleaned_data["text"], language=language, at=request.at
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return see_other("publication", public_id)
    return render(request, "stream/edit_status.html", {"form": form, "publication": publication})
