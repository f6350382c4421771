"""How a person is told what concerns them: their choice for each kind, their quiet hours, and the link that ends mails."""

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from parvis.core.audiences.words import listed
from parvis.core.people.models import Notice, Person
from parvis.core.people.request import Request

from .. import actions
from ..forms import NoticesForm, QuietForm
from ..links import told_by
from ..models import Reading
from ..notices import NOTICES, NoticeKind
from ..ways import ways_of
from .private import private


def kinds_for(person: Person) -> list[NoticeKind]:
    """The kinds of notice that may come to a person, those of people first; for guests those that have come."""
    kinds = sorted(NOTICES.values(), key=lambda kind: kind.is_of_the_house)
    if person.is_member:
        return [kind for kind in kinds if kind.concerns(person)]
    came = set(Notice.objects.filter(person=person).values_list("kind", flat=True).distinct())
    return [kind for kind in kinds if kind.name in came]


def notices_form(request: Request, person: Person) -> NoticesForm | None:
    """How each kind comes, with what was chosen just now; None when no kind may come."""
    kinds = kinds_for(person)
    data = request.POST if request.POST.get("do") == "notices" else None
    return NoticesForm(data, kinds=kinds, ways=ways_of(person), prefix="notices") if kinds else None


def choose(request: Request, person: Person) -> str | None:
    form = notices_form(request, person)
    if form is None or not form.is_valid():
        return None
    actions.choose_ways(person=person, ways=form.chosen(), at=request.at)
    return _("Kept.")


def quiet_form(request: Request, person: Person, reading: Reading) -> QuietForm:
    """The quiet hours, with what was typed and what is wrong with that."""
    data = request.POST if request.POST.get("do") == "quiet" else None
    initial = {"begins": reading.quiet_from, "ends": reading.quiet_to}
    return QuietForm(data, initial=initial, prefix="quiet")


def quiet(request: Request, person: Person) -> str | None:
    form = quiet_form(request, person, Reading(person=person))
    if not form.is_valid():
        return None
    begins, ends = form.cleaned_data["begins"], form.cleaned_data["ends"]
    actions.set_quiet_hours(person=person, begins=begins, ends=ends, at=request.at)
    if begins is None:
        return _("Mails may come at any hour.")
    return _("Between those hours no mail is sent at once; it is sent when they end.")


@csrf_exempt  # RFC 8058: a mail program posts here, without cookie, login or form
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: Request, kinds: str, token: str) -> HttpResponseBase:
    """One click ends mails of these kinds of notice: a page with a button for people, a POST for mail programs."""
    person = told_by(kinds, token)
    if person is None:
        return private(render(request, "delivery/left.html", {}))
    names = [name for name in kinds.split("+") if name in NOTICES]
    with translation.override(person.language):
        if request.method == "POST":
            actions.end_mails_of(person=person, kinds=names, at=request.at)
            return private(render(request, "delivery/notices_left.html", {}))
        titles = listed([f"“{NOTICES[name].title}”" for name in names])
        return private(render(request, "delivery/notices_leave.html", {"titles": titles}))
