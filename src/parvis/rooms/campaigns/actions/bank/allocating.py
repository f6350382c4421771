"""What a creator decides on a payment by hand: which pledge it pays, that it is put aside, that it was sent back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Person
from parvis.lib.refusal import Refusal

from ...models import Account, BankLine, LineState, Pledge, Why
from ..booking import Booking, book
from .paying import hold_account, hold_campaigns_of, pay, why_not


class DecidedAlready(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Something was decided on this payment meanwhile. Its page says what."))


class CannotPay(Refusal):
    """Why a payment cannot pay a pledge."""

    def __init__(self, why: Why) -> None:
        super().__init__(
            _("This payment cannot pay that pledge. %(why)s Choose another one, or send the money back.")
            % {"why": why.label}
        )


class SentBackFirst(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Part of this money is owed to whoever sent it. Send that back first, and say so here.")
        )


class NothingOwed(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Nothing of this payment is to be sent back."))


def as_it_is(line: BankLine, *states: LineState) -> BankLine:
    """The line as it is now, which nobody else changes before this transaction ends. Raises DecidedAlready."""
    rows = BankLine.objects.select_for_update(of=("self",)).select_related("account", "pledge")
    now = rows.get(pk=line.pk)
    if now.state not in states:
        raise DecidedAlready
    return now


@transaction.atomic
def allocate(*, line: BankLine, pledge: Pledge, by: Person, at: datetime) -> BankLine:
    """Say which pledge a payment is for: an open one, or one that was proposed. Raises DecidedAlready and CannotPay.

    What came in too late or twice for one pledge may pay another of the same campaign.
    """
    hold_account(line.account)
    campaign = hold_campaigns_of([pledge.pk])[pledge.campaign_id]
    line = as_it_is(line, LineState.OPEN, LineState.PROPOSED)
    pledge.refresh_from_db()
    if line.amount < 0 or line.sent_back_at is not None:
        raise DecidedAlready
    if line.over and line.pledge is not None and line.pledge.campaign_id != pledge.campaign_id:
        raise SentBackFirst
    why = why_not(line, pledge, campaign)
    if why is not None:
        raise CannotPay(why)
    line.pledge, line.because = pledge, Why.HAND
    pay([line], by=by, at=at)
    return line


@transaction.atomic
def refuse(*, line: BankLine) -> BankLine:
    """What was proposed is not so: the payment stays open. Raises DecidedAlready."""
    line = as_it_is(line, LineState.PROPOSED)
    line.state, line.pledge, line.because = LineState.OPEN, None, Why.UNKNOWN
    line.save(update_fields=["state", "pledge", "because"])
    return line


@transaction.atomic
def put_aside(*, line: BankLine) -> BankLine:
    """It has nothing to do with a campaign, or all is done. Again: no change. Raises DecidedAlready and SentBackFirst."""
    line = as_it_is(line, LineState.OPEN, LineState.PROPOSED, LineState.ASIDE)
    if line.over and line.sent_back_at is None:
        raise SentBackFirst
    line.state = LineState.ASIDE
    line.save(update_fields=["state"])
    return line


@transaction.atomic
def take_up(*, line: BankLine) -> BankLine:
    """It is open again. Raises DecidedAlready."""
    line = as_it_is(line, LineState.ASIDE)
    line.state = LineState.OPEN
    line.save(update_fields=["state"])
    return line


@transaction.atomic
def send_back(*, line: BankLine, at: datetime) -> BankLine:
    """Its creator has sent back what was too much, or belonged to no pledge. Raises NothingOwed."""
    line = as_it_is(line, LineState.OPEN, LineState.PAID)
    if not line.over or line.sent_back_at is not None:
        raise NothingOwed
    pledge = line.pledge
    assert pledge is not None
    booking = Booking(
        key=f"sent-back:{line.pk}",
        what="sent-back",
        campaign=pledge.campaign,
        pledge=pledge,
        legs={Account.UNALLOCATED: line.over, Account.BANK: -line.over},
        currency=line.currency,
    )
    book([booking], at=at)
    line.sent_back_at = at
    line.save(update_fields=["sent_back_at"])
    return line
