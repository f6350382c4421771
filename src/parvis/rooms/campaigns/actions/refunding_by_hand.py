"""What a creator sent back by their own bank: written down, for the backer and for the books (research: campaigns a.3, P14)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from parvis.core.audiences.actions import leave
from parvis.core.people.models import Person
from parvis.lib.funding.pledges import PAID, PledgeMove, PledgeState
from parvis.lib.money import format_amount
from parvis.lib.refusal import Refusal

from ..models import Account, Pledge, Refund, RefundState, Way
from .booking import Booking, book, came
from .locking import held
from .moving import Step, apply
from .rewards import give_back, taken_by

WHOLE_ONLY = (PledgeState.PART_PAID, PledgeState.DROPPED)
"""What came for these was a part; it goes back whole."""


class NothingToRefund(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Nothing that came for this pledge can go back by bank now."))


class TooMuchBack(Refusal):
    def __init__(self, most: str) -> None:
        super().__init__(_("Of this pledge, %(most)s can go back. Write that, or less.") % {"most": most})


class WholePartBack(Refusal):
    def __init__(self, part: str) -> None:
        super().__init__(
            _("Of this pledge only a part came. It goes back whole, and the pledge ends: write %(part)s.")
            % {"part": part}
        )


def refundable(pledge: Pledge) -> int:
    """How much of what came for a pledge can still be sent back by bank, in minor units.

    What came by card goes back by card, unless the provider has refused that: cards run out, accounts are closed.
    """
    if pledge.state not in {*PAID, *WHOLE_ONLY} or not (pledge.way == Way.BANK or was_refused(pledge)):
        return 0
    return pledge.received - pledge.returned


def was_refused(pledge: Pledge) -> bool:
    """Whether its provider refused to give back, and is not asked any more."""
    sent = pledge.refunds.filter(attempt__isnull=False, is_owed=False)
    under_way = sent.filter(state__in=[RefundState.PREPARED, RefundState.ASKED])
    return sent.filter(state=RefundState.REFUSED).exists() and not under_way.exists()


@transaction.atomic
def refund_by_hand(*, pledge: Pledge, amount: int, because: str, by: Person, at: datetime) -> Refund:
    """Write down that so much was sent back. Raises NothingToRefund, TooMuchBack, WholePartBack."""
    campaign = held(pledge.campaign)
    pledge.refresh_from_db()
    left = refundable(pledge)
    if left <= 0:
        raise NothingToRefund
    if not 0 < amount <= left:
        raise TooMuchBack(format_amount(left, campaign.currency, by.language))
    if pledge.state in WHOLE_ONLY and amount != left:
        raise WholePartBack(format_amount(left, campaign.currency, by.language))
    refund = asked_for(pledge, at)
    refund.amount, refund.by, refund.because = amount, by, because[:300]
    refund.state, refund.state_at = RefundState.BY_HAND, at
    refund.save()
    move = PledgeMove.REFUND if amount == left else PledgeMove.REFUND_PART
    fields = {"returned": pledge.returned + amount}
    apply([Step(pledge=pledge, move=move, by=by, because=because, fields=fields)], at=at)
    if move == PledgeMove.REFUND:
        give_back(taken_by(pledge))
        assert pledge.person is not None
        leave(group=campaign.group, person=pledge.person)
    legs = {Account.PLEDGES: amount, Account.BANK: -amount}
    key = f"refund:{refund.pk}"
    book([Booking(key=key, what="refund", campaign=campaign, pledge=pledge, legs=legs)], at=at)
    came(campaign, returned=amount)
    return refund


def asked_for(pledge: Pledge, at: datetime) -> Refund:
    """The refund that waits to be sent by hand, since its campaign was undone; or a new one."""
    waiting = pledge.refunds.filter(attempt=None, is_owed=False, state=RefundState.PREPARED).first()
    if waiting is not None:
        return waiting
    last = Refund.objects.filter(pledge=pledge).aggregate(last=Max("number"))["last"] or 0
    return Refund(pledge=pledge, number=last + 1, at=at)
