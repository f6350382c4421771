"""What a campaign offers: rewards and what is added to them. What somebody has backed stays as it was when they chose it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from parvis.lib.money import exponent, format_amount
from parvis.lib.refusal import Refusal

from ..models import Campaign, Reward, ShippingRate
from ..models.rewards import RewardQuerySet
from ..wishes import MOST, MOST_OTHERWISE
from .launching import Frozen
from .locking import held
from .rewards import retire

PARTS = ("title", "holds")


class Unnamed(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Give it a title in one language at least."))


class TooDear(Refusal):
    def __init__(self, most: str) -> None:
        super().__init__(
            _("A pledge here is %(most)s at most, so a reward cannot cost more.") % {"most": most}
        )


class NoPostage(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Say to which countries it is sent, and what that costs; write 0 where it costs nothing.")
        )


class PriceStands(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody has chosen this reward, so its price stands. Take it from the list and make another one: "
                "who has it keeps it."
            )
        )


class PromiseStands(Refusal):
    def __init__(self, what: object) -> None:
        super().__init__(
            _(
                "Somebody has chosen this reward, so what was promised stands (%(what)s). Take it from the list and "
                "make another one, or tell what changes in an update."
            )
            % {"what": what}
        )


class OnlyMore(Refusal):
    def __init__(self, before: object) -> None:
        super().__init__(
            _("Somebody has chosen this reward, so there can only be more of it than now: %(before)s.")
            % {"before": before}
        )


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A reward as its author wants it: `words` by language (`title`, `holds`), minor units, `rates` by country ("": every other one)."""

    words: Mapping[str, Mapping[str, str]]
    price: int
    limit: int | None = None
    is_addon: bool = False
    most_each: int = 1
    is_shipped: bool = False
    rates: Mapping[str, int] = field(default_factory=dict)
    delivery_on: date | None = None


def cleaned(words: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """The words that say something."""
    said = {
        language: {part: text for part in PARTS if (text := parts.get(part, "").strip())}
        for language, parts in words.items()
    }
    return {language: parts for language, parts in said.items() if parts}


def to_offer(campaign: Campaign, offer: Offer) -> Campaign:
    """The campaign, held, if such a thing can be offered by it. Raises Frozen, Unnamed, TooDear, NoPostage."""
    campaign = held(campaign)
    if campaign.has_ended:
        raise Frozen
    if not any(parts.get("title") for parts in cleaned(offer.words).values()):
        raise Unnamed
    most = MOST.get(campaign.currency, MOST_OTHERWISE) * 10 ** exponent(campaign.currency)
    if offer.price > most:
        raise TooDear(format_amount(most, campaign.currency, get_language() or "en"))
    if offer.is_shipped and not offer.rates:
        raise NoPostage
    return campaign


@transaction.atomic
def add_reward(*, campaign: Campaign, offer: Offer, at: datetime) -> Reward:
    """Offer one more. Raises Frozen, Unnamed, TooDear, NoPostage."""
    campaign = to_offer(campaign, offer)
    rows = rewards_of(campaign).filter(is_addon=offer.is_addon)
    last = rows.order_by("-position").values_list("position", flat=True).first()
    reward = Reward(campaign=campaign, made_at=at, position=0 if last is None else last + 1)
    write(reward, offer)
    return reward


def rewards_of(campaign: Campaign) -> RewardQuerySet:
    return Reward.objects.unguarded("one's own campaign").filter(campaign=campaign)


def write(reward: Reward, offer: Offer) -> None:
    """Write what is offered, and what sending it costs."""
    reward.words, reward.price, reward.limit = cleaned(offer.words), offer.price, offer.limit
    reward.is_addon, reward.most_each = offer.is_addon, offer.most_each if offer.is_addon else 1
    reward.is_shipped, reward.delivery_on = offer.is_shipped, offer.delivery_on
    reward.save()
    rates = offer.rates if offer.is_shipped else {}
    if rates == rates_of(reward):
        return
    ShippingRate.objects.filter(reward=reward).delete()
    ShippingRate.objects.bulk_create(
        ShippingRate(reward=reward, country=country, cost=cost) for country, cost in rates.items()
    )


def rates_of(reward: Reward) -> dict[str, int]:
    """What sending it costs, by country."""
    rows = ShippingRate.objects.unguarded("one's own campaign").filter(reward=reward)
    return dict(rows.values_list("country", "cost"))


@transaction.atomic
def change_reward(*, reward: Reward, offer: Offer) -> Reward:
    """Change one that nobody has chosen; of one that somebody has, only what takes nothing from them.

    Raises what `add_reward` does, and PriceStands, PromiseStands, OnlyMore (Kickstarter's rules; research: campaigns a.1, a.5).
    """
    to_offer(reward.campaign, offer)
    reward = rewards_of(reward.campaign).get(pk=reward.pk)
    if reward.taken:
        refuse_less(reward, offer)
    write(reward, offer)
    return reward


def refuse_less(reward: Reward, offer: Offer) -> None:
    """Raises PriceStands, PromiseStands, OnlyMore where somebody would not get what they chose."""
    if offer.price != reward.price:
        raise PriceStands
    if is_less(offer.limit, reward.limit):
        raise OnlyMore(_("as many as are wanted") if reward.limit is None else str(reward.limit))
    if reward.is_addon and offer.most_each < reward.most_each:
        raise OnlyMore(_("%(most)d for each pledge") % {"most": reward.most_each})
    said = cleaned(offer.words)
    rates = rates_of(reward)
    unchanged = {
        _("its title and what it holds"): all(
            said.get(language) == parts for language, parts in cleaned(reward.words).items()
        ),
        _("when it arrives"): offer.delivery_on == reward.delivery_on,
        _("whether it is added to another"): offer.is_addon == reward.is_addon,
        _("what sending it costs"): offer.is_shipped == reward.is_shipped
        and all(offer.rates.get(country) == cost for country, cost in rates.items()),
    }
    for what, holds in unchanged.items():
        if not holds:
            raise PromiseStands(what)


def is_less(new: int | None, before: int | None) -> bool:
    """Whether a limit is lower; None is no limit."""
    return new is not None and (before is None or new < before)


@transaction.atomic
def take_away(*, reward: Reward, at: datetime) -> None:
    """Nobody can choose it any more; who has it keeps it. Raises Frozen."""
    if held(reward.campaign).has_ended:
        raise Frozen
    retire(reward=reward, at=at)


@transaction.atomic
def offer_again(*, reward: Reward) -> None:
    """It can be chosen again. Raises Frozen."""
    if held(reward.campaign).has_ended:
        raise Frozen
    rewards_of(reward.campaign).filter(pk=reward.pk).update(retired_at=None)


@transaction.atomic
def move_reward(*, reward: Reward, by: int) -> None:
    """Put it so many places further down among its like, or up when `by` is less than nothing. Raises Frozen."""
    if held(reward.campaign).has_ended:
        raise Frozen
    rows = list(rewards_of(reward.campaign).offered().filter(is_addon=reward.is_addon))
    here = next((place for place, row in enumerate(rows) if row.pk == reward.pk), None)
    if here is None:
        return
    moved = rows.pop(here)
    rows.insert(max(here + by, 0), moved)
    for place, row in enumerate(rows):
        if row.position != place:
            rewards_of(reward.campaign).filter(pk=row.pk).update(position=place)
