"""The page of imports, for those who run the square: send a file, see what is in it, bring it, read the report."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from parvis.core.audiences.rule import LATEST, moment
from parvis.core.people.http import owners_only, see_other, who
from parvis.core.people.models import Person
from parvis.core.people.request import Request
from parvis.core.people.sizes import takes
from parvis.core.site.actions.jobs import ask
from parvis.core.site.models import Job
from parvis.lib.refusal import Refusal

from ..models import Import
from .forms import AuthorsForm, FileForm
from .jobs import BRING, LOOK
from .keeping import keep_export, keep_uploads, place
from .ledger import COUNTED
from .originals import proposed, settle
from .reasons import APART, listed, sentence
from .words import counted, item_words, problem_words

SHOWN = 20


def an_export_and_its_pictures(person: Person) -> int:
    """Two files, from those who may bring them."""
    return 2 * settings.PARVIS_IMPORT_LIMIT if person.is_owner else 0


@takes(an_export_and_its_pictures)
@owners_only
def import_page(request: Request) -> HttpResponseBase:
    """What was brought so far; POST sends a file to be looked at."""
    form = FileForm(request.POST or None, request.FILES or None)
    if form.is_valid() and (arguments := kept(form, request.at)):
        job = ask(kind=LOOK, person=who(request), at=request.at, arguments=arguments)
        return see_other("journal:import-work", job.public_id)
    jobs = Job.objects.filter(kind__in=[LOOK, BRING], person=who(request)).newest_first()[:SHOWN]
    imports = [
        (row, len(proposed(row, who(request)))) for row in Import.objects.order_by("-began_at")[:SHOWN]
    ]
    context = {"form": form, "jobs": jobs, "imports": imports, "bring": BRING}
    return render(request, "journal/import/import.html", context)


def kept(form: FileForm, at: datetime) -> dict[str, str]:
    """The names under which what was sent is kept; nothing, and an error beside its field, when it is refused."""
    file, uploads = form.cleaned_data["file"], form.cleaned_data["uploads"]
    field = "file"
    try:
        names = {"file": keep_export(file.chunks(), file.name, at), "called": file.name}
        if uploads:
            field = "uploads"
            names["uploads"] = keep_uploads(uploads.chunks(), uploads.name, at)
    except Refusal as refusal:
        form.add_error(field, str(refusal))
        return {}
    return names


@owners_only
def work(request: Request, public_id: str) -> HttpResponseBase:
    """How far a look or an import has come, then what came of it."""
    job = my_job(request, public_id)
    result: Mapping[str, Any] = job.result
    context: dict[str, Any] = {"job": job, "is_look": job.kind == LOOK, "result": result}
    if job.finished_at is not None and not job.problem:
        context |= told(result, is_look=job.kind == LOOK)
        if job.kind == LOOK:
            context["form"] = AuthorsForm(authors=result["authors"])
        else:
            source = Import.objects.filter(source=result["source"]).first()
            context |= {"import_of": source, "originals": proposed(source, who(request)) if source else []}
    return render(request, "journal/import/work.html", context)


def told(result: Mapping[str, Any], *, is_look: bool) -> dict[str, Any]:
    """The figures and reasons of a report in the reader's language; a look counts what is in the file."""
    here, created, changed = result["here"], result["created"], result["changed"]
    here = result.get("in_file", here) if is_look else here
    return {
        "figures": [
            (counted(kind, 2), here.get(kind, 0), created.get(kind, 0), changed.get(kind, 0))
            for kind in COUNTED
        ],
        "skipped": [said(group) for group in result["skipped"]],
        "remarks": [said(group) for group in result["remarks"]],
        "problems": [(item_words(item), problem_words(reason)) for item, reason in result["problems"]],
    }


def said(group: Mapping[str, Any]) -> dict[str, Any]:
    """A reason as a sentence; addresses stand apart from it."""
    told = {**group, "items": [item_words(item) for item in group["items"]]}
    if group["reason"] in APART:
        return told | {"words": APART[group["reason"]], "apart": group["details"]}
    return told | {"words": sentence(group["reason"], listed(group["details"], group.get("more", 0)))}


@require_POST
@owners_only
def begin(request: Request, public_id: str) -> HttpResponseBase:
    """Bring the file that was looked at."""
    looked = my_job(request, public_id)
    if looked.kind != LOOK or looked.finished_at is None or looked.problem:
        raise Http404
    names = [looked.arguments[field] for field in ("file", "uploads") if looked.arguments.get(field)]
    if not all(place(name).exists() for name in names):
        messages.error(request, _("This file was deleted here after a week. Send it again."))
        return see_other("journal:import")
    form = AuthorsForm(request.POST, authors=looked.result["authors"])
    if not form.is_valid():
        context = {"job": looked, "is_look": True, "result": looked.result, "form": form}
        context |= told(looked.result, is_look=True)
        return render(request, "journal/import/work.html", context)
    arguments = {**looked.arguments, "mine": form.mine()}
    return see_other(
        "journal:import-work",
        ask(kind=BRING, person=who(request), at=request.at, arguments=arguments).public_id,
    )


@owners_only
def originals(request: Request, number: int) -> HttpResponseBase:
    """The proposals of an import; POST confirms or drops one, or all."""
    import_of = get_object_or_404(Import, began_at=moment(min(number, LATEST)))
    waiting = proposed(import_of, who(request))
    if request.method != "POST":
        return render(
            request, "journal/import/originals.html", {"import_of": import_of, "originals": waiting}
        )
    which = request.POST.get("original", "")
    chosen = [one for one in waiting if which in {"all", one.post.publication.public_id}]
    is_right = request.POST.get("answer") == "yes"
    count = settle(originals=chosen, is_right=is_right)
    words = (
        ngettext("%(count)d original is confirmed.", "%(count)d originals are confirmed.", count)
        if is_right
        else ngettext("%(count)d proposal is dropped.", "%(count)d proposals are dropped.", count)
    )
    messages.success(request, words % {"count": count})
    return see_other("journal:import-originals", number)


def my_job(request: Request, public_id: str) -> Job:
    """A look or an import that this person asked for."""
    return get_object_or_404(Job, public_id=public_id, kind__in=[LOOK, BRING], person=who(request))
