"""What is written down of a mail on its way: claimed by a worker, about to leave, and what became of it.

A mail that may have been accepted is never sent again by itself: it is marked as leaving before its final dot is
written, and what is still marked so when its worker is gone is unknown.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from parvis.core.stream.models import Publication, Source

from ..leaving import Sent
from ..letters import Writer
from ..masters import Letter
from ..models import Copy, CopyState, Mail, MailKind, MailState
from ..room_letters import UNADDRESSED, UNWRITTEN
from .handing import copy_of, keep_wordings
from .marks import mark_ended, mark_leaving, mark_told, note_one, settle_copies
from .noticing import take_along
from .recalling import asked_back

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
LEAVING_LEASE = timedelta(minutes=15)
"""Longer than a relay may take to answer a final dot (RFC 5321 §4.5.3.2.6: ten minutes)."""
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (5, 30, 60, 120, 240, 480, 720))
GIVEN_UP_AFTER = timedelta(days=5)
AWAITED = timedelta(days=14)
"""How long a letter waits for an address that rests: as long as it takes to try that one twice."""
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
    mails = list(rows.select_related("person", "subscription__follow").order_by("next_try", "pk"))
    follows = [mail.subscription.follow for mail in mails if mail.subscription is not None]
    sources = Source.objects.select_related("person").in_bulk({follow.source_id for follow in follows})
    for follow in follows:
        follow.source = sources[follow.source_id]
    return mails


def let_go(*, worker: str) -> None:
    """Give back what this worker has claimed and not begun."""
    Mail.objects.filter(state=MailState.QUEUED, claimed_by=worker).update(locked_until=None, claimed_by="")


class NotOurs(RuntimeError):
    """Another worker has taken a mail over, since our lease ran out: what we do not send now, it does."""


def ours(mail: Mail) -> QuerySet[Mail]:
    """A mail that has come to no end, while it belongs to whoever has claimed it as this one says."""
    under_way = [MailState.QUEUED, MailState.LEAVING]
    return Mail.objects.filter(pk=mail.pk, state__in=under_way, claimed_by=mail.claimed_by)


@transaction.atomic(savepoint=False)
def about_to_leave(*, mails: Sequence[Sent], at: datetime) -> None:
    """Write down that mails may be gone from now on, and what is in them. Raises NotOurs, and nothing is written."""
    by_reach: Mapping[int, list[Mail]] = defaultdict(list)
    for sent in mails:
        by_reach[sent.letter.upto].append(sent.mail)
    for upto, some in by_reach.items():
        marked = mark_leaving(some, upto=upto, at=at, until=at + LEAVING_LEASE)
        if marked < len(some):
            raise NotOurs(f"{len(some) - marked} of {len(some)} mails")
    for sent in mails:
        take_along(sent.mail, sent.letter.told)


@transaction.atomic
def note(mails: Sequence[Sent], at: datetime) -> None:
    """The lines of the ledger for what is in mails that have been written: in the words and for the audience of this moment.

    It stands before they leave, and they leave as they are or are written anew.
    """
    alike: Mapping[tuple[object, ...], list[Sent]] = defaultdict(list)
    named: dict[int, Publication] = {}
    several: list[Sent] = []
    for sent in mails:
        if sent.mail.kind in {MailKind.RECALL, MailKind.LETTER}:
            continue  # what they say is no copy of a publication
        if sent.mail.publication_id is None:
            several.append(sent)
            named |= {item.publication.pk: item.publication for item in sent.letter.items}
        else:
            alike[sent.contents].append(sent)
    keep_wordings(named.values())
    note_several(several, at)
    for those in alike.values():
        (item,) = those[0].letter.items
        note_one(
            [sent.mail.pk for sent in those],
            revision=item.publication.revision,
            is_whole=item.is_whole,
            audience=item.publication.audience_id,
        )


def note_several(mails: Sequence[Sent], at: datetime) -> None:
    """The same for digests: what was to be in them and is not any more does not leave."""
    rows = Copy.objects.filter(mail__in=[sent.mail.pk for sent in mails]) if mails else ()
    known = {(copy.mail_id, copy.publication_id): copy for copy in rows}
    new: list[Copy] = []
    again: list[Copy] = []
    for sent in mails:
        for item in sent.letter.items:
            before = known.pop((sent.mail.pk, item.publication.pk), None)
            copy = before or copy_of(item.publication, sent.mail, at)
            copy.revision, copy.is_whole = item.publication.revision, item.is_whole
            copy.state, copy.state_at = CopyState.QUEUED, at
            if item.publication.audience_id is not None:
                copy.audience_id = item.publication.audience_id
            (again if before else new).append(copy)
    Copy.objects.bulk_create(new)
    Copy.objects.bulk_update(again, ["revision", "is_whole", "audience", "state", "state_at"])
    Copy.objects.filter(pk__in=[copy.pk for copy in known.values()]).update(
        state=CopyState.CANCELLED, state_at=at
    )


@transaction.atomic(savepoint=False)
def became(*, mails: Sequence[Mail], state: str, at: datetime, problem: str = "") -> None:
    """What became of mails that were about to leave, or are not to leave at all."""
    numbers = [mail.pk for mail in mails]
    if mark_ended(mails, state=state, at=at, problem=problem[:500]) < len(numbers):
        still = Mail.objects.filter(pk__in=numbers, claimed_by=mails[0].claimed_by, state=state)
        numbers = list(still.values_list("pk", flat=True))
    settle_copies(numbers, state=LEDGER[MailState(state)], at=at)
    kinds = {mail.kind for mail in mails}
    if MailKind.DIGEST in kinds:
        move_on(numbers, state)
    for mail in mails if MailKind.RECALL in kinds else ():
        if mail.kind == MailKind.RECALL and mail.pk in numbers:
            asked_back(mail=mail, state=state, at=at)


def move_on(mails: Collection[int], state: str) -> None:
    """What a digest has told, or may have told, is not told again in the next."""
    if state in {MailState.LEFT, MailState.UNKNOWN, MailState.KEPT}:
        mark_told(mails)


def made_ready(*, writer: Writer, mail: Mail, at: datetime) -> Letter | None:
    """The mail ready to go; of one that cannot be, it is written down what becomes of it.

    What says nothing to its reader any more is cancelled. A letter that has somebody to go to and no address waits for
    one, and so does one that its room fails to write, for it is owed.
    """
    try:
        letter = writer.letter_for(mail, at)
    except Exception:
        if mail.kind != MailKind.LETTER:
            raise
        # What one room gets wrong must not hold up the mails of the house.
        logger.exception("Letter %s could not be written", mail.pk)
        put_off(mail=mail, problem=UNWRITTEN, at=at)
        return None
    is_reached = mail.person_id in writer.addresses
    if letter is None and mail.kind == MailKind.LETTER and mail.person.is_active and not is_reached:
        put_off(mail=mail, problem=UNADDRESSED, at=at, after=AWAITED)
    elif letter is None:
        became(mails=[mail], state=MailState.CANCELLED, at=at)
    return letter


def look_anew(*, mail: Mail, at: datetime) -> None:
    """It may not leave as it was written: what is to be said now is written anew, if anything is."""
    if made_ready(writer=Writer([mail]), mail=mail, at=at) is not None:
        give_back(mail=mail, at=at)


@transaction.atomic(savepoint=False)
def put_off(*, mail: Mail, problem: str, at: datetime, after: timedelta = GIVEN_UP_AFTER) -> None:
    """It could not be sent now, and certainly was not: it waits longer each time, and is given up after five days."""
    if at - mail.queued_at > after:
        became(mails=[mail], state=MailState.REFUSED, at=at, problem=problem)
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


def hold(*, mail: Mail, until: datetime, at: datetime) -> None:
    """It is not tried before then, since its provider has had enough for now."""
    ours(mail).update(state=MailState.QUEUED, state_at=at, next_try=until, locked_until=None, claimed_by="")


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
    settle_copies(numbers, state=CopyState.UNKNOWN, at=at)
    move_on(numbers, MailState.UNKNOWN)
    if everything:
        Mail.objects.filter(state=MailState.QUEUED).update(locked_until=None, claimed_by="")
    return len(numbers)
