"""A backer's own pledge, by the link that was mailed to them: how it stands, other rewards, taken back."""

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.core.people.http import person_only, see_other, who
from parvis.core.people.request import Request
from parvis.lib.funding.campaigns import CampaignState
from parvis.lib.funding.pledges import BACKING, PledgeMove, PledgeState
from parvis.lib.geo.countries import country_name
from parvis.lib.refusal import Refusal

from ..actions import counting, pledging
from ..forms.pledging import ADDITION, HOW_SHOWN, WAYS, PledgeForm
from ..links import bill_path, card_path, pledge_of, pledge_path
from ..models import Campaign, Pledge, Receipt, Shown, Way
from ..pages.afterwards import afterwards_of
from ..pages.offering import offering_of
from ..published import GONE, mark_of
from ..wishes import Wish
from ..words import states, wording
from ..words.wording import here
from .by_link import private, speaking
from .pledging import initial_of, is_agreed, reckoned_of, show

WITH_A_CARD = frozenset(
    {PledgeState.STARTED, PledgeState.ACTIVE, PledgeState.DECLINED, PledgeState.ACTION_REQUIRED}
)
WITH_A_BILL = frozenset({PledgeState.BILLED, PledgeState.PART_PAID})


@require_safe
def own(request: Request, token: str) -> HttpResponse:
    """How a pledge stands, and what can be done with it; nothing is done by opening it."""
    pledge = pledge_of(token)
    with speaking(request, pledge):
        campaign = pledge.campaign
        page = {
            "pledge": pledge,
            "campaign": campaign,
            "token": token,
            "title": campaign.publication.title,
            "heading": states.heading(pledge),
            "sentences": states.sentences(pledge, campaign, request.at),
            "because": because(pledge),
            "facts": facts(pledge, campaign),
            "afterwards": afterwards_of(pledge, request.at),
            **deeds(pledge, campaign),
        }
        return private(render(request, "campaigns/own.html", page))


def deeds(pledge: Pledge, campaign: Campaign) -> dict[str, object]:
    """What its backer can do now."""
    is_open = campaign.state == CampaignState.LIVE
    is_proved = pledge.address_proved_at is not None
    state = PledgeState(pledge.state)
    takes_card = pledge.way == Way.CARD and state in WITH_A_CARD and is_proved
    return {
        "may_prove": state == PledgeState.STARTED and not is_proved,
        "may_change": state == PledgeState.ACTIVE and is_open,
        "may_withdraw": state in {PledgeState.ACTIVE, PledgeState.STARTED} and is_open and is_proved,
        "card": card_path(pledge) if takes_card else "",
        "bill": bill_path(pledge) if state in WITH_A_BILL else "",
        "has_news": state in BACKING,
        "may_begin_anew": is_open and state in {PledgeState.EXPIRED, PledgeState.WITHDRAWN},
    }


def because(pledge: Pledge) -> str:
    """Why its creator declined it, in their words."""
    if pledge.state != PledgeState.REMOVED:
        return ""
    return pledge.history.filter(move=PledgeMove.REMOVE).latest("number").because


def facts(pledge: Pledge, campaign: Campaign) -> list[tuple[str, str]]:
    """What was promised, line by line."""
    language = here()

    def money(amount: int) -> str:
        return wording.brief(amount, campaign.currency, language)

    items = list(pledge.items.prefetch_related("reward"))
    lines = [(_("What you promised"), money(pledge.amount))]
    if pledge.reward is not None:
        lines.append((_("Reward"), pledge.reward.said("title", language)))
    lines += [(_("Added"), f"{one.quantity} × {one.reward.said('title', language)}") for one in items]
    if pledge.extra:
        lines.append((_("On top"), money(pledge.extra)))
    if pledge.country:
        postage = {"country": country_name(pledge.country, language), "amount": money(pledge.shipping)}
        lines.append((_("Postage"), _("%(country)s, %(amount)s") % postage))
    lines += [
        (_("How you pay"), how_paid(pledge)),
        (_("How others read that you back it"), str(dict(HOW_SHOWN)[Shown(pledge.shown)])),
    ]
    return [*lines, *after_the_end(pledge, campaign)]


def how_paid(pledge: Pledge) -> str:
    """By card, once the goal is reached (visa •••• 4242)."""
    way = str(WAYS[Way(pledge.way)])
    return f"{way} ({pledge.method_shown})" if pledge.method_shown else way


