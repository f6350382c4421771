"""What providers tell by themselves: written down once, and merged into what is known, whenever it comes."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from parvis.lib.payments import Event

from ..models import Attempt, CardAccount, ProviderEvent, Refund
from .locking import held
from .recording import kept, outcome_in, record

logger = logging.getLogger(__name__)

WAITS = timedelta(minutes=2)
"""How long until something is looked at again that nobody knew; doubled each time."""
MOST_TRIES = 10
OURS = ("campaign", "pledge", "attempt", "key")
"""What our requests bear as metadata."""


@transaction.atomic
def note_event(*, account: CardAccount, event: Event, at: datetime) -> ProviderEvent | None:
    """Write down what was told; None where it is none of ours, which is only counted."""
    if not is_ours(event):
        ignore(account)
        return None
    row, _made = ProviderEvent.objects.get_or_create(
        account=account,
        name=event.id,
        defaults={
            "type": event.type[:80],
            "created": event.created,
            "payment": event.payment,
            "setup": event.setup,
            "metadata": {name: str(event.metadata[name])[:200] for name in OURS if name in event.metadata},
            "outcome": None if event.outcome is None else kept(event.outcome),
            "came_at": at,
        },
    )
    return row


def is_ours(event: Event) -> bool:
    """Whether it can be about something that this house began. Refunds and disputes say only which payment they are about."""
    if event.setup:
        return "pledge" in event.metadata
    if event.type.startswith("payment_intent."):
        return "attempt" in event.metadata
    return bool(event.payment)


def ignore(account: CardAccount) -> None:
    CardAccount.objects.filter(pk=account.pk).update(ignored=F("ignored") + 1)


@transaction.atomic
def hear(*, event: ProviderEvent, at: datetime) -> bool:
    """Let what was told of a payment become what is known of it; False where it has to wait. Again: no change."""
    row = ProviderEvent.objects.select_for_update(of=("self",)).select_related("account").get(pk=event.pk)
    if row.done_at is not None:
        return True
    attempt = attempt_of(row)
    if attempt is None:
        return wait_or_ignore(row, at)
    told = outcome_in(row.outcome or {})
    held(attempt.campaign)
    name_refund(row, attempt)
    record(campaign=attempt.campaign, answers=[(attempt, told)], at=at)
    done(row, at)
    return True


def attempt_of(row: ProviderEvent) -> Attempt | None:
    """The attempt that an event is about, even before the answer to it was written down."""
    rows = Attempt.objects.filter(account=row.account)
    found = rows.filter(payment=row.payment).first() if row.payment else None
    if found is not None:
        return found
    pledge, _dash, number = str(row.metadata.get("attempt", "")).rpartition("-")
    if not number.isdecimal() or len(number) > 4:
        return None
    return rows.filter(pledge__public_id=pledge, number=int(number)).first()


def name_refund(row: ProviderEvent, attempt: Attempt) -> None:
    """Know a refund of ours again by its key, should this come before its own answer."""
    _parvis, _dash, rest = str(row.metadata.get("key", "")).partition("parvis:refund:")
    public_id = rest.partition(":")[0]
    for one in outcome_in(row.outcome or {}).returns if public_id else ():
        Refund.objects.filter(public_id=public_id, attempt=attempt, name="").update(name=one.id)


def wait_or_ignore(row: ProviderEvent, at: datetime) -> bool:
    """Nobody knows this payment: a refund or a dispute may be told before the answer to the debit has been written down."""
    if "attempt" in row.metadata or row.tries + 1 >= MOST_TRIES:
        ignore(row.account)
        done(row, at, "nobody knows this payment")
        return True
    wait(row, at, "nobody knows this payment")
    return False


def wait(row: ProviderEvent, at: datetime, problem: str) -> None:
    """Look at it again later; not for ever."""
    row.tries += 1
    row.problem = problem[:500]
    row.next_try = at + WAITS * 2 ** min(row.tries, MOST_TRIES)
    if row.tries >= MOST_TRIES:
        logger.error("Event %s could not be understood, and is left", row.pk)
        row.done_at = at
    row.save(update_fields=["tries", "problem", "next_try", "done_at"])


def done(row: ProviderEvent, at: datetime, problem: str = "") -> None:
    row.done_at, row.problem = at, problem
    row.save(update_fields=["done_at", "problem"])
