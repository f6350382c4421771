"""What somebody who pledges can choose from, and what their choice comes to, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from babel import Locale
from babel.core import get_global
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from parvis.lib.geo.countries import country_name
from parvis.lib.refusal import Refusal
from parvis.lib.text.search import fold

from ..models import Campaign, Pledge, Reward, Way
from ..wishes import Sum, Wish, sum_of
from ..words import wording
from .shown import Offer, offer, offered, parts_of

NO_COUNTRY = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
"""Two letters that CLDR names, and where nobody lives or which are no country."""


@dataclass(frozen=True, kw_only=True)
class Offering:
    """The rewards and additions of a campaign, the ways to pay and the countries, for a reader of a language; `before` is the pledge to be changed."""

    campaign: Campaign
    language: str
    offers: Sequence[Offer]
    additions: Sequence[Offer]
    ways: Sequence[str]
    countries: Sequence[str]
    before: Pledge | None = None

    def reward(self, public_id: str) -> Reward | None:
        """The reward that goes by this name among those that are offered."""
        return next(
            (one.reward for one in (*self.offers, *self.additions) if one.reward.public_id == public_id),
            None,
        )

    def can_be_had(self, one: Offer) -> bool:
        """Whether it can be chosen: some are left, or the pledge to be changed holds one."""
        return not one.is_sold_out or one.reward.pk in self.kept()

    def kept(self) -> Mapping[int, int]:
        """How many of which rewards the pledge to be changed holds."""
        if self.before is None:
            return {}
        held = {item.reward_id: item.quantity for item in self.before.items.all()}
        return held | ({self.before.reward_id: 1} if self.before.reward_id else {})


def offering_of(campaign: Campaign, language: str, before: Pledge | None = None) -> Offering:
    """What a campaign offers; to whoever changes a pledge, also what it holds and is offered no more."""
    parts = parts_of(campaign)
    rewards = [*offered(campaign), *retired(before)]
    offers = [offer(one, campaign, parts, language) for one in rewards]
    ways = [way for way, account in ((Way.BANK, campaign.bank_id), (Way.CARD, campaign.card_id)) if account]
    codes = {one.country for one in parts if one.what == "postage"}
    return Offering(
        campaign=campaign,
        language=language,
        offers=[one for one in offers if not one.reward.is_addon],
        additions=[one for one in offers if one.reward.is_addon],
        ways=[before.way] if before is not None else [str(way) for way in ways],
        countries=sorted(countries(codes), key=lambda code: fold(country_name(code, language))),
        before=before,
    )


def retired(before: Pledge | None) -> Sequence[Reward]:
    """What a pledge holds and nobody else can choose any more."""
    if before is None:
        return []
    numbers = [item.reward_id for item in before.items.all()] + [before.reward_id or 0]
    rows = Reward.objects.unguarded("what one's own pledge holds").filter(pk__in=numbers)
    return list(rows.exclude(retired_at=None))


def countries(codes: set[str]) -> set[str]:
    """Where the rewards can be sent: everywhere, once one is sent to every other country."""
    return set(all_countries()) if "" in codes else codes


@lru_cache(maxsize=1)
def all_countries() -> frozenset[str]:
    """The letters of every country that CLDR knows."""
    names = map(str, Locale("en").territories)
    return frozenset(code for code in names if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY)


def country_of_zone(zone: str) -> str:
    """The country whose clocks these are, as a first guess; empty where that is none."""
    found = str(get_global("zone_territories").get(zone, ""))
    return found if found in all_countries() else ""


@dataclass(frozen=True, kw_only=True)
class Reckoned:
    """What a choice comes to: the sum in words, what one agrees to, and what the button says; or why it comes to nothing."""

    amount: int = 0
    sum: str = ""
    agreed: str = ""
    button: str = ""
    refusal: str = ""

    @property
    def kept(self) -> str:
        """What they read before they agreed."""
        return f"{self.sum} {self.agreed}".strip()


def reckon(offering: Offering, wish: Wish, now: datetime) -> Reckoned:
    """What a wish comes to, or why it cannot be."""
    campaign, language = offering.campaign, offering.language
    try:
        found = sum_of(campaign, wish, language=language, before=offering.before)
    except Refusal as refusal:
        return Reckoned(refusal=str(refusal))
    amount = wording.brief(found.amount, campaign.currency, language)
    words = _("Pledge %(amount)s") if offering.before is None else _("Change it to %(amount)s")
    return Reckoned(
        amount=found.amount,
        sum=sum_in_words(found, wish, campaign, language),
        agreed=consent(campaign, wish.way, amount, now),
        button=words % {"amount": amount},
    )


def sum_in_words(found: Sum, wish: Wish, campaign: Campaign, language: str) -> str:
    """Signed book 45 CHF + postage (Switzerland) 7 CHF = 52 CHF."""

    def money(amount: int) -> str:
        return wording.brief(amount, campaign.currency, language)

    lines = []
    if wish.reward is not None:
        lines.append(f"{wish.reward.said('title', language)} {money(found.base)}")
    for number, price in found.prices.items():
        title, many = found.rewards[number].said("title", language), found.takes[number]
        lines.append(f"{many} × {title} {money(price * many)}" if many > 1 else f"{title} {money(price)}")
    if found.extra:
        said = _("on top %(amount)s") if lines else _("without a reward %(amount)s")
        lines.append(said % {"amount": money(found.extra)})
    if any(found.rewards[number].is_shipped for number in found.takes):
        about = {"country": country_name(wish.country, language), "amount": money(found.shipping)}
        lines.append(_("postage (%(country)s) %(amount)s") % about)
    return f"{' + '.join(lines)} = {money(found.amount)}" if len(lines) > 1 else capfirst("".join(lines))


def consent(campaign: Campaign, way: str, amount: str, now: datetime) -> str:
    """What somebody agrees to who presses the button."""
    if way == Way.BANK:
        return _("I will receive a bill of %(amount)s if the goal is reached.") % {"amount": amount}
    assert campaign.deadline_at is not None
    when = wording.by_the_clock_of(campaign.zone, campaign.deadline_at, now)
    return _(
        "I authorise %(name)s to debit %(amount)s once, on %(when)s at the earliest, if the goal is reached."
    ) % {"name": campaign.creator.name, "amount": amount, "when": when}
