"""What goes back of what a pledge has paid: by refunds, and by disputes that are lost. Told in any order, it comes to the same."""

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from django.db.models import F, Max, QuerySet, Sum

from parvis.core.people.models import Person
from parvis.lib.funding.pledges import HOLDING, PLEDGES, PledgeMove, PledgeState
from parvis.lib.payments import Return

from ..models import (
    Account,
    Attempt,
    Campaign,
    Dispute,
    Entry,
    Leg,
    Pledge,
    Refund,
    RefundState,
    Reward,
)
from .booking import Booking, book, came
from .moving import Step, apply
from .rewards import give_back, taken_by

logger = logging.getLogger(__name__)

WENT = (RefundState.ASKED, RefundState.RETURNED, RefundState.BY_HAND)
"""Refunds by which money has left the account."""
OF_RETURNS = (
    PledgeMove.REFUND_PART,
    PledgeMove.REFUND,
    PledgeMove.DISPUTE,
    PledgeMove.WIN,
    PledgeMove.LOSE,
    PledgeMove.KEEP,
    PledgeMove.KEEP_PART,
)
WHAT = ("refund", "refund-back", "dispute", "dispute-back")
"""What is in the books for what went back of a pledge."""
STATES = {"asked": RefundState.ASKED, "returned": RefundState.RETURNED, "kept": RefundState.REFUSED}


def follow_returns(attempt: Attempt, returns: Sequence[Return], *, campaign: Campaign, at: datetime) -> None:
    """Write down what went back of a payment that came, or did not. The campaign is held."""
    is_owed = attempt.refunds.filter(is_owed=True).exists()
    rows = list(attempt.refunds.order_by("pk"))
    for one in returns:
        if one.by == "dispute":
            row = note_dispute(attempt, one, at)
            went = one.stage == "returned"
            book_return(
                f"dispute:{row.pk}", row.amount, went, campaign, attempt.pledge, is_owed=is_owed, at=at
            )
        elif (refund := refund_for(attempt, one, rows, at)) is not None:
            note_stage(refund, one, at)
            book_refund(refund, campaign, is_owed=is_owed, at=at)
    if not is_owed:
        follow_pledge(attempt.pledge, campaign, at=at)


def refund_for(attempt: Attempt, told: Return, rows: list[Refund], at: datetime) -> Refund | None:
    """The refund that is told of: one of ours; or else one that its creator made at the provider, which is written down now.

    None where it may be one of ours whose own answer has not come yet.
    """
    if told.stage not in STATES:
        return None
    found = next((row for row in rows if row.name == told.id), None)
    if found is not None:
        return found
    if any(
        not row.name
        and row.state == RefundState.PREPARED
        and row.first_sent_at is not None
        and row.amount == told.amount
        for row in rows
    ):
        return None
    made = Refund.objects.create(
        pledge=attempt.pledge,
        attempt=attempt,
        number=next_number(attempt.pledge),
        amount=told.amount,
        state=RefundState.ASKED,
        at=at,
        first_sent_at=at,
        state_at=at,
        name=told.id,
    )
    rows.append(made)
    return made


def next_number(pledge: Pledge) -> int:
    return (pledge.refunds.aggregate(last=Max("number"))["last"] or 0) + 1


def note_stage(refund: Refund, told: Return, at: datetime) -> None:
    """How far it is, as the provider says."""
    state = STATES[told.stage]
    if refund.state == state:
        return
    refund.state, refund.state_at, refund.next_try = state, at, None
    refund.problem = told.code[:500] if state == RefundState.REFUSED else ""
    refund.save(update_fields=["state", "state_at", "next_try", "problem"])


def note_dispute(attempt: Attempt, told: Return, at: datetime) -> Dispute:
    """How far a dispute is, as the provider says."""
    due_at = datetime.fromtimestamp(told.due_at, UTC) if told.due_at else None
    about = {"stage": told.stage, "due_at": due_at, "because": told.code[:60], "amount": told.amount}
    row, is_new = Dispute.objects.get_or_create(
        attempt=attempt, name=told.id, defaults={"at": at, "stage_at": at, **about}
    )
    if row.stage == "returned":
        del about["amount"]  # what was lost is in the books
    if not is_new and any(getattr(row, name) != value for name, value in about.items()):
        row.stage_at = row.stage_at if row.stage == told.stage else at
        for name, value in about.items():
            setattr(row, name, value)
        row.save()
    return row


def book_refund(refund: Refund, campaign: Campaign, *, is_owed: bool, at: datetime) -> None:
    went = refund.state in WENT
    book_return(f"refund:{refund.pk}", refund.amount, went, campaign, refund.pledge, is_owed=is_owed, at=at)


