"""What is written down of a mail on its way: claimed by a worker, about to leave, and what became of it.

A mail that may have been accepted is never sent again by itself: it is marked as leaving before its final dot is
written, and what is still marked so when its worker is gone is unknown.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from ..letters import Letter
from ..models import Copy, CopyState, Mail, MailKind, MailState, Subscription
from .handing import copy_of, keep_wordings
from .recalling import asked_back

LEASE = timedelta(minutes=5)
LEAVING_LEASE = timedelta(minutes=15)
"""Longer than a relay may take to answer a final dot (RFC 5321 §4.5.3.2.6: ten minutes)."""
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (5, 30, 60, 120, 240, 480, 720))
GIVEN_UP_AFTER = timedelta(days=5)
LEDGER = {
    MailState.QUEUED: CopyState.QUEUED,
    MailState.LEAVING: CopyState.QUEUED,
    MailState.KEPT: CopyState.QUEUED,
    MailState.LEFT: CopyState.LEFT,
    MailState.UNKNOWN: CopyState.UNKNOWN,
    MailState.REFUSED: CopyState.REFUSED,
    MailState.CANCELLED: CopyState.CANCELLED,
}


def claim(*, worker: str, at: datetime, limit: int) -> Sequence[Mail]:
    """Take the mails that are due, the oldest first, for this worker alone; those of one that is gone are taken back."""
    due = Mail.objects.filter(state=MailState.QUEUED, next_try__lte=at).exclude(locked_until__gt=at)
    numbers = list(due.order_by("next_try", "pk").values_list("pk", flat=True)[:limit])
    mine = due.filter(pk__in=numbers)
    mine.update(locked_until=at + LEASE, claimed_by=worker)
    rows = Mail.objects.filter(
        pk__in=numbers, claimed_by=worker, locked_until=at + LEASE, state=MailState.QUEUED
    )
    return list(
        rows.select_related("person", "subscription__follow__source__person").order_by("next_try", "pk")
    )


def let_go(*, worker: str) -> None:
    """Give back what this worker has claimed and not begun."""
    Mail.objects.filter(state=MailState.QUEUED, claimed_by=worker).update(locked_until=None, claimed_by="")


def ours(mail: Mail) -> QuerySet[Mail]:
    """A mail that has come to no end, while it belongs to whoever has claimed it as this one says."""
    under_way = [MailState.QUEUED, MailState.LEAVING]
    return Mail.objects.filter(pk=mail.pk, state__in=under_way, claimed_by=mail.claimed_by)


@transaction.atomic(savepoint=False)
def about_to_leave(*, mail: Mail, letter: Letter, at: datetime) -> bool:
    """Write down that a mail may be gone from now on, and what is in it; False when it is no longer to be sent."""
    if not ours(mail).update(
        state=MailState.LEAVING,
        state_at=at,
        upto=letter.upto,
        locked_until=at + LEAVING_LEASE,
    ):
        return False
    note(mail, letter, at)
    return True


def note(mail: Mail, letter: Letter, at: datetime) -> None:
    """The lines of the ledger for what is in a mail, in the words and for the audience of this moment."""
    if mail.kind == MailKind.PUBLICATION:
        (item,) = letter.items
        of_now = {"revision": item.publication.revision, "is_whole": item.is_whole}
        Copy.objects.filter(mail=mail).update(**of_now, audience=item.publication.audience_id)
        return
    known = {copy.publication_id: copy for copy in Copy.objects.filter(mail=mail)}
    new: list[Copy] = []
    for item in letter.items:
        copy = known.pop(item.publication.pk, None) or copy_of(item.publication, mail, at)
        copy.revision, copy.is_whole = item.publication.revision, item.is_whole
        if item.publication.audience is not None:
            copy.audience = item.publication.audience
        if copy.pk is None:
            new.append(copy)
        else:
            copy.save(update_fields=["revision", "is_whole", "audience"])
    Copy.objects.bulk_create(new)
    keep_wordings(item.publication for item in letter.items)
    Copy.objects.filter(pk__in=[copy.pk for copy in known.values()]).update(
        state=CopyState.CANCELLED, state_at=at
    )


@transaction.atomic(savepoint=False)
def became(*, mail: Mail, state: str, at: datetime, problem: str = "") -> None:
    """What became of a mail that was about to leave, or is not to leave at all."""
    if ours(mail).update(state=state, state_at=at, problem=problem[:500], locked_until=None):
        settle([mail.pk], state, at)
        if mail.kind == MailKind.DIGEST:
            move_on([mail.pk], state)
        if mail.kind == MailKind.RECALL:
            asked_back(mail=mail, state=state, at=at)


def settle(mails: Collection[int], state: str, at: datetime) -> None:
    """The ledger says the same as the mails."""
    left = {"left_at": at} if state == MailState.LEFT else {}
    copies = Copy.objects.filter(mail__in=mails).exclude(state=CopyState.CANCELLED)
    copies.update(state=LEDGER[MailState(state)], state_at=at, **left)


def move_on(mails: Collection[int], state: str) -> None:
    """What a digest has told, or may have told, is not told again in the next."""
    if state not in {MailState.LEFT, MailState.UNKNOWN, MailState.KEPT}:
        return
    for mail in Mail.objects.filter(pk__in=mails, kind=MailKind.DIGEST):
        Subscription.objects.filter(
            follow__person=mail.person_id, rhythm=mail.rhythm, since__lte=mail.upto
        ).update(since=mail.upto + 1)


@transaction.atomic(savepoint=False)
def put_off(*, mail: Mail, problem: str, at: datetime) -> None:
    """It could not be sent now, and certainly was not: it waits longer each time, and is given up after five days."""
    if at - mail.queued_at > GIVEN_UP_AFTER:
        became(mail=mail, state=MailState.REFUSED, at=at, problem=problem)
        return
    pause = PAUSES[min(mail.attempts, len(PAUSES) - 1)]
    ours(mail).update(
        state=MailState.QUEUED,
        state_at=at,
        problem=problem[:500],
        next_try=at + pause,
        attempts=F("attempts") + 1,
        locked_until=None,
        claimed_by="",
    )


def give_back(*, mail: Mail, at: datetime) -> None:
    """It has not left and is to be written anew, at once, by whoever claims it next."""
    ours(mail).update(state=MailState.QUEUED, state_at=at, next_try=at, locked_until=None, claimed_by="")


def put_off_all(*, worker: str, problem: str, at: datetime) -> None:
    """What this worker has claimed and could not begin, since no line was left: all of it waits a little."""
    Mail.objects.filter(state=MailState.QUEUED, claimed_by=worker).update(
        problem=problem[:500], next_try=at + PAUSES[0], locked_until=None, claimed_by=""
    )


@transaction.atomic
def recover(*, at: datetime, everything: bool = False) -> int:
    """Mails that were about to leave when their worker died: nobody knows; how many. `everything`: no worker lives."""
    lost = Mail.objects.filter(state=MailState.LEAVING)
    if not everything:
        lost = lost.filter(locked_until__lte=at)
    numbers = list(lost.values_list("pk", flat=True))
    Mail.objects.filter(pk__in=numbers).update(state=MailState.UNKNOWN, state_at=at, locked_until=None)
    settle(numbers, MailState.UNKNOWN, at)
    move_on(numbers, MailState.UNKNOWN)
    if everything:
        Mail.objects.filter(state=MailState.QUEUED).update(locked_until=None, claimed_by="")
    return len(numbers)
