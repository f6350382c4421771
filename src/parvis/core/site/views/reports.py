"""Reports: a member asks the owners to look at something; the owners look, write, settle, take down."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parvis.core.people.http import members_only, owners_only, see_other, who
from parvis.core.people.limits import allow, too_often
from parvis.core.people.request import Request
from parvis.core.stream.finding import Gone, seen_or_404
from parvis.core.stream.models import Report
from parvis.lib.refusal import Refusal

from ..actions import ask_author, ask_owners, settle_report, take_down
from ..desk_forms import AskAuthorForm, OutcomeForm
from ..page_forms import ReportForm

SETTLED_SHOWN = 50

type Deed = tuple[type[forms.Form], Callable[..., object], object]

DEEDS: dict[str, Deed] = {
    "settle": (OutcomeForm, settle_report, gettext_lazy("The report is settled; both have been told.")),
    "take_down": (OutcomeForm, take_down, gettext_lazy("It is taken down; both have been told.")),
    "ask": (AskAuthorForm, ask_author, gettext_lazy("Your words wait for the author among their notices.")),
}


@members_only
def report(request: Request, public_id: str) -> HttpResponseBase:
    """Ask the owners to look at something one can read."""
    try:
        publication = seen_or_404(request.viewer, public_id)
    except Gone:
        raise Http404 from None
    form = ReportForm(request.POST or None)
    if form.is_valid():
        if not allow("report", "20/h", request):
            return too_often(request)
        try:
            ask_owners(
                publication=publication, by=who(request), words=form.cleaned_data["words"], at=request.at
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("The owners will look at it. You will find their answer among your notices.")
            )
            return see_other(publication.get_absolute_url())
    return render(request, "pages/report.html", {"form": form, "publication": publication})


@owners_only
def reports(request: Request) -> HttpResponseBase:
    """Those that wait, the oldest first; then those that are settled."""
    all_reports = Report.objects.unguarded("owners read reports").select_related("by", "about", "settled_by")
    waiting = all_reports.open().order_by("at")
    settled = all_reports.exclude(settled_at=None).order_by("-settled_at")[:SETTLED_SHOWN]
    return render(request, "desk/reports.html", {"waiting": waiting, "settled": settled})


@owners_only
def settle(request: Request, number: int) -> HttpResponseBase:
    """One report, with the words it quotes, and what to do about it."""
    read = Report.objects.unguarded("owners read reports")
    found = get_object_or_404(read.select_related("by", "about", "settled_by", "publication"), pk=number)
    bound = {name: kind(prefix=name) for name, (kind, _action, _words) in DEEDS.items()}
    done = request.POST.get("do", "")
    if done in DEEDS:
        kind, action, words = DEEDS[done]
        bound[done] = kind(request.POST, prefix=done)
        if bound[done].is_valid():
            try:
                action(report=found, by=who(request), at=request.at, **bound[done].cleaned_data)
            except Refusal as refusal:
                bound[done].add_error(None, str(refusal))
            else:
                messages.success(request, str(words))
                return see_other("desk-reports")
    return render(
        request, "desk/report.html", {"report": found, "forms": bound, "still_there": bool(found.path)}
    )
