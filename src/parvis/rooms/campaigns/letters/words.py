"""What every letter says in the same words: amounts, moments, what a pledge is for, where its page is."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from parvis.core.delivery.links import whole
from parvis.core.site.when import day_in_words

from ..billing import title_in
from ..links import pledge_path
from ..models import Campaign, Pledge
from ..words import wording
from ..words.wording import here

type Rows = Sequence[tuple[str, str]]


def money(amount: int, campaign: Campaign) -> str:
    return wording.brief(amount, campaign.currency, here())


def title(campaign: Campaign) -> str:
    """What a campaign is called, in the language of the reader."""
    return title_in(campaign, here())


def moment(at: datetime | None, campaign: Campaign) -> str:
    """A day and time by the clocks of the campaign, whose zone is named."""
    return wording.by_the_clocks_of(campaign.zone, at) if at is not None else ""


def day(on: date | None) -> str:
    return day_in_words(on) if on is not None else ""


def what_for(pledge: Pledge) -> Rows:
    """A pledge, line by line, and its sum."""
    campaign, rows = pledge.campaign, []
    if pledge.reward is not None:
        rows.append((pledge.reward.said("title", here()), money(base_of(pledge), campaign)))
    for item in pledge.items.all():
        name = item.reward.said("title", here())
        many = name if item.quantity == 1 else f"{item.quantity} × {name}"
        rows.append((many, money(item.price * item.quantity, campaign)))
    if pledge.shipping:
        rows.append((_("Postage"), money(pledge.shipping, campaign)))
    if pledge.extra:
        beyond = _("Given beyond the reward") if pledge.reward is not None else _("Given without a reward")
        rows.append((beyond, money(pledge.extra, campaign)))
    return [*rows, (_("Together"), money(pledge.amount, campaign))]


def base_of(pledge: Pledge) -> int:
    """What its reward costs in it: prices of rewards never change once somebody has one."""
    added = sum(item.price * item.quantity for item in pledge.items.all())
    return pledge.amount - added - pledge.shipping - pledge.extra


def page(pledge: Pledge) -> str:
    return whole(pledge_path(pledge))


def how(pledge: Pledge) -> str:
    """How it will be paid, and when, if it comes to that."""
    campaign = pledge.campaign
    values = {"amount": money(pledge.amount, campaign), "when": moment(campaign.deadline_at, campaign)}
    if pledge.way == "bank":
        return (
            _("Nothing is debited. If the goal is reached by %(when)s, you will get a bill for %(amount)s.")
            % values
        )
    return (
        _(
            "Nothing is debited now. If the goal is reached by %(when)s, your card is debited once, with %(amount)s, after that."
        )
        % values
    )
