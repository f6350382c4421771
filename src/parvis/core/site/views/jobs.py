"""Work that takes its time, as the owners see it: backups to make, download and delete; who asked for what."""

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parvis.core.people.http import owners_only, see_other, who
from parvis.core.people.proving import ask_again
from parvis.core.people.request import Request

from ..actions.jobs import ask, discard
from ..declared_jobs import BACKUP
from ..jobs import titled
from ..models import Job

SHOWN = 100


@owners_only
def backups(request: Request) -> HttpResponseBase:
    """The backups that were asked for here; POST asks for one more."""
    if request.method == "POST":
        ask(kind=BACKUP, person=who(request), at=request.at)
        messages.success(request, _("The backup is being made. This page shows how far it has come."))
        return see_other("desk-backups")
    jobs = Job.objects.filter(kind=BACKUP).select_related("person").newest_first()[:SHOWN]
    waiting = any(job.finished_at is None for job in jobs)
    return render(request, "desk/backups.html", {"jobs": jobs, "waiting": waiting})


@owners_only
def backup(request: Request, public_id: str) -> HttpResponseBase:
    """The file of a backup."""
    ask_again(request)
    return handed_out(get_object_or_404(Job, public_id=public_id, kind=BACKUP))


@require_POST
@owners_only
def backup_delete(request: Request, public_id: str) -> HttpResponseBase:
    """Delete a backup and its file."""
    discard(job=get_object_or_404(Job.objects.exclude(finished_at=None), public_id=public_id, kind=BACKUP))
    messages.success(request, _("The backup is deleted."))
    return see_other("desk-backups")


@owners_only
def jobs(request: Request) -> HttpResponseBase:
    """What was asked for lately, by whom, and how it went; never what is inside."""
    lately = Job.objects.select_related("person").newest_first()[:SHOWN]
    return render(request, "desk/jobs.html", {"jobs": titled(lately)})


def handed_out(job: Job) -> HttpResponseBase:
    """What a piece of work made, as a download that no cache keeps; 404 while there is no file."""
    path = Path(settings.PARVIS_DATA) / job.file
    if not job.file or not path.is_file():
        raise Http404
    response = FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
