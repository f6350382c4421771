"""What the provider answers and tells becomes what happened to a pledge: merged in any order, and as often as it comes."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
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
from .moving import Step, apply
from .settling import TRIES_AFTER, began
from .writing import update_each

STATES = {
    "processing": AttemptState.PROCESSING,
    "action required": AttemptState.ASKING,
    "declined": AttemptState.DECLINED,
    "refused": AttemptState.REFUSED,
    "canceled": AttemptState.CANCELED,
    "absent": AttemptState.ABSENT,
    "collected": AttemptState.COLLECTED,
}


@dataclass
class Work:
    """What one batch of answers comes to. `booked` are the keys of what is in the books already."""

    campaign: Campaign
    at: datetime
    booked: set[str]
    steps: list[Step] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)
    paid: list[Pledge] = field(default_factory=list)
    owed: list[Refund] = field(default_factory=list)
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
    now = {row.pk: row for row in Attempt.objects.filter(pk__in=numbers).select_related("pledge")}
    keys = Entry.objects.filter(key__in=[key_of(attempt) for attempt in now.values()])
    work = Work(campaign, at, set(keys.values_list("key", flat=True)))
    changed = []
    for known, outcome in answers:
        attempt = now[known.pk]
        if note_outcome(attempt, outcome, at):
            changed.append(attempt)
        follow(attempt, work)
    update_each(changed, ["state", "state_at", "payment", "outcome", "locked_until", "claimed_by"])
    apply(work.steps, at=at)
    book(work.bookings, at=at)
    give_receipts(work.paid, creator=campaign.creator, at=at)
    Refund.objects.bulk_create(work.owed)
    came(campaign, collected=work.collected)


def note_outcome(attempt: Attempt, outcome: Outcome, at: datetime) -> bool:
    """Merge what is told now into what was known; False where that is the same."""
    merged = merge(outcome_in(attempt.outcome), outcome)
    is_new: bool = kept(merged) != attempt.outcome
    attempt.outcome = kept(merged)
    attempt.payment = merged.payment or attempt.payment
    state = STATES.get(merged.kind)
    if state is not None and state != attempt.state:
        attempt.state, attempt.state_at, is_new = state, at, True
    if state is not None and attempt.claimed_by:
        attempt.locked_until, attempt.claimed_by, is_new = None, "", True
    return is_new


def follow(attempt: Attempt, work: Work) -> None:
    """What an attempt as it stands means for its pledge."""
    outcome = outcome_in(attempt.outcome)
    if outcome.kind == "collected":
        if key_of(attempt) not in work.booked:
            receive(attempt, outcome, work)
    elif attempt.number == attempt.pledge.attempts:
        step = step_for(attempt.pledge, outcome, work)
        if step is not None:
            work.steps.append(step)


def key_of(attempt: Attempt) -> str:
    return f"collected:{attempt.pk}"


def receive(attempt: Attempt, outcome: Outcome, work: Work) -> None:
    """The money came: for a pledge that waits for it; or else it is owed to whoever paid, and goes back by itself."""
    pledge = attempt.pledge
    is_due = (
        PledgeState(pledge.state),
        PledgeMove.PAY,
    ) in PLEDGES.table and outcome.received == attempt.amount
    legs = {Account.PROVIDER: outcome.received}
    legs[Account.PLEDGES if is_due else Account.UNALLOCATED] = -outcome.received
    work.booked.add(key_of(attempt))
    work.bookings.append(
        Booking(key=key_of(attempt), what="collected", campaign=work.campaign, pledge=pledge, legs=legs)
    )
    if is_due:
        fields = {"received": F("amount"), "next_try": None}
        work.steps.append(Step(pledge=pledge, move=PledgeMove.PAY, fields=fields))
        work.paid.append(pledge)
        work.collected += outcome.received
    else:
        work.owed.append(what_is_owed(attempt, outcome, work.at))


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


def step_for(pledge: Pledge, outcome: Outcome, work: Work) -> Step | None:
    """What happens to a pledge whose last attempt stands like this; None for nothing (any more)."""
    state = PledgeState(pledge.state)
    fields: dict[str, Any] = {}
    match outcome.kind:
        case "processing":
            move = PledgeMove.WAIT
        case "action required":
            move = PledgeMove.ASK
        case "declined":
            move, fields = PledgeMove.DECLINE, {"next_try": next_try(outcome, work)}
        case "refused":
            move = PledgeMove.DECLINE
        case "absent" | "canceled":
            move, fields = PledgeMove.DECLINE, {"next_try": work.at}
        case _:
            return None
    if (state, move) not in PLEDGES.table or PLEDGES.table[state, move] == state:
        return None
    because = outcome.decline_code or outcome.code
    return Step(pledge=pledge, move=move, because=because, fields=fields)


def next_try(outcome: Outcome, work: Work) -> datetime | None:
    """When a card is tried again by itself; None: only when its holder comes."""
    if not outcome.is_soft:
        return None
    return next((work.begun + after for after in TRIES_AFTER if work.begun + after > work.at), None)
