"""Giving back: a creator returns what a pledge has paid, part of it or all; or undoes a campaign whose collection fell short."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Person
from parvis.lib.funding.campaigns import Collection, CollectionMove
from parvis.lib.funding.pledges import PAID, PledgeState
from parvis.lib.money import format_amount
from parvis.lib.payments import Outcome, Return
from parvis.lib.refusal import Refusal

from ..models import Attempt, AttemptState, Campaign, Passed, Pledge, Refund, RefundState
from .closing import collect
from .locking import held, hold_accounts
from .recording import record
from .refunding_by_hand import WHOLE_ONLY
from .returning import next_number
from .settling import BATCH

logger = logging.getLogger(__name__)

UNDONE_WITHIN = timedelta(days=14)
"""After its collection has closed, until when a creator may undo a campaign (research: campaigns a.2, C10)."""
AGAIN = timedelta(minutes=5)
LATER = timedelta(hours=6)
MOST_PROBLEMS = 3


class NothingToReturn(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Nothing of this pledge can be given back now. Its line says how it stands."))


class InDispute(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Its backer asked their bank for the money back. Answer at your payment provider first; "
                "what you gave back meanwhile would be lost twice."
            )
        )


class MoreThanCame(Refusal):
    def __init__(self, most: str) -> None:
        super().__init__(_("Of this pledge, %(most)s at most can still be given back.") % {"most": most})


class NotToBeUndone(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "A campaign can be undone within 14 days after its collection has closed, and where less came than its goal. "
                "You can still give back single pledges."
            )
        )


@transaction.atomic
def refund(*, pledge: Pledge, number: int, amount: int, because: str, by: Person, at: datetime) -> Refund:
    """Have part of what a pledge has paid given back, or all of it; minor units. The same number again is the same refund.

    Raises NothingToReturn, InDispute, MoreThanCame.
    """
    campaign = held(pledge.campaign)
    pledge.refresh_from_db()
    before = pledge.refunds.filter(number=number).first()
    if before is not None:
        return before
    if pledge.state == PledgeState.DISPUTED:
        raise InDispute
    if pledge.state not in PAID:
        raise NothingToReturn
    most = left_of(pledge)
    if not 0 < amount <= most:
        raise MoreThanCame(format_amount(most, campaign.currency, by.language))
    return Refund.objects.create(
        pledge=pledge,
        attempt=paid_by([pledge]).get(pledge.pk),
        number=next_number(pledge),
        amount=amount,
        by=by,
        because=because.strip()[:300],
        at=at,
        state_at=at,
    )


def left_of(pledge: Pledge) -> int:
    """How much of what it has paid did not go back, and is not about to; minor units."""
    waiting = pledge.refunds.filter(is_owed=False, state=RefundState.PREPARED)
    return pledge.received - pledge.returned - (waiting.aggregate(sum=Sum("amount"))["sum"] or 0)


def paid_by(pledges: Sequence[Pledge]) -> Mapping[int, Attempt]:
    """The attempts by which pledges were paid, by number of the pledge; none for what came by bank."""
    rows = Attempt.objects.filter(pledge__in=pledges, state=AttemptState.COLLECTED)
    owed = Refund.objects.filter(attempt=OuterRef("pk"), is_owed=True)
    return {attempt.pledge_id: attempt for attempt in rows.filter(~Exists(owed))}


@transaction.atomic
def send_again(*, refund: Refund, by: Person, at: datetime) -> Refund:
    """What is owed and was refused is to be sent anew, for what stood in its way may be gone. Again: no change."""
    held(refund.pledge.campaign)
    refund.refresh_from_db()
    waiting = refund.pledge.refunds.filter(attempt=refund.attempt, is_owed=True)
    again = waiting.exclude(state=RefundState.REFUSED).first()
    if again is not None or not refund.is_owed or refund.state != RefundState.REFUSED:
        return again or refund
    return Refund.objects.create(
        pledge=refund.pledge,
        attempt=refund.attempt,
        number=next_number(refund.pledge),
        amount=refund.amount,
        by=by,
        is_owed=True,
        at=at,
        state_at=at,
    )


def may_be_undone(campaign: Campaign, at: datetime) -> bool:
    """Whether less came than the goal, and it was not too long ago."""
    return (
        campaign.collection == Collection.CLOSED
        and campaign.collection_at is not None
        and at < campaign.collection_at + UNDONE_WITHIN
        and campaign.collected < campaign.goal
    )


@transaction.atomic
def undo(*, campaign: Campaign, by: Person, at: datetime) -> Campaign:
    """Give everything back to everyone; the settlement carries it through. Again: no change. Raises NotToBeUndone."""
    hold_accounts(campaign.creator)
    campaign = held(campaign)
    if campaign.collection == Collection.UNDONE:
        return campaign
    if not may_be_undone(campaign, at):
        raise NotToBeUndone
    collect(campaign, CollectionMove.UNDO, at, by)
    return campaign


HERE = Q(state__in=[*map(str, PAID), *map(str, WHOLE_ONLY)], received__gt=F("returned"))
"""Pledges of which something came that did not go back, and could."""


def to_be_undone() -> Q:
    """Pledges of which something is still here, though their campaign was undone.

    What was refused since waits for its creator; what had been refused before is tried once more.
    """
    undone = Passed.objects.filter(campaign=OuterRef(OuterRef("campaign_id")), move=CollectionMove.UNDO)
    refused_since = Q(state=RefundState.REFUSED, at__gte=Subquery(undone.values("at")[:1]))
    begun = Refund.objects.filter(
        Q(state=RefundState.PREPARED) | refused_since, pledge=OuterRef("pk"), is_owed=False
    )
    return HERE & Q(~Exists(begun))


@transaction.atomic
def undo_some(*, campaign: Campaign, at: datetime) -> int:
    """Write down that some of what came to an undone campaign goes back; how many. What came by bank is sent by hand."""
    campaign = held(campaign)
    if campaign.collection != Collection.UNDONE:
        return 0
    pledges = list(Pledge.objects.filter(to_be_undone(), campaign=campaign).order_by("pk")[:BATCH])
    attempts = paid_by(pledges)
    Refund.objects.bulk_create(
        Refund(
            pledge=one,
            attempt=attempts.get(one.pk),
            number=next_number(one),
            amount=one.received - one.returned,
            by=campaign.creator,
            at=at,
            state_at=at,
        )
        for one in pledges
    )
    return len(pledges)


@transaction.atomic
def note_answer(*, refund: Refund, answer: Return, at: datetime) -> None:
    """Write down what the provider said of a refund."""
    campaign = held(refund.pledge.campaign)
    refund.refresh_from_db()
    if refund.state != RefundState.PREPARED or refund.attempt is None:
        return
    if answer.stage == "unknown":
        refund.next_try, refund.must_look_up = at + AGAIN, answer.code == "server_error"
        refund.problem = answer.code[:500]
        refund.save(update_fields=["next_try", "must_look_up", "problem"])
    elif answer.stage == "refused":
        refund.state, refund.state_at, refund.next_try = RefundState.REFUSED, at, None
        refund.problem = answer.code[:500]
        refund.save(update_fields=["state", "state_at", "next_try", "problem"])
        if refund.is_owed:
            logger.error("Refund %s is owed and was refused", refund.pk)
    else:
        refund.name = answer.id
        refund.save(update_fields=["name"])
        told = Outcome(kind="unknown", payment=refund.attempt.payment, returns=(answer,))
        record(campaign=campaign, answers=[(refund.attempt, told)], at=at)


@transaction.atomic
def note_no_answer(*, refund: Refund, problem: str, is_early: bool, must_look_up: bool, at: datetime) -> None:
    """Write down that it could not be asked for. `is_early`: nothing was sent, and it is no fault of this refund."""
    refund.refresh_from_db()
    refund.problems += 0 if is_early else 1
    refund.problem = problem[:500]
    refund.must_look_up = refund.must_look_up or must_look_up
    refund.next_try = at + (AGAIN if refund.problems < MOST_PROBLEMS else LATER)
    refund.save(update_fields=["problems", "problem", "must_look_up", "next_try"])


@transaction.atomic
def take_a_turn(*, refund: Refund, at: datetime) -> None:
    """The key that was used did nothing and never will: send it with a new one, written down before."""
    Refund.objects.filter(pk=refund.pk, turn=refund.turn).update(
        turn=F("turn") + 1, first_sent_at=at, must_look_up=False
    )
    refund.refresh_from_db()
