"""Rewards, and what is added to them: listed, made, changed, taken from the list and put back."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.core.people.http import see_other
from parvis.core.people.request import Request
from parvis.lib.refusal import Refusal

from ..actions import offering
from ..forms.offering import BLANKS, RewardForm
from ..models import Campaign, Reward, ShippingRate
from .guarding import codes_of, own, page, tried


def reward_or_404(campaign: Campaign, public_id: str) -> Reward:
    """One of its rewards. Raises Http404."""
    reward = get_object_or_404(offering.rewards_of(campaign), public_id=public_id)
    reward.campaign = campaign
    return reward


@require_safe
@own
def rewards(request: Request, campaign: Campaign) -> HttpResponseBase:
    """What it offers, in its order, and what it offers no more."""
    rates = Prefetch("rates", ShippingRate.objects.unguarded("one's own campaign").order_by("pk"))
    rows = list(offering.rewards_of(campaign).prefetch_related(rates).order_by("position", "price", "pk"))
    offered = [row for row in rows if row.retired_at is None]
    return page(
        request,
        "rewards",
        campaign,
        {
            "groups": [
                (_("Rewards"), [row for row in offered if not row.is_addon]),
                (_("What can be added to them"), [row for row in offered if row.is_addon]),
            ],
            "retired": [row for row in rows if row.retired_at is not None],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@own
def new_reward(request: Request, campaign: Campaign) -> HttpResponseBase:
    """One more."""
    initial: dict[str, object] = {"is_addon": "add" in request.GET}

    def add(offer: offering.Offer) -> Reward:
        return offering.add_reward(campaign=campaign, offer=offer, at=request.at)

    return reward_page(request, campaign, initial, add)


@require_http_methods(["GET", "HEAD", "POST"])
@own
def reward(request: Request, campaign: Campaign, public_id: str) -> HttpResponseBase:
    """Change one."""
    found = reward_or_404(campaign, public_id)

    def change(offer: offering.Offer) -> Reward:
        return offering.change_reward(reward=found, offer=offer)

    return reward_page(request, campaign, as_typed(found), change, found)


def as_typed(reward: Reward) -> dict[str, object]:
    """The form as it would be typed for a reward."""
    rates = offering.rates_of(reward)
    words = {f"{part}_{code}": text for code, parts in reward.words.items() for part, text in parts.items()}
    there = [(country, cost) for country, cost in rates.items() if country]
    postage = {
        f"{name}_{number}": value
        for number, pair in enumerate(there)
        for name, value in zip(("country", "cost"), pair, strict=True)
    }
    return {
        **words,
        **postage,
        "cost_elsewhere": rates.get(""),
        "price": reward.price,
        "limit": reward.limit,
        "delivery_on": reward.delivery_on,
        "is_addon": reward.is_addon,
        "most_each": reward.most_each,
        "is_shipped": reward.is_shipped,
    }


def reward_page(
    request: Request,
    campaign: Campaign,
    initial: dict[str, object],
    act: Callable[[offering.Offer], Reward],
    reward: Reward | None = None,
) -> HttpResponseBase:
    """The form, with what was sent when something in it has to be put right, or more countries are wanted."""
    kept = sum(1 for name in initial if name.startswith("country_"))
    wants_more = request.POST.get("do") == "more"
    rows = kept + BLANKS
    if wants_more:
        rows = RewardForm.sent_rows(request.POST) + BLANKS
    form = RewardForm(
        request.POST if request.method == "POST" else None,
        codes=codes_of(request, campaign),
        currency=campaign.currency,
        rows=rows,
        initial=initial,
    )
    if request.method == "POST" and not wants_more and form.is_valid():
        try:
            act(form.offer())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The reward is kept."))
            return see_other("campaigns:rewards", campaign.slug)
    context: dict[str, object] = {"form": form, "reward": reward}
    is_wrong = request.method == "POST" and not wants_more
    return page(request, "reward", campaign, context, failed=is_wrong)


@require_POST
@own
def retire_reward(request: Request, campaign: Campaign, public_id: str) -> HttpResponseBase:
    """Take it from the list; who has it keeps it."""
    found = reward_or_404(campaign, public_id)
    if tried(request, lambda: offering.take_away(reward=found, at=request.at)):
        undo = reverse("campaigns:reward-again", args=[campaign.slug, public_id])
        messages.success(request, _("It is not offered any more."), extra_tags=f"undo:{undo}")
    return see_other("campaigns:rewards", campaign.slug)


@require_POST
@own
def reward_again(request: Request, campaign: Campaign, public_id: str) -> HttpResponseBase:
    """Offer it again."""
    found = reward_or_404(campaign, public_id)
    if tried(request, lambda: offering.offer_again(reward=found)):
        messages.success(request, _("It is offered again."))
    return see_other("campaigns:rewards", campaign.slug)


@require_POST
@own
def move_reward(request: Request, campaign: Campaign, public_id: str) -> HttpResponseBase:
    """Up or down among its like."""
    found = reward_or_404(campaign, public_id)
    by = 1 if request.POST.get("to") == "down" else -1
    tried(request, lambda: offering.move_reward(reward=found, by=by))
    return see_other("campaigns:rewards", campaign.slug)
