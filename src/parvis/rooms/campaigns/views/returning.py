"""For whoever makes a campaign: what went back of what came, giving back, undoing all of it, and what needs a look."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.core.people.http import see_other, who
from parvis.core.people.request import Request
from parvis.lib.funding.campaigns import Collection
from parvis.lib.funding.pledges import PAID
from parvis.lib.refusal import Refusal

from ..actions import refunding
from ..actions.returning import next_number
from ..actions.settling import try_held
from ..forms.refunding import RefundForm, UndoForm
from ..models import Attempt, AttemptState, Campaign, Dispute, Pledge, Refund, RefundState, Way
from .guarding import own, page, tried

A_PAGE = 50
MOST = 200
"""Refunds that are listed; each is in the copy of its campaign's books."""


@require_safe
@own
def returns(request: Request, campaign: Campaign) -> HttpResponseBase:
    """What needs a look, what went back, and what could be given back."""
    refunds = Refund.objects.filter(pledge__in=pledges_of(campaign)).select_related("pledge").order_by("-pk")
    paid = Pledge.objects.filter(refunding.HERE, campaign=campaign)
    shown = Paginator(paid.order_by("number"), A_PAGE).get_page(request.GET.get("page"))
    held = Attempt.objects.filter(campaign=campaign, state=AttemptState.HELD).select_related("pledge")
    context: dict[str, object] = {
        "disputes": disputes_of(campaign),
        "held": held.order_by("pk")[:A_PAGE],
        "refused": refunds.filter(is_owed=True, state=RefundState.REFUSED),
        "refunds": refunds[:MOST],
        "lines": [(one, one.received - one.returned) for one in shown],
        "shown": shown,
        "may_undo": refunding.may_be_undone(campaign, request.at),
        "is_undone": campaign.collection == Collection.UNDONE,
    }
    return page(request, "returns", campaign, context)


def pledges_of(campaign: Campaign) -> QuerySet[Pledge]:
    return Pledge.objects.filter(campaign=campaign)


def disputes_of(campaign: Campaign) -> Sequence[Dispute]:
    """The disputes of a campaign, those first that are to be answered."""
    rows = Dispute.objects.filter(attempt__pledge__in=pledges_of(campaign)).select_related("attempt__pledge")
    return sorted(rows, key=lambda one: (one.stage != "asked", -one.pk))


@require_http_methods(["GET", "HEAD", "POST"])
@own
def refund(request: Request, campaign: Campaign, public_id: str) -> HttpResponseBase:
    """Give part of a pledge back, or all of it. What came by bank goes back by bank."""
    rows = Pledge.objects.prefetch_related("campaign__publication")
    # Before money has come, the creator knows of nobody more than they show.
    pledge = get_object_or_404(rows, campaign=campaign, public_id=public_id, received__gt=0)
    if pledge.way == Way.BANK:
        return see_other("campaigns:refund-by-hand", pledge.public_id)
    left = refunding.left_of(pledge)
    first = {"amount": left, "number": next_number(pledge)}
    typed = request.POST if request.method == "POST" else None
    form = RefundForm(typed, currency=campaign.currency, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            refunding.refund(pledge=pledge, by=who(request), at=request.at, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is on its way. This page says when it has gone back."))
            return see_other("campaigns:returns", campaign.slug)
    context: dict[str, object] = {"pledge": pledge, "form": form, "left": left}
    context["may"] = pledge.state in PAID and left > 0
    return page(request, "refund", campaign, context, failed=bool(form.errors))


@require_http_methods(["GET", "HEAD", "POST"])
@own
def undo(request: Request, campaign: Campaign) -> HttpResponseBase:
    """Give everything back to everyone, after a question."""
    if campaign.collection == Collection.UNDONE:
        return see_other("campaigns:returns", campaign.slug)
    form = UndoForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if tried(request, lambda: refunding.undo(campaign=campaign, by=who(request), at=request.at)):
            messages.success(request, _("Everything goes back. This page says how far it is."))
        return see_other("campaigns:returns", campaign.slug)
    context: dict[str, object] = {
        "form": form,
        "may": refunding.may_be_undone(campaign, request.at),
        "left": campaign.collected - campaign.returned,
    }
    return page(request, "undo", campaign, context, failed=bool(form.errors))


@require_POST
@own
def refund_again(request: Request, campaign: Campaign, public_id: str) -> HttpResponseBase:
    """Send again what is owed and was refused."""
    rows = Refund.objects.filter(pledge__in=pledges_of(campaign), is_owed=True)
    row = get_object_or_404(rows, public_id=public_id)
    if tried(request, lambda: refunding.send_again(refund=row, by=who(request), at=request.at)):
        messages.success(request, _("It is sent again."))
    return see_other("campaigns:returns", campaign.slug)


@require_POST
@own
def attempt_again(request: Request, campaign: Campaign, number: int) -> HttpResponseBase:
    """Go on with a debit that was held."""
    attempt = get_object_or_404(Attempt, campaign=campaign, pk=number)
    if tried(request, lambda: try_held(attempt=attempt, at=request.at)):
        messages.success(request, _("The provider is asked what became of it, and it goes on from there."))
    return see_other("campaigns:returns", campaign.slug)
