"""What is held on me: a copy to take along, and leaving."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parvis.core.people.http import members_only, see_other, who
from parvis.core.people.limits import allow, too_often
from parvis.core.people.personal import PERSONAL
from parvis.core.people.proving import ask_again
from parvis.core.people.request import Request
from parvis.lib.refusal import Refusal

from ..actions.jobs import ask, discard
from ..declared_jobs import EXPORT
from ..keeping.erasure import erase_person, kept_by_law
from ..models import Job
from ..page_forms import LeaveForm
from .jobs import handed_out


@members_only
def data(request: Request) -> HttpResponseBase:
    """My copies; POST asks for a new one."""
    if request.method == "POST":
        ask_again(request)
        if not allow("export", "5/d", request):
            return too_often(request)
        ask(kind=EXPORT, person=who(request), at=request.at)
        messages.success(request, _("Your copy is being made. A notice will tell you when it is ready."))
        return see_other("my-data")
    jobs = Job.objects.filter(kind=EXPORT, person=who(request)).newest_first()[:20]
    waiting = any(job.finished_at is None for job in jobs)
    return render(request, "data/data.html", {"jobs": jobs, "waiting": waiting, "held": PERSONAL})


@members_only
def download(request: Request, public_id: str) -> HttpResponseBase:
    """One of my copies; nobody else's."""
    ask_again(request)
    return handed_out(get_object_or_404(Job, public_id=public_id, kind=EXPORT, person=who(request)))


@require_POST
@members_only
def forget(request: Request, public_id: str) -> HttpResponseBase:
    """Delete one of my copies here; the one I downloaded is mine."""
    mine = Job.objects.filter(kind=EXPORT, person=who(request)).exclude(finished_at=None)
    discard(job=get_object_or_404(mine, public_id=public_id))
    messages.success(request, _("That copy is deleted here."))
    return see_other("my-data")


@members_only
def leaving(request: Request) -> HttpResponseBase:
    """Leave the square, at once and for good, with or without one's words."""
    person = who(request)
    form = LeaveForm(request.POST or None, person=person, at=request.at)
    if "password" not in form.fields:  # it asks by itself
        ask_again(request)
    if form.is_valid():
        try:
            erase_person(person=person, at=request.at, keep_words=form.keeps_words())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            logout(request)
            return see_other("goodbye")
    return render(request, "data/leave.html", {"form": form, "kept": list(kept_by_law())})


def goodbye(request: Request) -> HttpResponseBase:
    """The last page for whoever has left."""
    return render(request, "data/goodbye.html")
