"""For whoever makes a campaign: what went back of what came, giving back, undoing all of it, and what needs a look."""

from collections.abc import Callable, Iterator

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.core.people.http import person_only, see_other, who
from parvis.core.people.request import Request
from parvis.lib.funding.campaigns import Collection
from parvis.lib.funding.pledges import PAID
from parvis.lib.money import format_amount
from parvis.lib.refusal import Refusal

from ..actions import refunding
from ..actions.returning import next_number
from ..actions.settling import try_held
from ..models import Attempt, AttemptState, Campaign, Dispute, Pledge, Refund, RefundState
from ..refund_forms import RefundForm, UndoForm

A_PAGE = 50
OPEN = (RefundState.PREPARED, RefundState.ASKED)


def own_campaign(request: Request, slug: str) -> Campaign:
    """A campaign of the asker's own. Raises Http404."""
    rows = Campaign.objects.of(who(request)).filter(publication__deleted_at=None)
    return get_object_or_404(rows.select_related("publication__author", "card"), slug=slug)


def own_pledge(campaign: Campaign, public_id: str) -> Pledge:
    return get_object_or_404(
        Pledge.objects.prefetch_related("campaign"), campaign=campaign, public_id=public_id
    )


def money(campaign: Campaign) -> Callable[[int], str]:
    """How an amount of this campaign is written here."""
    language = get_language() or "en"
    return lambda amount: format_amount(amount, campaign.currency, language)


def show(
    request: Request, name: str, campaign: Campaign, *, status: int = 200, **page: object
) -> HttpResponse:
    page |= {"campaign": campaign, "title": campaign.publication.title}
    return render(request, f"campaigns/returning/{name}.html", page, status=status)


def tried(request: Request, act: Callable[[], object], words: str) -> bool:
    """Do it, and say so; or say why not. Whether it was done."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, words)
    return True


@require_safe
@person_only
def returns(request: Request, slug: str) -> HttpResponse:
    """What needs a look, what went back, and what could be given back."""
    campaign = own_campaign(request, slug)
    write = money(campaign)
    refunds = Refund.objects.filter(pledge__campaign=campaign.pk).select_related("pledge").order_by("-pk")
    paid = Pledge.objects.filter(campaign=campaign, state__in=[*map(str, PAID)], received__gt=F("returned"))
    pledges = Paginator(paid.order_by("number"), A_PAGE).get_page(request.GET.get("page"))
    return show(
        request,
        "returns",
        campaign,
        collected=write(campaign.collected),
        returned=write(campaign.returned) if campaign.returned else "",
        disputes=list(disputes_of(campaign)),
        held=list(held_of(campaign)),
        refused=[(row, write(row.amount)) for row in refunds.filter(is_owed=True, state=RefundState.REFUSED)],
        refunds=[(row, write(row.amount)) for row in refunds[: A_PAGE * 4]],
        pledges=[(one, write(one.received - one.returned)) for one in pledges],
        pager=pledges,
        may_undo=refunding.may_be_undone(campaign, request.at),
        is_undone=campaign.collection == Collection.UNDONE,
    )


def disputes_of(campaign: Campaign) -> Iterator[tuple[Dispute, str]]:
    """The disputes of a campaign, those first that are to be answered."""
    write = money(campaign)
    rows = Dispute.objects.filter(attempt__campaign=campaign.pk).select_related("attempt__pledge")
    for row in sorted(rows, key=lambda one: (one.stage != "asked", -one.pk)):
        yield row, write(row.amount)


def held_of(campaign: Campaign) -> Iterator[tuple[Attempt, str]]:
    """Debits that somebody has to look at."""
    write = money(campaign)
    rows = Attempt.objects.filter(campaign=campaign, state=AttemptState.HELD).select_related("pledge")
    for row in rows.order_by("pk")[:A_PAGE]:
        yield row, write(row.amount)


@require_http_methods(["GET", "HEAD", "POST"])
@person_only
def refund(request: Request, slug: str, public_id: str) -> HttpResponseBase:
    """Give part of a pledge back, or all of it."""
    campaign = own_campaign(request, slug)
    pledge = own_pledge(campaign, public_id)
    left = refunding.left_of(pledge)
    first = {"amount": left, "number": next_number(pledge)}
    form = RefundForm(request.POST or None, currency=campaign.currency, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            refunding.refund(pledge=pledge, by=who(request), at=request.at, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is on its way. This page says when it is there."))
            return see_other("campaigns:returns", campaign.slug)
    write = money(campaign)
    page = {"pledge": pledge, "form": form, "left": write(left), "received": write(pledge.received)}
    return show(
        request,
        "refund",
        campaign,
        status=422 if form.errors else 200,
        may=pledge.state in PAID and left > 0,
        is_by_hand=pledge.pk not in refunding.paid_by([pledge]),
        **page,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@person_only
def undo(request: Request, slug: str) -> HttpResponseBase:
    """Give everything back to everyone, after a question."""
    campaign = own_campaign(request, slug)
    if campaign.collection == Collection.UNDONE:
        return see_other("campaigns:returns", campaign.slug)
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = _("Everything goes back. This page says how far it is.")
        tried(request, lambda: refunding.undo(campaign=campaign, by=who(request), at=request.at), words)
        return see_other("campaigns:returns", campaign.slug)
    write = money(campaign)
    return show(
        request,
        "undo",
        campaign,
        status=422 if form.errors else 200,
        form=form,
        may=refunding.may_be_undone(campaign, request.at),
        left=write(campaign.collected - campaign.returned),
        collected=write(campaign.collected),
        goal=write(campaign.goal),
    )


@require_POST
@person_only
def refund_again(request: Request, slug: str, public_id: str) -> HttpResponseBase:
    """Send again what is owed and was refused."""
    campaign = own_campaign(request, slug)
    row = get_object_or_404(Refund, pledge__campaign=campaign.pk, public_id=public_id, is_owed=True)
    by = who(request)
    tried(request, lambda: refunding.send_again(refund=row, by=by, at=request.at), _("It is sent again."))
    return see_other("campaigns:returns", campaign.slug)


@require_POST
@person_only
def attempt_again(request: Request, slug: str, number: int) -> HttpResponseBase:
    """Go on with a debit that was held."""
    campaign = own_campaign(request, slug)
    attempt = get_object_or_404(Attempt, campaign=campaign, pk=number)
    words = _("The provider is asked what became of it, and it goes on from there.")
    tried(request, lambda: try_held(attempt=attempt, at=request.at), words)
    return see_other("campaigns:returns", campaign.slug)