def after_the_end(pledge: Pledge, campaign: Campaign) -> list[tuple[str, str]]:
    """Where its backer finds it in the list that decided, and the number of its receipt."""
    lines = []
    if campaign.decided_at is not None and pledge.counted_at is not None and pledge.state not in GONE:
        lines.append((_("Your mark in the list"), mark_of(pledge.public_id, campaign.publication.public_id)))
    receipt = Receipt.objects.filter(pledge=pledge).first()
    return [*lines, (_("Receipt"), str(receipt))] if receipt is not None else lines


@require_POST
def confirm(request: Request, token: str) -> HttpResponseBase:
    """Whoever reads the address says that they pledged."""
    pledge = pledge_of(token)
    with speaking(request, pledge):
        try:
            pledge = counting.prove_address(pledge=pledge, clock=timezone.now)
        except Refusal as refusal:
            return refused(request, pledge, refusal)
    if pledge.state == PledgeState.STARTED and pledge.way == Way.CARD:
        return private(see_other(card_path(pledge)))
    return private(see_other(pledge_path(pledge)))


def refused(request: Request, pledge: Pledge, refusal: Refusal) -> HttpResponse:
    """Why it was not done, on a page of its own: a visitor has no messages."""
    page = {"pledge": pledge, "refusal": refusal, "back": pledge_path(pledge)}
    return private(render(request, "campaigns/refused.html", page, status=409))


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: Request, token: str) -> HttpResponseBase:
    """Take it back, after a question."""
    pledge = pledge_of(token)
    with speaking(request, pledge):
        campaign = pledge.campaign
        if request.method == "POST":
            try:
                pledging.withdraw(pledge=pledge, clock=timezone.now)
            except Refusal as refusal:
                return refused(request, pledge, refusal)
            return private(see_other(pledge_path(pledge)))
        if not deeds(pledge, campaign)["may_withdraw"]:
            return private(see_other(pledge_path(pledge)))
        page = {
            "pledge": pledge,
            "title": campaign.publication.title,
            "back": pledge_path(pledge),
            "amount": wording.brief(pledge.amount, campaign.currency, here()),
        }
        return private(render(request, "campaigns/withdraw.html", page))


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request, token: str) -> HttpResponseBase:
    """Other rewards, another amount: the same form, with what was chosen."""
    pledge = pledge_of(token)
    with speaking(request, pledge):
        campaign = pledge.campaign
        if request.method != "POST" and not deeds(pledge, campaign)["may_change"]:
            return private(see_other(pledge_path(pledge)))
        offering = offering_of(campaign, here(), before=pledge)
        first = wish_of(pledge)
        form = PledgeForm(
            request.POST or None, offering=offering, is_known=True, initial=initial(pledge, first)
        )
        reckoned = reckoned_of(request, form, first)
        if is_agreed(request, form, reckoned):
            try:
                pledging.change(
                    pledge=pledge,
                    wish=form.wish(),
                    agreed=reckoned.kept,
                    clock=timezone.now,
                    expected=form.cleaned_data["seen"],
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                if request.person is not None:
                    messages.success(request, _("Your pledge is changed."))
                return private(see_other(pledge_path(pledge)))
        page: dict[str, object] = {
            "campaign": campaign,
            "title": campaign.publication.title,
            "form": form,
            "reckoned": reckoned,
            "back": pledge_path(pledge),
        }
        return private(show(request, "campaigns/change.html", page))


def wish_of(pledge: Pledge) -> Wish:
    """What was wished with a pledge."""
    return Wish(
        reward=pledge.reward,
        additions={one.reward_id: one.quantity for one in pledge.items.all()},
        extra=pledge.extra,
        country=pledge.country,
        way=pledge.way,
        shown=pledge.shown,
    )


def initial(pledge: Pledge, wish: Wish) -> dict[str, object]:
    """The same as the form shows it."""
    items: Sequence[tuple[str, int]] = [
        (f"{ADDITION}{one.reward.public_id}", one.quantity) for one in pledge.items.prefetch_related("reward")
    ]
    more = wording.in_field(pledge.extra, pledge.campaign.currency) if pledge.extra else ""
    return initial_of(wish) | {"once": uuid.uuid4(), "more": more} | dict(items)


@require_safe
@person_only
def mine(request: Request) -> HttpResponse:
    """Everything that a person has pledged, the newest first."""
    rows = Pledge.objects.of(who(request)).prefetch_related("campaign__publication").order_by("-pk")
    pledges = [
        {
            "path": pledge_path(one),
            "title": one.campaign.publication.title,
            "state": states.heading(one),
            "amount": wording.brief(one.amount, one.campaign.currency, here()),
            "at": one.started_at,
        }
        for one in rows[:200]
    ]
    return render(request, "campaigns/my_pledges.html", {"pledges": pledges})
