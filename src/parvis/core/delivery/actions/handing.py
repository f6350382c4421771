"""From what was published to the mails that wait: at once for some, in a digest at their hour for others."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from parvis.core.audiences.rule import microseconds
from parvis.core.people.models import Address
from parvis.core.stream.models import Placement, Publication
from parvis.core.stream.who import readers_among

from ..models import (
    Channel,
    Copy,
    HandOver,
    Mail,
    MailKind,
    MailState,
    Reading,
    Rhythm,
    Subscription,
)
from .subscribing import next_daily, next_weekly

RECENT = timedelta(days=2)
AFTER = timedelta(minutes=1)
"""What was published can be taken back for some seconds: nothing has left by then."""
A_CHUNK = 1_000
IN_MAILS = "mail"


def never_announce(publications: Iterable[Publication], *, at: datetime) -> None:
    """Let nobody be written to because of these: an import brings what others have read long ago."""
    recent = [one for one in publications if one.published_at is not None and one.published_at > at - RECENT]
    HandOver.objects.bulk_create(
        (HandOver(publication=publication, done_at=at) for publication in recent), ignore_conflicts=True
    )


def hand_over(at: datetime) -> int:
    """Queue a mail for each reader who wants at once what has come out; how many were queued.

    Safe to interrupt: what is queued and how far one has come are written down together, a thousand at a time.
    """
    take_up(at)
    queued = 0
    for row in HandOver.objects.filter(done_at=None).order_by("pk"):
        while row.done_at is None:
            queued += serve(row, at)
    return queued


def take_up(at: datetime) -> None:
    """Note which publications have come out since last time. What came out more than two days ago is old news."""
    out = Publication.objects.unguarded("handing over asks the rule for each reader").filter(
        ord__lte=microseconds(at - AFTER), ord__gt=microseconds(at - RECENT), under=None, deleted_at=None
    )
    taken = HandOver.objects.filter(publication=OuterRef("pk"))
    new = out.exclude(published_at=None).filter(~Exists(taken))
    HandOver.objects.bulk_create(
        (HandOver(publication=publication) for publication in new), ignore_conflicts=True
    )


@transaction.atomic
def serve(row: HandOver, at: datetime) -> int:
    """Queue the mails of the next thousand subscriptions; how many. Does nothing when another worker was faster."""
    publication = Publication.objects.unguarded("handing over asks the rule for each reader").get(
        pk=row.publication_id
    )
    chunk = list(wanted(publication, row.after, at)[:A_CHUNK])
    is_last = len(chunk) < A_CHUNK
    reached = chunk[-1].pk if chunk else row.after
    mine = HandOver.objects.filter(pk=row.pk, after=row.after, done_at=None)
    if not mine.update(after=reached, done_at=at if is_last else None):
        row.refresh_from_db()
        return 0
    row.after, row.done_at = reached, at if is_last else None
    return queue(publication, chunk, at)


def wanted(publication: Publication, after: int, at: datetime) -> QuerySet[Subscription]:
    """The subscriptions that ask for this publication by mail at once, in their order; the rule is asked later."""
    sources = (
        Placement.objects.unguarded("where it stands")
        .filter(publication=publication)
        .values("stream__source")
    )
    rows = running(at).filter(rhythm=Rhythm.AT_ONCE, follow__source__in=sources, pk__gt=after)
    return (
        rows.filter(since__lte=publication.ord)
        .exclude(follow__person=publication.author_id)
        .select_related("follow")
        .order_by("pk")
    )


def running(at: datetime) -> QuerySet[Subscription]:
    """Subscriptions by mail that are not paused, of people who are there and have a confirmed address."""
    reachable = Address.objects.filter(is_primary=True, hold=None).exclude(verified_at=None).values("person")
    resting = Reading.objects.filter(paused_until__gt=at).values("person")
    return Subscription.objects.filter(
        channel=Channel.MAIL,
        follow__person__suspended_at=None,
        follow__person__erased_at=None,
        follow__person__in=reachable,
    ).exclude(follow__person__in=resting)


def queue(publication: Publication, subscriptions: Sequence[Subscription], at: datetime) -> int:
    """One mail for each reader who may see it now and reads its language, and a line of the ledger for each."""
    speaking = [one for one in subscriptions if not one.languages or publication.language in one.languages]
    readers = readers_among(publication, {one.follow.person_id for one in speaking}, microseconds(at))
    by_key = {
        f"p:{publication.pk}:{one.follow.person_id}": one
        for one in reversed(speaking)
        if one.follow.person_id in readers
    }
    known = set(Mail.objects.filter(key__in=by_key).values_list("key", flat=True))
    mails = Mail.objects.bulk_create(
        Mail(
            kind=MailKind.PUBLICATION,
            key=key,
            person_id=one.follow.person_id,
            subscription=one,
            publication=publication,
            rhythm=Rhythm.AT_ONCE,
            state=MailState.QUEUED,
            queued_at=at,
            next_try=at,
            state_at=at,
        )
        for key, one in sorted(by_key.items(), key=lambda item: item[1].pk)
        if key not in known
    )
    Copy.objects.bulk_create(copy_of(publication, mail, at) for mail in mails)
    return len(mails)


def copy_of(publication: Publication, mail: Mail, at: datetime) -> Copy:
    """The line of the ledger for a publication in a mail."""
    return Copy(
        publication=publication,
        revision=publication.revision,
        channel=IN_MAILS,
        person_id=mail.person_id,
        mail=mail,
        audience=publication.audience,
        is_whole=False,
        queued_at=at,
        state_at=at,
    )


def queue_digests(at: datetime) -> int:
    """Queue the digests that are due; how many. What is in each is found when it leaves."""
    due = Reading.objects.filter(Q(next_daily_at__lte=at) | Q(next_weekly_at__lte=at)).select_related(
        "person"
    )
    return sum(queue_digest(reading, at) for reading in due.order_by("pk"))


@transaction.atomic
def queue_digest(reading: Reading, at: datetime) -> int:
    """The digests of one person that are due, and when the next ones will be; none while they pause."""
    person, queued = reading.person, 0
    for rhythm, field, following in (
        (Rhythm.DAILY, "next_daily_at", next_daily),
        (Rhythm.WEEKLY, "next_weekly_at", next_weekly),
    ):
        due = getattr(reading, field)
        if due is None or due > at:
            continue
        mine = Reading.objects.filter(pk=reading.pk, **{field: due})
        if not mine.update(**{field: following(reading, person, at)}):
            continue
        if reading.paused_until is not None and reading.paused_until > at:
            continue
        rows = running(at).filter(rhythm=rhythm, follow__person=person)
        if rows.exists():
            Mail.objects.get_or_create(
                key=f"d:{person.pk}:{rhythm}:{due:%Y-%m-%d}",
                defaults={
                    "kind": MailKind.DIGEST,
                    "person": person,
                    "rhythm": rhythm,
                    "queued_at": at,
                    "next_try": at,
                    "state_at": at,
                },
            )
            queued += 1
    return queued
