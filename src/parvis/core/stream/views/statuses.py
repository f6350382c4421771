"""The short status: said from home, changed in place."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from parvis.core.audiences.actions import audience_for
from parvis.core.audiences.forms import AudienceForm
from parvis.core.people.http import members_only, see_other, who
from parvis.core.people.request import Request
from parvis.core.people.sizes import takes_files
from parvis.lib.refusal import Refusal

from .. import actions
from ..finding import mine_or_404
from ..forms import MOST_PICTURES, StatusForm
from ..kinds import KINDS
from ..models import Publication, Status


@require_POST
@takes_files(MOST_PICTURES)
@members_only
def say(request: Request) -> HttpResponse:
    """Publish a short status for the audience chosen beside it."""
    person = who(request)
    form = StatusForm(request.POST, request.FILES)
    usual = KINDS["stream.status"].default_audience
    choice = AudienceForm(request.POST, person=person, at=request.at, usual=usual, back=reverse("status-say"))
    if request.POST.get("do") == "change":
        return render(request, "stream/say.html", {"form": form, "choice": choice})
    if form.is_valid() and choice.is_valid():
        try:
            audience = audience_for(expression=choice.expression(), owner=person)
            pictures = [(file.name or "", file.read()) for file in form.cleaned_data["pictures"]]
            language = form.cleaned_data["language"] or get_language() or person.language
            made = actions.say(
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
            told_published(request, made)
            return see_other("home")
    return render(request, "stream/say.html", {"form": form, "choice": choice}, status=422)


def told_published(request: Request, publication: Publication) -> None:
    """Say that it is out, with a way back for some seconds."""
    undo = reverse("status-withdraw", args=[publication.public_id])
    messages.success(request, _("Published."), extra_tags=f"briefly undo:{undo}")


def own_status(request: Request, public_id: str) -> Status:
    """A status of the asker's own. Raises Http404."""
    publication = mine_or_404(who(request), public_id)
    status = Status.objects.unguarded("one's own status").filter(publication=publication).first()
    if status is None:
        raise Http404
    status.publication = publication
    return status


@require_POST
@members_only
def withdraw(request: Request, public_id: str) -> HttpResponse:
    """Take back what has just been published: a draft again, to be changed or let go."""
    status = own_status(request, public_id)
    try:
        actions.withdraw_status(status=status, at=request.at)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return see_other("publication", public_id)
    messages.success(request, _("It is a draft again, and only you see it."))
    return see_other("status-edit", public_id)


@require_http_methods(["GET", "POST"])
@members_only
def edit(request: Request, public_id: str) -> HttpResponse:
    """Other words, for the same people; a status that was taken back is published from here."""
    status = own_status(request, public_id)
    publication = status.publication
    if publication.is_draft:
        return draft(request, status)
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


def draft(request: Request, status: Status) -> HttpResponse:
    """A status that was taken back, to be published when its author likes it."""
    publication, person = status.publication, who(request)
    data = request.POST if request.method == "POST" else None
    form = StatusForm(data, initial={"text": status.source, "language": publication.language})
    usual = KINDS[publication.kind].default_audience
    before = {"audience": publication.audience} if publication.audience is not None else {}
    choice = AudienceForm(data, person=person, at=request.at, usual=usual, initial=before)
    if data is not None and form.is_valid() and choice.is_valid():
        try:
            made = actions.say_anew(
                status=status,
                source=form.cleaned_data["text"],
                language=form.cleaned_data["language"] or publication.language,
                audience=audience_for(expression=choice.expression(), owner=person),
                at=request.at,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            told_published(request, made)
            return see_other("home")
    page = {"form": form, "choice": choice, "publication": publication, "button": choice.said().button}
    return render(request, "stream/draft_status.html", page, status=200 if data is None else 422)
