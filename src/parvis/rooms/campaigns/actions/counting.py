"""When a pledge counts: once its address is theirs and it can be paid, in time; what nobody finishes is let go."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from parvis.core.people.actions import guest, verify_address
from parvis.core.people.models import Person
from parvis.lib.funding.pledges import BACKING, PledgeMove, PledgeState
from parvis.lib.payments import Method

from ..models import Campaign, Milestone, Pledge, Way
from .letting_go import let_go
from .locking import Clock, held
from .moving import Step, apply
from .refusing import NotYours, TooLate, refuse_second
from .rewards import give_back, taken_by

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
