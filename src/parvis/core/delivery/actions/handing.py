"""From what was published to the mails that wait: at once for some, in a digest at their hour for others."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from parvis.core.audiences.rule import microseconds
from parvis.core.people.models import Address, Person
from parvis.core.stream.models import Placement, Publication
from parvis.core.stream.who import readers_among

from ..models import (
    Channel,
    Copy,
    CopyState,
    HandOver,
    Mail,
    MailKind,
    MailState,
    Reading,
    Rhythm,
    Subscription,
    Wording,
)
from ..ways import awaits_a_digest
from . import outward
from .handing_times import AFTER, RECENT
from .mentioning import look_through
from .subscribing import next_daily, next_weekly

A_CHUNK = 1_000
IN_MAILS = "mail"
IN_THE_LEDGER = """INSERT INTO delivery_copy
(publication_id, revision, channel, person_id, mail_id, audience_id, is_whole, queued_at, state, state_at)
SELECT publication_id, %s, %s, person_id, id, %s, %s, queued_at, %s, queued_at
FROM delivery_mail WHERE id IN ({numbers}) ORDER BY id"""
NOBODY = 2**62
"""How far a hand-over came that is to reach nobody."""


def never_announce(publications: Iterable[Publication], *, at: datetime) -> None:
    """Let nobody be written to because of these, nor told that they are mentioned: an import brings what others have read long ago."""
    known = list(publications)
    look_through(known)
    recent = [one for one in known if one.published_at is not None and one.published_at > at - RECENT]
    HandOver.objects.bulk_create(
        (HandOver(publication=publication, after=NOBODY, done_at=at) for publication in recent),
        ignore_conflicts=True,
    )


def hand_over(at: datetime) -> bool:
    """Queue mails for the next thousand readers of each publication who want at once what came out; False when none was left.

    Safe to interrupt: what is queued and how far one has come are written down together.
    """
    take_up(at)
    rows = list(HandOver.objects.filter(done_at=None).order_by("pk"))
    for row in rows:
        serve(row, at)
    return bool(rows)


def take_up(at: datetime) -> None:
    """Note which publications have come out since last time. What came out more than two days ago is old news."""
    out = Publication.objects.unguarded("handing over asks the rule for each reader").filter(
        ord__lte=microseconds(at - AFTER), ord__gt=microseconds(at - RECENT), under=None, deleted_at=None
    )
    taken = HandOver.objects.filter(publication=OuterRef("pk"))
    new = list(out.exclude(published_at=None).filter(~Exists(taken)))
    with transaction.atomic():
        HandOver.objects.bulk_create(
            (HandOver(publication=publication) for publication in new), ignore_conflicts=True
        )
        outward.take_up(new, at=at)
    # For other people since: those who come in by it are served too; nobody is written to twice (`Mail.key`).
    served = taken.filter(done_at__lt=OuterRef("audience_at")).exclude(after=NOBODY)
    changed = list(out.filter(Exists(served), audience_at__lte=at - AFTER).values_list("pk", flat=True))
    if changed:
        HandOver.objects.filter(publication__in=changed).update(after=0, done_at=None)


@transaction.atomic
def serve(row: HandOver, at: datetime) -> int:
    """Queue the mails of the next thousand subscriptions; how many. Does nothing when another worker was faster."""
    publication = Publication.objects.unguarded("handing over asks the rule for each reader").get(
        pk=row.publication_id
    )
    chunk = [Wish(*values) for values in wanted(publication, row.after, at)[:A_CHUNK]]
    is_last = len(chunk) < A_CHUNK
    reached = chunk[-1].subscription if chunk else row.after
    mine = HandOver.objects.filter(pk=row.pk, after=row.after, done_at=None)
    if not mine.update(after=reached, done_at=at if is_last else None):
        row.refresh_from_db()
        return 0
    row.after, row.done_at = reached, at if is_last else None
    return queue(publication, chunk, at)


class Wish(NamedTuple):
    """A subscription that asks for something, as far as that matters here."""

    subscription: int
    person: int
    languages: Sequence[str]


def wanted(publication: Publication, after: int, at: datetime) -> QuerySet[Subscription, tuple[Any, ...]]:
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
        .order_by("pk")
        .values_list("pk", "follow__person", "languages")
    )


def reachable() -> QuerySet[Address]:
    """The addresses to which mail is sent: one a person, confirmed, from which nothing keeps coming back."""
    return Address.objects.filter(is_primary=True, hold=None).exclude(verified_at=None)


def can_be_reached(person: Person) -> bool:
    return person.is_active and reachable().filter(person=person).exists()


def running(at: datetime) -> QuerySet[Subscription]:
    """Subscriptions by mail that are not paused, of people who are there and have a confirmed address."""
    resting = Reading.objects.filter(paused_until__gt=at).values("person")
    return Subscription.objects.filter(
        channel=Channel.MAIL,
        follow__person__suspended_at=None,
        follow__person__erased_at=None,
        follow__person__in=reachable().values("person"),
    ).exclude(follow__person__in=resting)


def queue(publication: Publication, wishes: Sequence[Wish], at: datetime) -> int:
    """One mail for each reader who may see it now and reads its language, and a line of the ledger for each."""
    speaking = [one for one in wishes if not one.languages or publication.language in one.languages]
    readers = readers_among(publication, {one.person for one in speaking}, microseconds(at))
    by_key = {f"p:{publication.pk}:{one.person}": one for one in reversed(speaking) if one.person in readers}
    known = set(Mail.objects.filter(key__in=by_key).values_list("key", flat=True))
    mails = Mail.objects.bulk_create(
        Mail(
            kind=MailKind.PUBLICATION,
            key=key,
            person_id=one.person,
            subscription_id=one.subscription,
            publication=publication,
            rhythm=Rhythm.AT_ONCE,
            state=MailState.QUEUED,
            queued_at=at,
            next_try=at,
            state_at=at,
        )
        for key, one in sorted(by_key.items(), key=lambda item: item[1].subscription)
        if key not in known
    )
    with connection.cursor() as cursor:
        numbers = ", ".join(str(mail.pk) for mail in mails) or "0"
        cursor.execute(
            IN_THE_LEDGER.format(numbers=numbers),
            [publication.revision, IN_MAILS, publication.audience_id, False, CopyState.QUEUED],
        )
    if mails:
        keep_wordings([publication])
    return len(mails)


def keep_wordings(publications: Iterable[Publication]) -> None:
    """Remember under which title these leave, so that a copy can be asked back by the name its reader knows."""
    Wording.objects.bulk_create(
        (Wording(publication=one, revision=one.revision, title=one.title) for one in publications),
        ignore_conflicts=True,
    )


def copy_of(publication: Publication, mail: Mail, at: datetime) -> Copy:
    """The line of the ledger for a publication in a mail; answers, which have no audience of their own, are in none."""
    assert publication.audience_id is not None
    return Copy(
        publication=publication,
        revision=publication.revision,
        channel=IN_MAILS,
        person_id=mail.person_id,
        mail=mail,
        audience_id=publication.audience_id,
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
        if rows.exists() or (can_be_reached(person) and awaits_a_digest(person)):
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
