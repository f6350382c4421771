"""Payments to a creator's accounts: bring a statement, read what came of it, decide on what it does not say by itself."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.core.people.http import person_only, see_other, who
from parvis.core.people.models import Person
from parvis.core.people.request import Request
from parvis.core.people.sizes import takes_files
from parvis.lib.banking.references import is_qr_iban
from parvis.lib.money import plain
from parvis.lib.refusal import Refusal

from ..actions.bank import allocating as deciding
from ..actions.bank.bringing import bring_statement, call_account
from ..actions.bank.refusals import NotYourAccount
from ..actions.refunding_by_hand import refund_by_hand, refundable
from ..forms.banking import RefundForm, SearchForm, StatementForm
from ..models import BankAccount, BankLine, Campaign, LineState, Pledge, Why
from ..pages.finding_bills import bills_of, found_by
from ..words.bank import told
from .accounts import maker

PAGE = 50
OWED = Q(over__gt=0, sent_back_at=None)
FILTERS = {
    "": (pgettext_lazy("payments", "To decide"), Q(state__in=[LineState.OPEN, LineState.PROPOSED]) | OWED),
    "proposed": (pgettext_lazy("payments", "Proposed"), Q(state=LineState.PROPOSED)),
    "open": (pgettext_lazy("payments", "Open"), Q(state=LineState.OPEN)),
    "owed": (pgettext_lazy("payments", "To be sent back"), OWED),
    "paid": (pgettext_lazy("payments", "Paid a pledge"), Q(state=LineState.PAID)),
    "aside": (pgettext_lazy("payments", "Put aside"), Q(state=LineState.ASIDE)),
}


def lines_of(person: Person) -> QuerySet[BankLine]:
    """The payments to this person's accounts, with what they pay."""
    rows = BankLine.objects.filter(account__person=person).select_related("account", "pledge")
    return rows.prefetch_related("pledge__campaign__publication")


@takes_files(1)
@require_http_methods(["GET", "POST"])
@person_only
def statements(request: Request) -> HttpResponseBase:
    """The payments, those that wait for a decision first; POST brings a statement."""
    me = maker(request)
    unknown: list[str] = []
    form = StatementForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            brought = bring_statement(
                person=me, source=file.read(), file=file.name or "", by=me, at=request.at
            )
        except Refusal as refusal:
            form.add_error("file", str(refusal))
            unknown = refusal.accounts if isinstance(refusal, NotYourAccount) else []
        else:
            left_out = [f"{item}: {reason}" for item, reason in brought.skipped[:5]]
            messages.success(request, " ".join([*told(brought), *left_out]))
            return see_other("campaigns:statements")
    asked = request.GET.get("show", "")
    _title, condition = FILTERS.get(asked, FILTERS[""])
    rows = lines_of(me).filter(condition).order_by("-booked_on", "-pk")
    page = {
        "form": form,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "filters": [(name, title) for name, (title, _condition) in FILTERS.items()],
        "asked": asked if asked in FILTERS else "",
        "unknown": unknown,
        "could_be": [
            one for one in own_accounts(me) if unknown and not one.stated_as and is_qr_iban(one.iban)
        ],
        "has_lines": rows.exists() or lines_of(me).exists(),
    }
    return render(request, "campaigns/bank/statements.html", page)


def own_accounts(person: Person) -> QuerySet[BankAccount]:
    """The accounts that this person uses."""
    return BankAccount.objects.filter(person=person, closed_at=None).order_by("made_at")


@require_POST
@person_only
def same_account(request: Request, public_id: str) -> HttpResponseBase:
    """Say what the statements of an account call it."""
    account = get_object_or_404(own_accounts(who(request)), public_id=public_id)
    call_account(account=account, stated_as=request.POST.get("stated_as", ""))
    messages.success(
        request, _("From now on, statements of this account are known. Bring the file once more.")
    )
    return see_other("campaigns:statements")


