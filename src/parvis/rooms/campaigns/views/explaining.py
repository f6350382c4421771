"""The budget, the questions and the milestones of a campaign: three lists that are written in the same way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from parvis.core.people.http import see_other
from parvis.core.people.request import Request
from parvis.lib.refusal import Refusal

from ..actions import explaining
from ..forms.offering import LineForm, MilestoneForm, QuestionForm, SaidForm
from ..models import BudgetLine, Campaign, Milestone, Question
from .guarding import codes_of, own, page

REMOVED = "campaigns.removed"
"""Where the session keeps what was just taken away, so that it can be put back."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One of the three lists: how its rows are read and typed, and what is done to them."""

    form: type[SaidForm]
    rows: Callable[[Campaign], QuerySet[Any]]
    values: Callable[[Any], dict[str, Any]]
    """A row as the actions take it."""
    typed: Callable[[SaidForm], dict[str, Any]]
    """A form as the actions take it."""
    add: Callable[..., object]
    change: Callable[..., object]
    remove: Callable[..., object]
    row_name: str
    takes_at: bool = True
    """Whether to add and to change take the moment."""


def lines_of(campaign: Campaign) -> QuerySet[BudgetLine]:
    rows = BudgetLine.objects.unguarded("one's own campaign").filter(campaign=campaign)
    return rows.order_by("position", "pk")


def questions_of(campaign: Campaign) -> QuerySet[Question]:
    rows = Question.objects.unguarded("one's own campaign").filter(campaign=campaign)
    return rows.order_by("position", "pk")


def milestones_of(campaign: Campaign) -> QuerySet[Milestone]:
    return Milestone.objects.unguarded("one's own campaign").filter(campaign=campaign).order_by("amount")


def asked(form: SaidForm) -> dict[str, Any]:
    questions, answers = form.said("question"), form.said("answer")
    return {"words": {code: {"question": questions[code], "answer": answers[code]} for code in form.codes}}


def reckoned(form: SaidForm) -> dict[str, Any]:
    return {"words": form.said("words"), "amount": form.cleaned_data["amount"]}


SUBJECTS: Mapping[str, Subject] = {
    "budget": Subject(
        form=LineForm,
        rows=lines_of,
        values=lambda row: {"words": row.words, "amount": row.amount, "position": row.position},
        typed=reckoned,
        add=explaining.add_line,
        change=explaining.change_line,
        remove=explaining.remove_line,
        row_name="line",
        takes_at=False,
    ),
    "questions": Subject(
        form=QuestionForm,
        rows=questions_of,
        values=lambda row: {"words": row.words, "position": row.position},
        typed=asked,
        add=explaining.add_question,
        change=explaining.change_question,
        remove=explaining.remove_question,
        row_name="question",
    ),
    "milestones": Subject(
        form=MilestoneForm,
        rows=milestones_of,
        values=lambda row: {"words": row.words, "amount": row.amount},
        typed=reckoned,
        add=explaining.add_milestone,
        change=explaining.change_milestone,
        remove=explaining.remove_milestone,
        row_name="milestone",
    ),
}


def as_typed(row: Any) -> dict[str, Any]:
    """The form as it would be typed for a row."""
    typed: dict[str, Any] = {"amount": getattr(row, "amount", None)}
    for code, said in row.words.items():
        parts = said if isinstance(said, dict) else {"words": said}
        typed |= {f"{part}_{code}": text for part, text in parts.items()}
    return typed


def moment(subject: Subject, at: datetime) -> dict[str, datetime]:
    return {"at": at} if subject.takes_at else {}


@require_http_methods(["GET", "HEAD", "POST"])
@own
def pieces(request: Request, campaign: Campaign, subject: str) -> HttpResponseBase:
    """The list, and a form that adds to it."""
    return piece_page(request, campaign, subject)


@require_http_methods(["GET", "HEAD", "POST"])
@own
def piece(request: Request, campaign: Campaign, subject: str, number: int) -> HttpResponseBase:
    """Change one of them."""
    return piece_page(request, campaign, subject, row_or_404(campaign, subject, number))


def row_or_404(campaign: Campaign, subject: str, number: int) -> Any:
    row = SUBJECTS[subject].rows(campaign).filter(pk=number).first()
    if row is None:
        raise Http404
    return row


def piece_page(request: Request, campaign: Campaign, subject: str, row: Any = None) -> HttpResponseBase:
    """The form for a new one or this one, with the others around it."""
    about = SUBJECTS[subject]
    form = about.form(
        request.POST or None,
        codes=codes_of(request, campaign),
        currency=campaign.currency,
        initial=as_typed(row) if row is not None else {},
    )
    if request.method == "POST" and form.is_valid():
        values = about.typed(form) | moment(about, request.at)
        try:
            if row is None:
                about.add(campaign=campaign, **values)
            else:
                about.change(**{about.row_name: row}, **values)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return see_other(f"campaigns:{subject}", campaign.slug)
    rows = list(about.rows(campaign))
    context: dict[str, object] = {"form": form, "row": row, "rows": rows, "subject": subject}
    if subject == "budget":
        context["sum"] = sum(one.amount for one in rows)
        context["difference"] = campaign.goal - sum(one.amount for one in rows)
    return page(request, subject, campaign, context, failed=request.method == "POST")


@require_POST
@own
def remove_piece(request: Request, campaign: Campaign, subject: str, number: int) -> HttpResponseBase:
    """Take one away, with a way back."""
    about = SUBJECTS[subject]
    row = row_or_404(campaign, subject, number)
    values = about.values(row)
    try:
        about.remove(**{about.row_name: row})
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return see_other(f"campaigns:{subject}", campaign.slug)
    request.session[REMOVED] = {"campaign": campaign.slug, "subject": subject, "values": values}
    undo = reverse(f"campaigns:{subject}-back", args=[campaign.slug])
    messages.success(request, _("It is taken away."), extra_tags=f"undo:{undo}")
    return see_other(f"campaigns:{subject}", campaign.slug)


@require_POST
@own
def piece_back(request: Request, campaign: Campaign, subject: str) -> HttpResponseBase:
    """Put back what was just taken away."""
    about = SUBJECTS[subject]
    kept = request.session.pop(REMOVED, None)
    if kept is None or (kept["campaign"], kept["subject"]) != (campaign.slug, subject):
        messages.info(request, _("Nothing is left to be put back."))
        return see_other(f"campaigns:{subject}", campaign.slug)
    try:
        about.add(campaign=campaign, **kept["values"], **moment(about, request.at))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is back."))
    return see_other(f"campaigns:{subject}", campaign.slug)
