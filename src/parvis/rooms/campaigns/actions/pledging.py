"""Pledging, until the deadline: started, changed, taken back. It costs nothing."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from parvis.core.people.models import Person
from parvis.lib.funding.pledges import PledgeMove, PledgeState

from ..models import Campaign, Pledge, PledgeItem, Way
from ..wishes import Sum, Wish, sum_of
from .backing import mirror
from .counting import HELD_FOR, add_to_total, count_if_ready, end
from .locking import Clock, held
from .moving import Step, apply, begin
from .refusing import (
    NotYours,
    refuse_another_sum,
    refuse_below,
    refuse_own,
    refuse_second,
    refuse_unless_open,
)
from .rewards import give_back, take, taken_by


@dataclass(frozen=True, kw_only=True)
class Backer:
    """Who pledges; `person` has shown that the address is theirs, and None still has to."""

    name: str
    address: str
    language: str
    person: Person | None = None


@transaction.atomic
def pledge(
    *,
    campaign: Campaign,
    wish: Wish,
    backer: Backer,
    form: str,
    agreed: str,
    clock: Clock,
    expected: int | None = None,
) -> Pledge:
    """Start a pledge, and hold what it takes; the same form again is the same pledge.

    For whoever has shown that the address is theirs it counts at once by bank, and by card once there is one. Raises NotRunning, TooLate, OwnCampaign, BacksAlready, SoldOut, and what `sum_of` raises.
    """
    campaign = held(campaign)
    # Asked once the campaign is held: of two that come at once, the second finds what the first has made.
    before = Pledge.objects.filter(form=form, campaign=campaign).first()
    if before is not None:
        return before
    at = campaign.now(clock())
    refuse_unless_open(campaign, at)
    refuse_own(campaign, address=backer.address, person=backer.person)
    if backer.person is not None:
        refuse_second(campaign, backer.person)
    total = sum_of(campaign, wish, language=backer.language)
    refuse_another_sum(total, expected)
    take(total.takes, total.rewards, backer.language)
    Campaign.objects.filter(pk=campaign.pk).update(last_number=F("last_number") + 1)
    made = Pledge.objects.create(
        campaign=campaign,
        number=campaign.last_number + 1,
        form=form,
        person=backer.person,
        name=backer.name,
        address=backer.address,
        language=backer.language,
        way=wish.way,
        shown=wish.shown,
        state=PledgeState.STARTED,
        state_at=at,
        events=1,
        amount=total.amount,
        extra=total.extra,
        shipping=total.shipping,
        country=wish.country,
        reward=wish.reward,
        started_at=at,
        held_until=at + HELD_FOR[Way(wish.way)],
        address_proved_at=at if backer.person is not None else None,
        agreed=agreed,
    )
    write_items(made, total)
    begin(made, at=at, by=backer.person)
    count_if_ready(made, campaign, at)
    return made


def write_items(pledge: Pledge, total: Sum) -> None:
    """What it adds to its reward, instead of what it added before."""
    pledge.items.all().delete()
    PledgeItem.objects.bulk_create(
        PledgeItem(pledge=pledge, reward_id=number, quantity=total.takes[number], price=price)
        for number, price in total.prices.items()
    )


@transaction.atomic
def change(*, pledge: Pledge, wish: Wish, agreed: str, clock: Clock, expected: int | None = None) -> Pledge:
    """Other rewards, another amount. More is always taken, less by the rule of the last day. The way to pay stays.

    Raises NotYours, TooLate, WouldFallBelow, SoldOut, and what `sum_of` raises.
    """
    campaign = held(pledge.campaign)
    pledge.refresh_from_db()
    at = campaign.now(clock())
    refuse_unless_open(campaign, at)
    if pledge.state != PledgeState.ACTIVE:
        raise NotYours
    total = sum_of(campaign, wish, language=pledge.language, before=pledge)
    refuse_another_sum(total, expected)
    difference = total.amount - pledge.amount
    refuse_below(campaign, difference, at)
    had = taken_by(pledge)
    take(total.takes - had, total.rewards, pledge.language)
    give_back(had - total.takes)
    step = Step(
        pledge=pledge,
        move=PledgeMove.CHANGE,
        change=difference,
        amount=total.amount,
        by=pledge.person,
        fields={
            "extra": total.extra,
            "shipping": total.shipping,
            "country": wish.country,
            "reward": wish.reward,
            "shown": wish.shown,
            "agreed": agreed,
        },
    )
    apply([step], at=at)
    write_items(pledge, total)
    assert pledge.person_id is not None
    mirror(campaign=campaign, people={pledge.person_id}, at=at)
    add_to_total(campaign, difference, backers=0, at=at)
    return pledge


@transaction.atomic
def withdraw(*, pledge: Pledge, clock: Clock) -> Pledge:
    """Take a pledge back, by the rule of the last day. Again: no change. Raises NotYours, TooLate, WouldFallBelow."""
    campaign = held(pledge.campaign)
    pledge.refresh_from_db()
    if pledge.state == PledgeState.WITHDRAWN:
        return pledge
    at = campaign.now(clock())
    refuse_unless_open(campaign, at)
    if pledge.state not in {PledgeState.ACTIVE, PledgeState.STARTED}:
        raise NotYours
    if pledge.state == PledgeState.ACTIVE:
        refuse_below(campaign, -pledge.amount, at)
    end(pledge, campaign, PledgeMove.WITHDRAW, at=at, by=pledge.person)
    return pledge


@transaction.atomic
def remove(*, pledge: Pledge, by: Person, because: str, clock: Clock) -> Pledge:
    """The creator declines a pledge, before the deadline, with a reason. Raises NotYours, TooLate."""
    campaign = held(pledge.campaign)
    pledge.refresh_from_db()
    at = campaign.now(clock())
    refuse_unless_open(campaign, at)
    if pledge.state != PledgeState.ACTIVE:
        raise NotYours
    end(pledge, campaign, PledgeMove.REMOVE, at=at, by=by, because=because)
    return pledge