@require_safe
@person_only
def payment(request: Request, public_id: str) -> HttpResponseBase:
    """One payment, and what can be decided on it."""
    me = who(request)
    line = get_object_or_404(lines_of(me), public_id=public_id)
    form = SearchForm(request.GET if "q" in request.GET else None)
    asked = form.cleaned_data["q"].strip() if form.is_valid() else ""
    may_pay = line.amount > 0 and line.state == LineState.OPEN and line.sent_back_at is None
    page = {
        "line": line,
        "form": form,
        "asked": asked,
        "may_pay": may_pay,
        "found": found_by(asked, bills_of(me), line) if may_pay else [],
        "is_owed": bool(line.over) and line.sent_back_at is None,
        "went_back": line.state == LineState.OPEN and line.amount < 0 and line.pledge is not None,
        "may_put_aside": line.state == LineState.OPEN and (not line.over or line.sent_back_at is not None),
        "why": Why(line.because).label if line.because else "",
    }
    return render(request, "campaigns/bank/payment.html", page)


def accepted(request: Request, line: BankLine) -> str:
    if line.pledge is None:
        raise deciding.DecidedAlready
    return allocated_to(line.pledge, request, line)


def allocated(request: Request, line: BankLine) -> str:
    """To the pledge that was chosen, which must be one's own campaign's."""
    own = Campaign.objects.of(who(request)).values_list("pk", flat=True)
    rows = Pledge.objects.filter(campaign__in=list(own))
    return allocated_to(get_object_or_404(rows, public_id=request.POST.get("pledge", "")), request, line)


def allocated_to(pledge: Pledge, request: Request, line: BankLine) -> str:
    deciding.allocate(line=line, pledge=pledge, by=who(request), at=request.at)
    return _("It pays pledge %(number)d.") % {"number": pledge.number}


def refused(request: Request, line: BankLine) -> str:
    deciding.refuse(line=line)
    return _("It is open again.")


def put_aside(request: Request, line: BankLine) -> str:
    deciding.put_aside(line=line)
    return _("It is put aside. You find it there, should you want it back.")


def taken_up(request: Request, line: BankLine) -> str:
    deciding.take_up(line=line)
    return _("It is open again.")


def sent_back(request: Request, line: BankLine) -> str:
    deciding.send_back(line=line, at=request.at)
    return _("The books say that it was sent back.")


DEEDS: Mapping[str, Callable[[Request, BankLine], str]] = {
    "accept": accepted,
    "allocate": allocated,
    "refuse": refused,
    "aside": put_aside,
    "take-up": taken_up,
    "send-back": sent_back,
}


@require_POST
@person_only
def decide(request: Request, public_id: str) -> HttpResponseBase:
    """What is decided on one payment (`do`)."""
    line = get_object_or_404(lines_of(who(request)), public_id=public_id)
    deed = DEEDS.get(request.POST.get("do", ""))
    if deed is None:
        raise Http404
    try:
        messages.success(request, deed(request, line))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return see_other("campaigns:payment", line.public_id)


@require_http_methods(["GET", "POST"])
@person_only
def refund(request: Request, public_id: str) -> HttpResponseBase:
    """Write down what was sent back of a pledge by one's own bank; POST does."""
    me = who(request)
    own = Campaign.objects.of(me).values_list("pk", flat=True)
    rows = Pledge.objects.filter(campaign__in=list(own)).prefetch_related("campaign__publication")
    # Before money has come, the creator knows of nobody more than they show.
    pledge = get_object_or_404(rows, public_id=public_id, received__gt=0)
    left = refundable(pledge)
    currency = pledge.campaign.currency
    first = {"amount": plain(left, currency)}
    form = RefundForm(request.POST or None, pledge=pledge, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            refund_by_hand(
                pledge=pledge,
                amount=form.cleaned_data["amount"],
                because=form.cleaned_data["because"],
                by=me,
                at=request.at,
            )
        except Refusal as refusal:
            form.add_error("amount", str(refusal))
        else:
            messages.success(request, _("It is written down that this money went back."))
            return see_other("campaigns:refund-by-hand", pledge.public_id)
    page = {
        "pledge": pledge,
        "form": form,
        "currency": currency,
        "left": left,
        "refunds": pledge.refunds.order_by("number"),
    }
    return render(request, "campaigns/bank/refund.html", page)
