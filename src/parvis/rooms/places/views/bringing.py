"""The page of imports: send a file, watch it being brought, read the report, take it all back."""

from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.core.people.http import members_only, see_other, who
from parvis.core.people.models import Person
from parvis.core.people.request import Request
from parvis.core.people.sizes import takes
from parvis.core.site.actions.jobs import ask
from parvis.core.site.models import Job
from parvis.lib.refusal import Refusal

from ..bringing.forms import FileForm
from ..bringing.jobs import BRING, UNDO
from ..bringing.keeping import keep_checkins
from ..bringing.report import told
from ..models import Import
from ..posting.missing import missing_of

SHOWN = 20


def one_file(person: Person) -> int:
    """One file, from those who take part."""
    return settings.PARVIS_IMPORT_LIMIT if person.is_member else 0


@takes(one_file)
@require_http_methods(["GET", "POST"])
@members_only
def import_page(request: Request) -> HttpResponseBase:
    """What was brought so far; POST sends a file, which is brought at once: nobody but its sender sees any of it."""
    me = who(request)
    form = FileForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            name = keep_checkins(file.chunks(), file.name, request.at)
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            arguments = {"file": name, "called": file.name[:200]}
            job = ask(kind=BRING, person=me, at=request.at, arguments=arguments)
            return see_other("places:import-work", job.public_id)
    jobs = Job.objects.filter(kind__in=[BRING, UNDO], person=me, finished_at=None).newest_first()[:SHOWN]
    failed = Job.objects.filter(kind=BRING, person=me).exclude(problem="").newest_first()[:SHOWN]
    imports = Import.objects.filter(person=me).order_by("-began_at")[:SHOWN]
    context = {"form": form, "jobs": jobs, "failed": failed, "imports": imports}
    return render(request, "places/import/import.html", context)


@require_safe
@members_only
def import_work(request: Request, public_id: str) -> HttpResponseBase:
    """How far an import, or taking one back, has come; then its report."""
    job = get_object_or_404(Job, public_id=public_id, kind__in=[BRING, UNDO], person=who(request))
    if job.finished_at is not None and not job.problem:
        return see_other("places:import-report", job.result["import"])
    context = {"job": job, "is_undo": job.kind == UNDO, "percent": 100 * job.done // max(job.total, 1)}
    return render(request, "places/import/work.html", context)


@require_safe
@members_only
def import_report(request: Request, public_id: str) -> HttpResponseBase:
    """What came of an import."""
    import_of = get_object_or_404(Import, public_id=public_id, person=who(request))
    missing = missing_of(import_of.person, import_of)
    context = {
        "import_of": import_of,
        "report": import_of.report,
        "missing": missing,
        **told(import_of.report),
    }
    return render(request, "places/import/report.html", context)


@require_POST
@members_only
def import_undo(request: Request, public_id: str) -> HttpResponseBase:
    """Take a whole import back."""
    import_of = get_object_or_404(Import, public_id=public_id, person=who(request), undone_at=None)
    arguments = {"import": import_of.public_id, "called": import_of.called}
    job = ask(kind=UNDO, person=who(request), at=request.at, arguments=arguments)
    return see_other("places:import-work", job.public_id)
