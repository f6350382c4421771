"""Pledging, until the deadline: started, counted once it can be relied on, changed, taken back. It costs nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from parvis.core.people.actions import guest, verify_address
from parvis.core.people.models import Person
from parvis.core.people.models.person import canonical
from parvis.lib.funding import may_change
from parvis.lib.funding.campaigns import CampaignState
from parvis.lib.funding.pledges import BACKING, PledgeMove, PledgeState
from parvis.lib.payments import Method
from parvis.lib.refusal import Refusal

from ..models import Campaign, Milestone, Pledge, PledgeItem, Way
from ..wishes import Sum, Wish, sum_of
from .backing import mirror
from .letting_go import let_go
from .locking import Clock, held
from .moving import Step, apply, begin
from .rewards import give_back, take, taken_by

HELD_FOR = {Way.CARD: timedelta(minutes=15), Way.BANK: timedelta(hours=1)}
"""How long a pledge that was only started holds its reward: a mail may take longer than a card."""
A_LITTLE = timedelta(minutes=2)
LONGEST_HELD = timedelta(hours=1)
TO_FINISH = timedelta(minutes=15)
"""How long after the deadline one that was started in time can be finished (research: campaigns a.5)."""


WANTS_A_METHOD = (
    PledgeState.STARTED,
    PledgeState.ACTIVE,
    PledgeState.COLLECTING,
    PledgeState.PROCESSING,
    PledgeState.ACTION_REQUIRED,
    PledgeState.DECLINED,
)


class NotRunning(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This campaign takes no pledges now. Its page says how it stands."))


class TooLate(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("The deadline has passed: this campaign takes no pledges any more. Nothing was debited.")
        )


class OwnCampaign(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This is your own campaign: a pledge of yours would not be one of others."))


class BacksAlready(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "You back this campaign already. Change the pledge that you have; the mail that confirmed it leads there."
            )
        )


class WouldFallBelow(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "In its last 24 hours, nobody can take a campaign below the goal that it has reached. "
                "Your pledge stays as it was; write to who makes the campaign if you cannot keep it."
            )
        )


class NotYours(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This pledge cannot be changed any more. Its page says how it stands."))


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
    refuse_own(campaign, backer)
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


class AnotherSum(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This is what it comes to now. Read it once more, then confirm it below."))


def refuse_another_sum(total: Sum, expected: int | None) -> None:
    """Raises AnotherSum: nobody promises another sum than the one that they read."""
    if expected is not None and total.amount != expected:
        raise AnotherSum


def refuse_unless_open(campaign: Campaign, at: datetime) -> None:
    """Raises NotRunning and TooLate."""
    if campaign.state in {CampaignState.SUCCESSFUL, CampaignState.FAILED, CampaignState.WAITING}:
        raise TooLate
    if campaign.state != CampaignState.LIVE:
        raise NotRunning
    if campaign.deadline_at is None or at >= campaign.deadline_at:
        raise TooLate


def refuse_own(campaign: Campaign, backer: Backer) -> None:
    """Raises OwnCampaign."""
    theirs = campaign.creator.addresses.exclude(verified_at=None).filter(canonical=canonical(backer.address))
    if backer.person == campaign.creator or theirs.exists():
        raise OwnCampaign


def refuse_second(campaign: Campaign, person: Person, *, but: int = 0) -> None:
    """Raises BacksAlready."""
    backing = Pledge.objects.filter(campaign=campaign, person=person, state__in=[*map(str, BACKING)])
    if backing.exclude(pk=but).exists():
        raise BacksAlready


def write_items(pledge: Pledge, total: Sum) -> None:
    """What it adds to its reward, instead of what it added before."""
    pledge.items.all().delete()
    PledgeItem.objects.bulk_create(
        PledgeItem(pledge=pledge, reward_id=number, quantity=total.takes[number], price=price)
        for number, price in total.prices.items()
    )


@transaction.atomic
def prove_address(*, pledge: Pledge, clock: Clock) -> Pledge:
    """Whoever reads its address says that they pledged. Again: no change. Raises TooLate, BacksAlready, NotYours."""
    campaign = held(pledge.campaign)
    pledge.refresh_from_db()
    if pledge.address_proved_at is not None:
        return pledge
    at = campaign.now(clock())
    if pledge.state != PledgeState.STARTED:
        raise TooLate if campaign.has_ended else NotYours
    person = person_of(pledge, at)
    refuse_second(campaign, person, but=pledge.pk)
    pledge.person, pledge.address_proved_at = person, at
    pledge.save(update_fields=["person", "address_proved_at"])
    if pledge.way == Way.CARD and pledge.held_until is not None:
        pledge.held_until = max(pledge.held_until, at + HELD_FOR[Way.CARD])
        pledge.save(update_fields=["held_until"])
    count_if_ready(pledge, campaign, at)
    return pledge


def person_of(pledge: Pledge, at: datetime) -> Person:
    """Whoever is reached by its address, or a new guest."""
    known: Person | None = Person.objects.active().reached_by(pledge.address).first()
    if known is not None:
        return known
    made = guest(name=pledge.name, address=None, at=at, language=pledge.language)
    verify_address(person=made, value=pledge.address, at=at)
    return made


@transaction.atomic
def keep_method(*, pledge: Pledge, setup: str, customer: str, method: Method, clock: Clock) -> Pledge:
    """A way to pay was left for it, and nothing was debited. Told again: no change.

    The one that it takes the place of is forgotten, and so is one that came of an older setup, or too late. Where a card was declined
    before, this one is tried at once.
    """
    campaign = held(pledge.campaign)
    pledge.refresh_from_db()
    at = campaign.now(clock())
    if pledge.method == method.id:
        return pledge
    # A setup whose name did not reach us is the one that was begun last.
    is_current = pledge.setup in {setup, ""} and pledge.setups > 0
    if not is_current or pledge.state not in WANTS_A_METHOD or backs_by_another(pledge, campaign):
        let_go([(pledge, method.id)], at=at)
        return pledge
    let_go([(pledge, pledge.method)], at=at)
    pledge.setup, pledge.customer = setup, customer
    pledge.method, pledge.method_kind = method.id, method.kind
    pledge.method_shown = " ".join(filter(None, [method.brand, method.last4 and f"•••• {method.last4}"]))
    pledge.method_mark = method.fingerprint[:64]
    fields = ["setup", "customer", "method", "method_kind", "method_shown", "method_mark"]
    if pledge.state in {PledgeState.DECLINED, PledgeState.ACTION_REQUIRED}:
        pledge.next_try = at
        fields.append("next_try")
    pledge.save(update_fields=fields)
    count_if_ready(pledge, campaign, at)
    return pledge


def backs_by_another(pledge: Pledge, campaign: Campaign) -> bool:
    """Whether its backer has another pledge by now, in another tab or through another mail: then this one never counts."""
    backing = Pledge.objects.filter(campaign=campaign, person=pledge.person, state__in=[*map(str, BACKING)])
    return pledge.person_id is not None and backing.exclude(pk=pledge.pk).exists()


def count_if_ready(pledge: Pledge, campaign: Campaign, at: datetime) -> bool:
    """Count it from now on, once its address is theirs and it can be paid, and while that is not too late."""
    is_ready = pledge.address_proved_at is not None and (pledge.way == Way.BANK or pledge.method)
    if pledge.state != PledgeState.STARTED or not is_ready or not can_still_count(pledge, campaign, at):
        return False
    if backs_by_another(pledge, campaign):
        return False
    step = Step(
        pledge=pledge,
        move=PledgeMove.CONFIRM,
        change=pledge.amount,
        by=pledge.person,
        fields={"counted_at": at, "held_until": None},
    )
    apply([step], at=at)
    add_to_total(campaign, pledge.amount, backers=1, at=at)
    return True


def can_still_count(pledge: Pledge, campaign: Campaign, at: datetime) -> bool:
    """Before the deadline; or some minutes after it, when it was started before it and nothing is decided."""
    deadline = campaign.deadline_at
    if not campaign.is_running or deadline is None:
        return False
    return at < deadline or (pledge.started_at < deadline and at < deadline + TO_FINISH)


def add_to_total(campaign: Campaign, change: int, *, backers: int, at: datetime) -> None:
    """Change what is promised to a campaign that is held, and note which milestones that reaches."""
    Campaign.objects.filter(pk=campaign.pk).update(
        pledged=F("pledged") + change, backers=F("backers") + backers
    )
    campaign.pledged += change
    campaign.backers += backers
    if change > 0:
        Milestone.objects.filter(campaign=campaign, reached_at=None, amount__lte=campaign.pledged).update(
            reached_at=at
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


def refuse_below(campaign: Campaign, change: int, at: datetime) -> None:
    """Raises WouldFallBelow. The campaign is held: of two who take back at once, the second is judged after the first."""
    assert campaign.deadline_at is not None
    if not may_change(
        total=campaign.pledged,
        change=change,
        goal=campaign.goal,
        deadline_at=campaign.deadline_at,
        now=at,
    ):
        raise WouldFallBelow


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


def end(
    pledge: Pledge,
    campaign: Campaign,
    move: PledgeMove,
    *,
    at: datetime,
    by: Person | None,
    because: str = "",
) -> None:
    """It counts no more, holds nothing, and its backer is one no more."""
    counted = pledge.amount if pledge.state == PledgeState.ACTIVE else 0
    apply([Step(pledge=pledge, move=move, change=-counted, by=by, because=because)], at=at)
    give_back(taken_by(pledge))
    if counted:
        add_to_total(campaign, -counted, backers=-1, at=at)


@transaction.atomic
def hold_longer(*, pledge: Pledge, at: datetime) -> bool:
    """Wait some minutes more for a pledge whose provider did not answer whether its card was left; not for ever."""
    held(pledge.campaign)
    pledge.refresh_from_db()
    if pledge.state != PledgeState.STARTED or at >= pledge.started_at + LONGEST_HELD:
        return False
    pledge.held_until = at + A_LITTLE
    pledge.save(update_fields=["held_until"])
    return True


@transaction.atomic
def expire(*, pledge: Pledge, at: datetime) -> bool:
    """Let others have what a pledge holds that nobody finished in time; False when somebody did meanwhile."""
    campaign = held(pledge.campaign)
    pledge.refresh_from_db()
    if pledge.state != PledgeState.STARTED or pledge.held_until is None or pledge.held_until > at:
        return False
    end(pledge, campaign, PledgeMove.EXPIRE, at=at, by=None)
    return True


def unfinished(at: datetime) -> Q:
    """Pledges that were started, and not finished in time."""
    return Q(state=PledgeState.STARTED, held_until__lte=at)
