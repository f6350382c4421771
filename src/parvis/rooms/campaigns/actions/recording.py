"""What the provider answers and tells becomes what happened to a pledge: merged in any order, and as often as it comes."""

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from parvis.lib.funding.pledges import PLEDGES, PledgeMove, PledgeState
from parvis.lib.payments import Outcome, Return, merge

from ..models import Account, Attempt, AttemptState, Campaign, Entry, Pledge, Refund
from .booking import Booking, book, came, give_receipts
from .locking import held
from .moving import IN_STEPS, Step, apply
from .returning import follow_returns
from .settling import TRIES_AFTER, began
from .writing import update_each

logger = logging.getLogger(__name__)

STATES = {
    "processing": AttemptState.PROCESSING,
    "action required": AttemptState.ASKING,
    "declined": AttemptState.DECLINED,
    "refused": AttemptState.REFUSED,
    "canceled": AttemptState.CANCELED,
    "absent": AttemptState.ABSENT,
    "collected": AttemptState.COLLECTED,
}
MOVES = {
    "processing": PledgeMove.WAIT,
    "action required": PledgeMove.ASK,
    "declined": PledgeMove.DECLINE,
    "refused": PledgeMove.DECLINE,
    "canceled": PledgeMove.DECLINE,
}
OTHER_SUM = "other-sum"
WRITTEN = ("state", "state_at", "payment", "outcome", "locked_until", "claimed_by", "problem")
READ = (*WRITTEN, "pledge", "number", "amount", "method")


@dataclass
class Work:
    """What one batch of answers comes to. `booked` are the keys of what is in the books already, `tries` when pledges are tried next."""

    campaign: Campaign
    at: datetime
    booked: set[str]
    steps: list[Step] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)
    paid: list[Pledge] = field(default_factory=list)
    owed: list[Refund] = field(default_factory=list)
    tries: dict[int, datetime | None] = field(default_factory=dict)
    collected: int = 0

    @cached_property
    def begun(self) -> datetime:
        return began(self.campaign)


def outcome_in(kept: dict[str, Any]) -> Outcome:
    """What is kept of a payment. An attempt of which nothing is known is unknown."""
    if not kept:
        return Outcome(kind="unknown")
    returns = tuple(Return(**one) for one in kept.get("returns", ()))
    return Outcome(**(kept | {"returns": returns}))


def kept(outcome: Outcome) -> dict[str, Any]:
    found = asdict(outcome)
    found["returns"] = [dict(one) for one in found["returns"]]
    return found


@transaction.atomic
def record(*, campaign: Campaign, answers: Sequence[tuple[Attempt, Outcome]], at: datetime) -> None:
    """Write down what became of these attempts, all of one campaign, and what follows for their pledges."""
    campaign = held(campaign)
    numbers = [attempt.pk for attempt, _outcome in answers]
    rows = Attempt.objects.filter(pk__in=numbers).select_related("pledge")
    now = {row.pk: row for row in rows.only(*READ, *(f"pledge__{name}" for name in IN_STEPS))}
    keys = Entry.objects.filter(key__in=[key_of(attempt) for attempt in now.values()])
    work = Work(campaign, at, set(keys.values_list("key", flat=True)))
    changed = []
    for known, outcome in answers:
        attempt = now[known.pk]
        is_new = note_outcome(attempt, outcome, at)
        if is_new:
            changed.append(attempt)
        follow(attempt, work, is_new=is_new)
    update_each(changed, WRITTEN)
    write(work)
    for attempt in changed:
        if attempt.outcome["returns"] and attempt.state == AttemptState.COLLECTED:
            follow_returns(attempt, outcome_in(attempt.outcome).returns, campaign=campaign, at=at)


def write(work: Work) -> None:
    """Write down what follows from what was told."""
    apply(work.steps, at=work.at)
    for number, moment in work.tries.items():
        Pledge.objects.filter(pk=number).update(next_try=moment)
    book(work.bookings, at=work.at)
    give_receipts(work.paid, creator=work.campaign.creator, at=work.at)
    for pledge in work.paid:
        pledge.received = pledge.amount
    Refund.objects.bulk_create(work.owed)
    came(work.campaign, collected=work.collected)


def note_outcome(attempt: Attempt, outcome: Outcome, at: datetime) -> bool:
    """Merge what is told now into what was known; False where that is the same."""
    merged = merged_with(outcome_in(attempt.outcome), outcome)
    is_new: bool = kept(merged) != attempt.outcome
    attempt.outcome = kept(merged)
    attempt.payment = merged.payment or attempt.payment
    state = STATES.get(merged.kind)
    if state == AttemptState.REFUSED and not is_for_the_person(merged) and attempt.state != state:
        state = AttemptState.HELD
        attempt.problem = f"refused: {merged.code}"
    if state is not None and state != attempt.state:
        attempt.state, attempt.state_at, is_new = state, at, True
    if state is not None and (attempt.claimed_by or attempt.locked_until):
        attempt.locked_until, attempt.claimed_by, is_new = None, "", True
    return is_new


