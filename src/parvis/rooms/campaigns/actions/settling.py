"""After the deadline: what each pledge of a decided campaign comes to, a batch at a time, so that it can stop anywhere."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from parvis.lib.banking.references import is_qr_iban, make_code, make_qrr, make_scor
from parvis.lib.funding.campaigns import CampaignState, Collection, CollectionMove
from parvis.lib.funding.pledges import PledgeMove, PledgeState
from parvis.lib.payments import Charge

from ..links import outside, paid_path
from ..models import OPEN, Attempt, AttemptState, Campaign, Pledge, Way
from .closing import collect
from .locking import held
from .moving import IN_STEPS, Step, apply
from .rewards import give_back, taken_by
from .writing import add_each

BATCH = 500
LEASE = timedelta(minutes=5)
"""For how long a worker has what it claimed."""
GRACE = timedelta(days=7)
"""For how long cards are tried again, from when the collection began (Kickstarter's rule; research: campaigns a.1)."""
TRIES_AFTER = (timedelta(days=3), timedelta(days=7))
"""When a card that may be tried again is (research: campaigns a.4)."""
PAYABLE_FOR = 10
"""Days to pay a bill."""
A_DAY = timedelta(days=1)
REMINDED_AFTER = timedelta(days=5)
LAST_DAY = timedelta(days=1)
NEVER_SENT = "never-sent"
TRIED_AGAIN = (PledgeState.COLLECTING, PledgeState.DECLINED, PledgeState.ACTION_REQUIRED)
SENT = ("public_id", "customer", "method_kind")
"""What an attempt takes over from its pledge, beside what its steps need."""
UNSETTLED = (
    PledgeState.STARTED,
    PledgeState.ACTIVE,
    PledgeState.BILLED,
    PledgeState.PART_PAID,
    PledgeState.COLLECTING,
    PledgeState.PROCESSING,
    PledgeState.ACTION_REQUIRED,
    PledgeState.DECLINED,
)


@transaction.atomic
def unwind(*, campaign: Campaign, at: datetime) -> int:
    """Let go of some of the pledges of a campaign that came to nothing, or of those that nobody finished; how many."""
    campaign = held(campaign)
    if campaign.state in {CampaignState.FAILED, CampaignState.CANCELED}:
        states, move = [PledgeState.STARTED, PledgeState.ACTIVE], PledgeMove.VOID
    elif campaign.state == CampaignState.SUCCESSFUL:
        states, move = [PledgeState.STARTED], PledgeMove.EXPIRE
    else:
        return 0
    rows = Pledge.objects.filter(campaign=campaign, state__in=states).prefetch_related("items")
    pledges = list(rows.order_by("pk")[:BATCH])
    apply([Step(pledge=one, move=move) for one in pledges], at=at)
    for one in pledges:
        give_back(taken_by(one))
    return len(pledges)


@transaction.atomic
def bill(*, campaign: Campaign, at: datetime) -> int:
    """Ask for some of what was pledged by bank: each gets a reference that is its own; how many."""
    campaign = held(campaign)
    if campaign.collection != Collection.COLLECTING:
        return 0
    rows = Pledge.objects.filter(campaign=campaign, state=PledgeState.ACTIVE, way=Way.BANK)
    pledges = list(rows.order_by("pk")[:BATCH])
    due_on = (at.astimezone(ZoneInfo(campaign.zone)) + timedelta(days=PAYABLE_FOR)).date()
    codes = new_codes(len(pledges))
    steps = [
        Step(
            pledge=one,
            move=PledgeMove.BILL,
            fields={
                "billed_at": at,
                "due_on": due_on,
                "reference": reference_of(one, campaign),
                "code": code,
            },
        )
        for one, code in zip(pledges, codes, strict=True)
    ]
    apply(steps, at=at)
    return len(pledges)


def reference_of(pledge: Pledge, campaign: Campaign) -> str:
    """What its bill is paid by: a QRR where the account is a QR-IBAN, else a creditor reference (ISO 11649)."""
    assert campaign.bank is not None
    if is_qr_iban(campaign.bank.iban):
        return make_qrr(f"{campaign.pk:08d}{pledge.number:012d}")
    return make_scor(f"{campaign.pk:06d}{pledge.number:08d}")


def new_codes(count: int) -> list[str]:
    """Short codes that no bill has."""
    codes = set[str]()
    while len(codes) < count:
        more = {make_code() for _number in range(count - len(codes))}
        known = Pledge.objects.filter(code__in=more).values_list("code", flat=True)
        codes |= more - set(known)
    return sorted(codes)


@transaction.atomic
def prepare(*, campaign: Campaign, at: datetime, worker: str = "") -> int:
    """Write down attempts to debit: for what was pledged by card, and for what may be tried again by now; how many.

    A new attempt is only made once nothing can be debited by the one before it. Where a worker is named they are its own from
    the start, as if it had claimed them, and may be on their way from now on.
    """
    campaign = held(campaign)
    if campaign.collection not in {Collection.COLLECTING, Collection.GRACE}:
        return 0
    cards = Pledge.objects.filter(campaign=campaign, way=Way.CARD).exclude(method="")
    rows = cards.only(*IN_STEPS, *SENT).order_by("pk")
    # What is active was never tried: nothing leads back to it. And one question for both would sort all that is left.
    pledges = list(rows.filter(state=PledgeState.ACTIVE)[:BATCH])
    still = Attempt.objects.filter(may_still_debit(), pledge=OuterRef("pk"))
    again = rows.filter(~Exists(still), state__in=TRIED_AGAIN, next_try__lte=at)
    pledges += again[: BATCH - len(pledges)]
    base = outside("")
    attempts = (attempt_for(one, campaign, base=base) for one in pledges)
    same = {"campaign_id": campaign.pk, "account_id": campaign.card_id, "prepared_at": at, "state_at": at}
    claimed = {"claimed_by": worker, "locked_until": at + LEASE, "first_sent_at": at} if worker else {}
    add_each(Attempt, attempts, **same, **claimed)
    steps = [
        Step(pledge=one, move=PledgeMove.COLLECT, fields={"attempts": one.attempts + 1, "next_try": None})
        for one in pledges
    ]
    apply(steps, at=at)
    return len(pledges)


def may_still_debit() -> Q:
    """Attempts that were not seen to their end: by each of them something could be debited, or was."""
    is_refused = Q(state=AttemptState.REFUSED) & ~Q(payment="")
    states = [*OPEN, AttemptState.DECLINED, AttemptState.HELD, AttemptState.COLLECTED]
    return Q(state__in=states) | is_refused


def attempt_for(pledge: Pledge, campaign: Campaign, *, base: str) -> Mapping[str, Any]:
    """The next attempt to debit a pledge, whose parameters never change. `base` is the address of this house."""
    number = pledge.attempts + 1
    key = f"parvis:{campaign.publication.public_id}:{pledge.public_id}:{number}"
    charge = Charge(
        key=key,
        amount=pledge.amount,
        currency=campaign.currency,
        customer=pledge.customer,
        method=pledge.method,
        method_kind=pledge.method_kind or "card",
        description=campaign.publication.title[:200],
        return_url=base + paid_path(pledge),
        campaign=campaign.publication.public_id,
        pledge=pledge.public_id,
        attempt=f"{pledge.public_id}-{number}",
    )
    return {
        "pledge_id": pledge.pk,
        "number": number,
        "key": key,
        "amount": pledge.amount,
        "method": pledge.method,
        "charge": {name: getattr(charge, name) for name in Charge.__slots__},
    }


def in_the_way(campaign: Campaign, at: datetime) -> Sequence[Attempt]:
    """Attempts by which something could still be debited, of pledges that are to be tried anew: to be cancelled first."""
    is_refused = Q(state=AttemptState.REFUSED) & ~Q(payment="")
    rows = Attempt.objects.filter(
        Q(locked_until=None) | Q(locked_until__lte=at),
        Q(state__in=[AttemptState.DECLINED, AttemptState.ASKING]) | is_refused,
        campaign=campaign,
        pledge__state__in=TRIED_AGAIN,
        pledge__next_try__lte=at,
    )
    return list(rows.select_related("pledge", "account").order_by("pk")[:BATCH])


@transaction.atomic
def try_held(*, attempt: Attempt, at: datetime) -> Attempt:
    """Somebody looked at what was held: find out what became of it, and go on from there. What is not held stays as it is."""
    held(attempt.campaign)
    attempt.refresh_from_db()
    if attempt.state != AttemptState.HELD:
        return attempt
    if attempt.outcome.get("kind") == "refused":
        # Nothing was debited by it, and its key would be refused again: another attempt takes its place.
        attempt.state = AttemptState.REFUSED
        Pledge.objects.filter(pk=attempt.pledge_id, state=PledgeState.COLLECTING).update(next_try=at)
    else:
        attempt.state = AttemptState.PREPARED
        attempt.outcome = {"kind": "unknown", **attempt.outcome, "must_look_up": True}
    attempt.problems, attempt.problem = 0, ""
    attempt.state_at, attempt.locked_until, attempt.claimed_by = at, None, ""
    attempt.save(
        update_fields=["state", "outcome", "problems", "problem", "state_at", "locked_until", "claimed_by"]
    )
    return attempt


@transaction.atomic
def give_up(*, campaign: Campaign, at: datetime) -> int:
    """Wait no more, once the time is over, for what was refused for our reasons, and for what could never be sent; how many."""
    campaign = held(campaign)
    if campaign.collection not in {Collection.COLLECTING, Collection.GRACE}:
        return 0
    if at < began(campaign) + GRACE + LAST_DAY:
        return 0
    refused = Q(state=AttemptState.HELD, outcome__kind="refused")
    unsent = Q(state=AttemptState.PREPARED, first_sent_at=None, claimed_by="")
    rows = Attempt.objects.filter(refused | unsent, campaign=campaign).select_related("pledge")
    given_up = []
    for attempt in rows.order_by("pk")[:BATCH]:
        still = Attempt.objects.filter(refused | unsent, pk=attempt.pk)
        if still.update(state=AttemptState.CANCELED, state_at=at, locked_until=None):
            given_up.append(attempt.pledge)
    waits = [one for one in given_up if one.state == PledgeState.COLLECTING]
    never = {"next_try": None}
    apply(
        [Step(pledge=one, move=PledgeMove.DECLINE, because=NEVER_SENT, fields=never) for one in waits], at=at
    )
    return len(given_up)


@transaction.atomic
def drop(*, campaign: Campaign, at: datetime) -> int:
    """Wait no more for some of what was not paid in time; how many. Their rewards are not offered again by themselves."""
    campaign = held(campaign)
    if campaign.collection != Collection.GRACE or campaign.collection_at is None:
        return 0
    begun = began(campaign)
    waits = Q(next_try=None) | Q(next_try__lt=at - A_DAY)  # nothing could be prepared for it
    cards = Q(waits, way=Way.CARD, state__in=[PledgeState.DECLINED, PledgeState.ACTION_REQUIRED])
    bills = Q(
        way=Way.BANK,
        state__in=[PledgeState.BILLED, PledgeState.PART_PAID],
        billed_at__lte=at - timedelta(days=PAYABLE_FOR),
    )
    due = bills | cards if at >= begun + GRACE else bills
    pledges = list(Pledge.objects.filter(due, campaign=campaign).order_by("pk")[:BATCH])
    apply([Step(pledge=one, move=PledgeMove.DROP) for one in pledges], at=at)
    return len(pledges)


def began(campaign: Campaign) -> datetime:
    """When its collection began: the grace is reckoned from then, so that a house that was down takes nobody's time."""
    return campaign.passed.filter(move=CollectionMove.BEGIN).latest("number").at


@transaction.atomic
def go_on(*, campaign: Campaign, at: datetime) -> CollectionMove | None:
    """Say that all was tried once, and at the end that the collection is closed; None while something is open."""
    campaign = held(campaign)
    rows = Pledge.objects.filter(campaign=campaign)
    if campaign.collection == Collection.COLLECTING:
        first = [PledgeState.STARTED, PledgeState.ACTIVE]
        waits = Attempt.objects.filter(campaign=campaign, state=AttemptState.PREPARED).exists()
        if rows.filter(state__in=first).exists() or (waits and at < began(campaign) + GRACE):
            return None
        collect(campaign, CollectionMove.TRIED_ALL, at)
        return CollectionMove.TRIED_ALL
    if campaign.collection == Collection.GRACE and not rows.filter(state__in=UNSETTLED).exists():
        collect(campaign, CollectionMove.CLOSE, at)
        return CollectionMove.CLOSE
    return None


def due_for_a_reminder(at: datetime) -> Sequence[Pledge]:
    """Bills that nobody has paid after some days, and was not reminded of."""
    rows = Pledge.objects.filter(
        state__in=[PledgeState.BILLED, PledgeState.PART_PAID],
        reminded_at=None,
        billed_at__lte=at - REMINDED_AFTER,
    )
    return list(rows.select_related("person").prefetch_related("campaign").order_by("pk")[:BATCH])


def remind(*, pledge: Pledge, at: datetime) -> bool:
    """Note that its backer is reminded of the bill, once; False where there is nothing to remind them of any more."""
    rows = Pledge.objects.filter(
        pk=pledge.pk, state__in=[PledgeState.BILLED, PledgeState.PART_PAID], reminded_at=None
    )
    if not rows.update(reminded_at=at):
        return False
    pledge.reminded_at = at
    return True
