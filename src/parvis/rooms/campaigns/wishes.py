"""What somebody would like to pledge, and what it comes to."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from parvis.lib.money import exponent
from parvis.lib.refusal import Refusal

from .models import Campaign, Pledge, Reward, ShippingRate, Shown, Way
from .words.wording import brief

MOST = {"CHF": 9_500, "EUR": 8_500}
"""The largest pledge, in whole units of a currency: a limit against fraud (Kickstarter has the same; research: campaigns a.1)."""
MOST_OTHERWISE = 10_000


class NotOffered(Refusal):
    def __init__(self) -> None:
        super().__init__(_("One of these rewards is not offered any more. Choose again from those that are."))


class TooMany(Refusal):
    def __init__(self, title: str, most: int) -> None:
        super().__init__(
            _("Of “%(title)s”, one pledge can take %(most)d at most.") % {"title": title, "most": most}
        )


class NoAdditionAlone(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Choose a reward first; then you can add to it."))


class WhereTo(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Say to which country it is to be sent: the postage depends on it."))


class NotSentThere(Refusal):
    def __init__(self, title: str) -> None:
        super().__init__(
            _(
                "“%(title)s” is not sent to this country. Choose another reward, or back the campaign without one."
            )
            % {"title": title}
        )


class TooLittle(Refusal):
    def __init__(self, least: str) -> None:
        super().__init__(_("A pledge is at least %(least)s.") % {"least": least})


class NothingChosen(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Choose what you receive, or write what you give. What it comes to stands here then, and the button."
            )
        )


class TooMuch(Refusal):
    def __init__(self, most: str) -> None:
        super().__init__(
            _("A pledge here is %(most)s at most. Write to who makes the campaign if you would give more.")
            % {"most": most}
        )


class NotThisWay(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This campaign cannot be paid in this way. Choose another one."))


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody chose: a reward or none, how many of what is added to it (by number of the reward), what they give beyond, minor units."""

    reward: Reward | None = None
    additions: Mapping[int, int] = field(default_factory=dict)
    extra: int = 0
    country: str = ""
    way: str = Way.BANK
    shown: str = Shown.NAME


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What a wish comes to, in minor units, and of which rewards it takes how many. `prices` are those of what is added."""

    base: int
    added: int
    extra: int
    shipping: int
    takes: Counter[int]
    prices: Mapping[int, int]
    rewards: Mapping[int, Reward]

    @property
    def amount(self) -> int:
        return self.base + self.added + self.extra + self.shipping


def sum_of(campaign: Campaign, wish: Wish, *, language: str, before: Pledge | None = None) -> Sum:
    """What a wish comes to. Raises a Refusal that says what to choose otherwise.

    `before` is the pledge that it changes: what is not offered any more may be kept in it.
    """
    if (wish.way == Way.BANK and campaign.bank_id is None) or (
        wish.way == Way.CARD and campaign.card_id is None
    ):
        raise NotThisWay
    wanted = Counter({number: many for number, many in wish.additions.items() if many > 0})
    if wanted and wish.reward is None:
        raise NoAdditionAlone
    takes = Counter(wanted)
    if wish.reward is not None:
        takes[wish.reward.pk] += 1
    rewards = offered(campaign, takes, before)
    if any(not rewards[number].is_addon for number in wanted) or (
        wish.reward is not None and rewards[wish.reward.pk].is_addon
    ):
        raise NotOffered
    for number, many in wanted.items():
        if many > rewards[number].most_each:
            raise TooMany(rewards[number].said("title", language), rewards[number].most_each)
    found = Sum(
        base=rewards[wish.reward.pk].price if wish.reward is not None else 0,
        added=sum(rewards[number].price * many for number, many in wanted.items()),
        extra=wish.extra,
        shipping=shipping(takes, rewards, wish.country, language),
        takes=takes,
        prices={number: rewards[number].price for number in wanted},
        rewards=rewards,
    )
    check_amount(found.amount, wish.extra, campaign.currency, language)
    return found


def offered(campaign: Campaign, takes: Mapping[int, int], before: Pledge | None) -> dict[int, Reward]:
    """The rewards of a campaign by number. Raises NotOffered for those that cannot be chosen."""
    rows = Reward.objects.unguarded("what is offered by a campaign that is seen").filter(
        campaign=campaign, pk__in=takes
    )
    rewards = {reward.pk: reward for reward in rows}
    kept = set[int]()
    if before is not None:
        kept = {before.reward_id or 0, *(item.reward_id for item in before.items.all())}
    if any(
        number not in rewards or (rewards[number].retired_at is not None and number not in kept)
        for number in takes
    ):
        raise NotOffered
    return rewards


def shipping(takes: Mapping[int, int], rewards: Mapping[int, Reward], country: str, language: str) -> int:
    """What sending these costs, in minor units. Raises WhereTo and NotSentThere."""
    sent = {number: many for number, many in takes.items() if rewards[number].is_shipped}
    if not sent:
        return 0
    if not country:
        raise WhereTo
    rates: dict[int, dict[str, int]] = {}
    rows = ShippingRate.objects.unguarded("what is offered by a campaign that is seen")
    for rate in rows.filter(reward__in=sent, country__in=["", country]):
        rates.setdefault(rate.reward_id, {})[rate.country] = rate.cost
    total = 0
    for number, many in sent.items():
        there = rates.get(number, {})
        if not there:
            raise NotSentThere(rewards[number].said("title", language))
        total += there.get(country, there.get("", 0)) * many
    return total


def check_amount(amount: int, extra: int, currency: str, language: str) -> None:
    """Raises NothingChosen, TooLittle and TooMuch."""
    if amount == extra == 0:
        raise NothingChosen
    unit = 10 ** exponent(currency)
    most = MOST.get(currency, MOST_OTHERWISE) * unit
    if amount < unit or extra < 0:
        raise TooLittle(brief(unit, currency, language))
    if amount > most:
        raise TooMuch(brief(most, currency, language))