def merged_with(known: Outcome, told: Outcome) -> Outcome:
    """What was looked up and is absent is so, whatever was not known of it before, even where the provider told no time."""
    if told.kind == "absent" and known.kind == "unknown" and not known.payment:
        return replace(told, returns=known.returns)
    return merge(known, told)


def is_for_the_person(outcome: Outcome) -> bool:
    """Whether another way to pay may help where a request was refused; else it is for us to look at."""
    code = outcome.code
    return code.startswith(("payment_method", "requires_")) or code == "resource_missing"


def follow(attempt: Attempt, work: Work, *, is_new: bool) -> None:
    """What an attempt as it stands means for its pledge."""
    outcome = outcome_in(attempt.outcome)
    if outcome.kind == "collected":
        if key_of(attempt) not in work.booked:
            receive(attempt, outcome, work)
    elif attempt.number == attempt.pledge.attempts and attempt.state != AttemptState.HELD:
        step = step_for(attempt, outcome, work, is_new=is_new)
        if step is not None:
            work.steps.append(step)


def key_of(attempt: Attempt) -> str:
    return f"collected:{attempt.pk}"


def receive(attempt: Attempt, outcome: Outcome, work: Work) -> None:
    """The money came: for a pledge that waits for it; or else it is owed to whoever paid, and goes back by itself."""
    pledge = attempt.pledge
    can_be_paid = (PledgeState(pledge.state), PledgeMove.PAY) in PLEDGES.table
    is_due = can_be_paid and outcome.received == attempt.amount == pledge.amount - pledge.received
    legs = {Account.PROVIDER: outcome.received}
    legs[Account.PLEDGES if is_due else Account.UNALLOCATED] = -outcome.received
    work.booked.add(key_of(attempt))
    work.bookings.append(
        Booking(key=key_of(attempt), what="collected", campaign=work.campaign, pledge=pledge, legs=legs)
    )
    if not is_due:
        logger.error("Attempt %s was paid, and nothing was due: it goes back by itself", attempt.pk)
        work.owed.append(what_is_owed(attempt, outcome, work.at))
        if (
            PledgeState(pledge.state),
            PledgeMove.DECLINE,
        ) in PLEDGES.table and attempt.number == pledge.attempts:
            step = Step(pledge=pledge, move=PledgeMove.DECLINE, because=OTHER_SUM, fields={"next_try": None})
            work.steps.append(step)
        return
    if attempt.number != pledge.attempts:
        unsent = Attempt.objects.filter(pledge=pledge, state=AttemptState.PREPARED, first_sent_at=None)
        unsent.update(state=AttemptState.CANCELED, state_at=work.at)
    fields = {"received": F("amount"), "next_try": None}
    work.steps.append(Step(pledge=pledge, move=PledgeMove.PAY, fields=fields))
    work.paid.append(pledge)
    work.collected += outcome.received


def what_is_owed(attempt: Attempt, outcome: Outcome, at: datetime) -> Refund:
    """What was debited and is owed to nobody but whoever paid: after a failed campaign, twice, or not the sum that was asked."""
    last = attempt.pledge.refunds.aggregate(last=Max("number"))["last"] or 0
    return Refund(
        pledge=attempt.pledge,
        attempt=attempt,
        number=last + 1,
        amount=outcome.received,
        is_owed=True,
        at=at,
        state_at=at,
    )


def step_for(attempt: Attempt, outcome: Outcome, work: Work, *, is_new: bool) -> Step | None:
    """What happens to a pledge whose last attempt stands like this; None for nothing (any more)."""
    pledge = attempt.pledge
    state = PledgeState(pledge.state)
    if outcome.kind == "unknown":
        return None
    if outcome.kind == "absent" or outcome.code.startswith("requires_"):
        # Nobody was asked anything: the next attempt follows at once, and its backer need not hear of it.
        if state == PledgeState.COLLECTING and is_new:
            work.tries[pledge.pk] = work.at
        return None
    if outcome.kind == "canceled" and state == PledgeState.COLLECTING and pledge.next_try is not None:
        return None  # it made room for the next attempt
    move = MOVES[outcome.kind]
    fields = {"next_try": next_try(attempt, outcome, work)} if move == PledgeMove.DECLINE else {}
    if (state, move) in PLEDGES.known and is_new and fields:
        work.tries[pledge.pk] = fields["next_try"]
    if (state, move) not in PLEDGES.table:
        return None
    because = outcome.decline_code or outcome.code
    return Step(pledge=pledge, move=move, because=because, fields=fields)


def next_try(attempt: Attempt, outcome: Outcome, work: Work) -> datetime | None:
    """When a card is tried again by itself; None: only when its holder comes.

    Another one that was left meanwhile is tried at once, and what was called off to make room for the next try stays due.
    """
    pledge = attempt.pledge
    if pledge.method and attempt.method and pledge.method != attempt.method:
        return work.at
    if outcome.kind == "canceled":
        return pledge.next_try
    if not outcome.is_soft:
        return None
    return next((work.begun + after for after in TRIES_AFTER if work.begun + after > work.at), None)
