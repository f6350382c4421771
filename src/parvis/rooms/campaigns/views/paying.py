"""Where a backer leaves a card, says yes to their bank, and comes back to; by the link of their pledge."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from parvis.core.people.http import see_other
from parvis.core.people.limits import allow, too_often
from parvis.core.people.request import Request
from parvis.core.site.views.entering import unlisted
from parvis.lib.funding.pledges import PledgeState
from parvis.lib.payments import NotReady, Setup
from parvis.lib.refusal import Refusal

from ..actions.leaving_cards import payable, takes_a_card
from ..links import card_path, pledge_of, pledge_path, token_of
from ..models import Pledge, Provider
from ..provider import paying
from ..words import wording
from ..words.wording import here
from .by_link import speaking

BY_PLEDGE = "40/h/key"
SAMPLES = (
    ("pm_card_visa", _("A card that pays")),
    ("pm_card_authenticationRequired", _("A card whose bank asks its holder to say yes")),
    (
        "pm_card_visa_chargeDeclinedInsufficientFunds",
        _("A card without money: declined at the debit, and tried again"),
    ),
    ("pm_card_visa_chargeDeclinedLostCard", _("A card that was lost: declined at the debit for good")),
    ("pm_card_visa_chargeDeclined", _("A card that is declined here already")),
)
"""The make-believe cards that can be left, by the names of Stripe's test cards."""


def show(request: Request, name: str, pledge: Pledge, status: int = 200, **page: Any) -> HttpResponse:
    """A page about a pledge, in the language of whoever reads it."""
    campaign = pledge.campaign
    page |= {
        "pledge": pledge,
        "campaign": campaign,
        "title": campaign.publication.title,
        "amount": wording.brief(pledge.amount, campaign.currency, here()),
        "back": pledge_path(pledge),
        "card": card_path(pledge),
        "pay": f"{pledge_path(pledge)}pay/",
    }
    return unlisted(render(request, f"campaigns/paying/{name}.html", page, status=status))


def with_provider(request: Request, token: str, do: Callable[[Pledge], HttpResponseBase]) -> HttpResponseBase:
    """Do something with a pledge for which its provider is asked; what stands in the way is said in words."""
    pledge = pledge_of(token)
    if not allow("campaigns-card", BY_PLEDGE, request, key=pledge.public_id):
        return too_often(request)
    with speaking(request, pledge):
        try:
            return do(pledge)
        except Refusal as refusal:
            return show(request, "refused", pledge, 409, refusal=refusal)
        except NotReady:
            return show(request, "shut", pledge, 503)


def away(request: Request, pledge: Pledge, url: str) -> HttpResponse:
    """Lead to a page elsewhere. Not by a redirect: our pages let no form lead elsewhere, whatever is put into them (CSP)."""
    return show(request, "away", pledge, url=url)


@require_http_methods(["GET", "HEAD", "POST"])
def leave_card(request: Request, token: str) -> HttpResponseBase:
    """What leaving a card comes to, and the way there."""
    if request.method == "POST":
        return with_provider(request, token, lambda pledge: begun(request, pledge))
    pledge = pledge_of(token)
    with speaking(request, pledge):
        campaign = pledge.campaign
        page: dict[str, Any] = {
            "takes": takes_a_card(pledge, campaign, campaign.now(request.at)),
            "payable": payable(pledge),
            "is_late": pledge.state in {PledgeState.DECLINED, PledgeState.ACTION_REQUIRED},
            "is_pretended": campaign.card is not None and campaign.card.provider == Provider.FAKE,
        }
        return show(request, "card", pledge, **page)


def begun(request: Request, pledge: Pledge) -> HttpResponseBase:
    setup = paying.begin_card(pledge=pledge, clock=timezone.now)
    if setup.status != "open":
        return came_back(request, pledge, setup)
    if pledge.campaign.card is not None and pledge.campaign.card.provider == Provider.FAKE:
        return unlisted(see_other("campaigns:pretended-card", token_of(pledge)))
    return away(request, pledge, setup.url)


@require_safe
def card_back(request: Request, token: str) -> HttpResponseBase:
    """Coming back from the provider's page, which leads here by GET; what was done there is a fact, and noted once."""

    def back(pledge: Pledge) -> HttpResponseBase:
        return came_back(request, pledge, paying.come_back(pledge=pledge, clock=timezone.now))

    return with_provider(request, token, back)


def came_back(request: Request, pledge: Pledge, setup: Setup) -> HttpResponseBase:
    """The pledge as it stands now, if a card was left; else what happened, and what to do."""
    if setup.status == "succeeded":
        return unlisted(see_other(pledge_path(pledge)))
    status = 503 if setup.status == "unknown" else 200
    return show(request, "card_back", pledge, status, setup=setup)


@require_http_methods(["GET", "HEAD", "POST"])
def pretended_card(request: Request, token: str) -> HttpResponseBase:
    """The page of a provider that moves no money: one chooses what the card is to do."""
    pledge = pledge_of(token)
    account = pledge.campaign.card
    if account is None or account.provider != Provider.FAKE:
        raise Http404
    chosen = request.POST.get("card", "")
    if request.method != "POST" or chosen not in dict(SAMPLES):
        with speaking(request, pledge):
            return show(
                request, "pretended", pledge, 422 if request.method == "POST" else 200, samples=SAMPLES
            )

    def left(pledge: Pledge) -> HttpResponseBase:
        setup = paying.pretend(pledge=pledge, sample=chosen, clock=timezone.now)
        return came_back(request, pledge, setup)

    return with_provider(request, token, left)


@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: Request, token: str) -> HttpResponseBase:
    """Say yes to one's bank for a debit that it asks about, or that was declined: the same debit, so that there is one."""
    if request.method != "POST":
        return unlisted(see_other(card_path(pledge_of(token))))

    def confirmed(pledge: Pledge) -> HttpResponseBase:
        outcome = paying.confirm(pledge=pledge, clock=timezone.now)
        if outcome.kind == "action required" and outcome.url:
            return away(request, pledge, outcome.url)
        return paid(request, pledge, outcome.kind)

    return with_provider(request, token, confirmed)


@require_safe
def pay_back(request: Request, token: str) -> HttpResponseBase:
    """Coming back from one's bank; what was said there is a fact, and noted once."""

    def back(pledge: Pledge) -> HttpResponseBase:
        return paid(request, pledge, paying.paid_back(pledge=pledge, clock=timezone.now).kind)

    return with_provider(request, token, back)


def paid(request: Request, pledge: Pledge, kind: str) -> HttpResponseBase:
    """The pledge as it stands now, if that is all; else what happened, and what to do."""
    if kind in {"collected", "processing"}:
        return unlisted(see_other(pledge_path(pledge)))
    return show(request, "not_paid", pledge, 503 if kind == "unknown" else 200, kind=kind)
