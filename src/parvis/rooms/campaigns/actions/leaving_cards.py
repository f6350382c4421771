"""Leaving a card, and saying yes to one's bank: what is written down before the provider is asked, and after."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.lib.funding.campaigns import Collection
from parvis.lib.funding.pledges import PledgeState
from parvis.lib.refusal import Refusal

from ..models import Attempt, AttemptState, Campaign, Pledge, Way
from .locking import Clock, held

TAKES_A_CARD = (
    PledgeState.STARTED,
    PledgeState.ACTIVE,
    PledgeState.ACTION_REQUIRED,
    PledgeState.DECLINED,
)
"""When another card may be left: until it is being debited, and again if that failed."""
MOST_SETUPS = 20
"""Cards that can be tried for one pledge (Liberapay allows as many in a week; research: campaigns a.4)."""
PAYABLE = (AttemptState.ASKING, AttemptState.DECLINED, AttemptState.REFUSED)


class NoCardNow(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("The card of this pledge cannot be changed now. The page of the pledge says how it stands.")
        )


class TooManyCards(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "So many cards were tried for this pledge that no more are taken. Write to who makes the campaign."
            )
        )


class NothingToPay(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Nothing is to be paid for this pledge now. The page of the pledge says how it stands.")
        )


@transaction.atomic
def number_setup(*, pledge: Pledge, instead_of: str, clock: Clock) -> Pledge:
    """Begin the next setup of a pledge, in place of the one that is called so; the one that was begun and has no name so far goes on.

    Raises NoCardNow, TooManyCards.
    """
    campaign = held(pledge.campaign)
    pledge.refresh_from_db()
    if not takes_a_card(pledge, campaign, campaign.now(clock())):
        raise NoCardNow
    if pledge.setup != instead_of or (pledge.setups and not pledge.setup):
        return pledge
    if pledge.setups >= MOST_SETUPS:
        raise TooManyCards
    pledge.setups += 1
    pledge.setup = ""
    pledge.save(update_fields=["setups", "setup"])
    return pledge


def takes_a_card(pledge: Pledge, campaign: Campaign, at: datetime) -> bool:
    if pledge.way != Way.CARD or campaign.card_id is None or pledge.state not in TAKES_A_CARD:
        return False
    if pledge.state == PledgeState.STARTED:
        return pledge.held_until is not None and at < pledge.held_until
    return campaign.collection != Collection.CLOSED


@transaction.atomic
def give_up_setup(*, pledge: Pledge, number: int) -> Pledge:
    """The setup of this number went astray: its key was sent with other words. The next one takes its place."""
    held(pledge.campaign)
    pledge.refresh_from_db()
    if pledge.setups == number and not pledge.setup and pledge.setups < MOST_SETUPS:
        pledge.setups += 1
        pledge.save(update_fields=["setups"])
    return pledge


@transaction.atomic
def name_setup(*, pledge: Pledge, number: int, setup: str, customer: str) -> None:
    """The provider calls the setup of this number so."""
    held(pledge.campaign)
    pledge.refresh_from_db()
    if pledge.setups != number or pledge.setup:
        return
    pledge.setup = setup
    pledge.customer = pledge.customer or customer
    pledge.save(update_fields=["setup", "customer"])


def payable(pledge: Pledge) -> Attempt | None:
    """The payment for which its backer can say yes to their bank; None: there is none."""
    if pledge.state not in {PledgeState.ACTION_REQUIRED, PledgeState.DECLINED} or not pledge.method:
        return None
    last: Attempt | None = pledge.tries.select_related("account").order_by("-number").first()
    if last is None or last.state not in PAYABLE or not last.payment:
        return None
    return last


@transaction.atomic
def number_confirmation(*, pledge: Pledge, at: datetime) -> Attempt:
    """Write down that its backer is about to say yes to their bank; the key is another one each time. Raises NothingToPay.

    From now on its bank may have said yes, so that it is asked about until it is known.
    """
    held(pledge.campaign)
    pledge.refresh_from_db()
    attempt = payable(pledge)
    if attempt is None:
        raise NothingToPay
    attempt.confirmations += 1
    attempt.method = pledge.method
    attempt.state, attempt.state_at, attempt.locked_until = AttemptState.ASKING, at, None
    attempt.save(update_fields=["confirmations", "method", "state", "state_at", "locked_until"])
    return attempt