def book_return(
    key: str, amount: int, went: bool, campaign: Campaign, pledge: Pledge, *, is_owed: bool, at: datetime
) -> None:
    """Write into the books what went back, or that it came to us again; each once."""
    known = set(Entry.objects.filter(key__in=[key, f"{key}:back"]).values_list("key", flat=True))
    what = f"owed-{key.partition(':')[0]}" if is_owed else key.partition(":")[0]
    if went and key not in known:
        legs = legs_of(amount, pledge, is_owed=is_owed)
        book([Booking(key=key, what=what, campaign=campaign, pledge=pledge, legs=legs)], at=at)
    elif not went and key in known and f"{key}:back" not in known:
        legs = legs_of(-amount, pledge, is_owed=is_owed)
        back = Booking(key=f"{key}:back", what=f"{what}-back", campaign=campaign, pledge=pledge, legs=legs)
        book([back], at=at)


def legs_of(amount: int, pledge: Pledge, *, is_owed: bool) -> Mapping[Account, int]:
    """Where what goes back is taken from. More than came for a pledge can be lost, by a dispute of what was refunded: whoever got it owes it."""
    if is_owed:
        return {Account.PROVIDER: -amount, Account.UNALLOCATED: amount}
    legs = Leg.objects.filter(entry__pledge=pledge, entry__what__in=WHAT)
    before = -(
        legs.filter(account__in=[Account.PROVIDER, Account.BANK]).aggregate(sum=Sum("amount"))["sum"] or 0
    )
    of_the_pledge = min(before + amount, pledge.received) - min(before, pledge.received)
    return {
        Account.PROVIDER: -amount,
        Account.PLEDGES: of_the_pledge,
        Account.UNALLOCATED: amount - of_the_pledge,
    }


def went_back(pledge: Pledge) -> int:
    """What went back of what a pledge was paid by refunds and lost disputes; minor units. What was owed besides is none of it."""
    refunds = pledge.refunds.filter(is_owed=False, state__in=WENT).exclude(attempt__refunds__is_owed=True)
    lost = disputes_of(pledge).filter(stage="returned")
    return sum(rows.aggregate(sum=Sum("amount"))["sum"] or 0 for rows in (refunds, lost))


def disputes_of(pledge: Pledge) -> QuerySet[Dispute]:
    """The disputes of the payment that a pledge was paid with."""
    return Dispute.objects.filter(attempt__pledge=pledge).exclude(attempt__refunds__is_owed=True)


def follow_pledge(
    pledge: Pledge, campaign: Campaign, *, at: datetime, by: Person | None = None, because: str = ""
) -> None:
    """Let a pledge stand as what went back of it says, and its campaign count it. The campaign is held."""
    returned = min(went_back(pledge), pledge.received)
    change = returned - pledge.returned
    before = PledgeState(pledge.state)
    after = state_of(pledge, returned)
    move = way(before, after, grew=change > 0)
    if move is not None:
        step = Step(pledge=pledge, move=move, by=by, because=because, fields={"returned": returned})
        apply([step], at=at)
        follow_rewards(pledge, before)
    else:
        if before != after:
            logger.error("Pledge %s is %s, and would have to be %s", pledge.pk, before, after)
        Pledge.objects.filter(pk=pledge.pk).update(returned=returned)
        pledge.returned = returned
    came(campaign, returned=change)


def state_of(pledge: Pledge, returned: int) -> PledgeState:
    """How a pledge that was paid stands, when this much went back of it."""
    disputes = disputes_of(pledge)
    if returned >= pledge.received:
        is_lost = disputes.filter(stage="returned").exists()
        return PledgeState.CHARGED_BACK if is_lost else PledgeState.REFUNDED
    if disputes.filter(stage="asked").exists():
        return PledgeState.DISPUTED
    return PledgeState.PART_REFUNDED if returned else PledgeState.COLLECTED


def way(before: PledgeState, after: PledgeState, *, grew: bool) -> PledgeMove | None:
    """What leads from one state to the other; None where there is nothing to tell."""
    if before == after and not grew:
        return None
    return next((move for move in OF_RETURNS if PLEDGES.table.get((before, move)) == after), None)


def follow_rewards(pledge: Pledge, before: PledgeState) -> None:
    """Whoever got all of it back holds no reward any more; and the reverse."""
    after = PledgeState(pledge.state)
    if before in HOLDING and after not in HOLDING:
        give_back(taken_by(pledge))
    elif after in HOLDING and before not in HOLDING:
        for number, quantity in sorted(taken_by(pledge).items()):
            Reward.objects.filter(pk=number).update(taken=F("taken") + quantity)
