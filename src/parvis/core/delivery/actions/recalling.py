"""Copies asked back: by mail from whoever holds one and may not read it any more; and what became of the asking."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from parvis.core.audiences.models import Block
from parvis.core.audiences.rule import microseconds
from parvis.core.stream.actions.publishing import sources_of
from parvis.core.stream.models import Publication
from parvis.core.stream.who import readers_among

from ..models import Copy, CopyState, Mail, MailKind, MailState, Reading, Recall, Subscription
from ..recalls import HELD

A_CHUNK = 1_000
ANSWER_WITHIN = timedelta(days=30)


def ask_by_mail(publication: Publication, at: datetime) -> None:
    """Let the worker ask, in its own time, all who hold a mail that has left by now; once while it is at it."""
    Recall.objects.get_or_create(publication=publication, done_at=None, defaults={"at": at})


def serve_recalls(at: datetime) -> int:
    """Queue a mail for each person who is to be asked; how many. Safe to interrupt, like handing over."""
    queued = 0
    for row in Recall.objects.filter(done_at=None).order_by("pk"):
        while row.done_at is None:
            queued += serve(row, at)
    return queued


@transaction.atomic
def serve(row: Recall, at: datetime) -> int:
    """Queue the mails for the next thousand copies; how many. Does nothing when another worker was faster."""
    held = Copy.objects.filter(
        publication=row.publication_id, channel="mail", state__in=HELD, state_at__lte=row.at, pk__gt=row.after
    )
    chunk = list(held.exclude(mail=None).exclude(person=None).order_by("pk")[:A_CHUNK])
    is_last = len(chunk) < A_CHUNK
    reached = chunk[-1].pk if chunk else row.after
    mine = Recall.objects.filter(pk=row.pk, after=row.after, done_at=None)
    if not mine.update(after=reached, done_at=at if is_last else None):
        row.refresh_from_db()
        return 0
    row.after, row.done_at = reached, at if is_last else None
    publication = Publication.objects.unguarded("asking copies back asks the rule for each reader").get(
        pk=row.publication_id
    )
    newest = {copy.person_id: copy.pk for copy in chunk if copy.person_id is not None}
    people = to_be_asked(publication, newest, at)
    return queue(publication, {person: newest[person] for person in people}, at)


def to_be_asked(publication: Publication, people: Collection[int], at: datetime) -> set[int]:
    """Of these people, those who may not read it any more, take mail where it stood, and have shut no door."""
    sources = sources_of(publication)
    still = readers_among(publication, people, microseconds(at))
    shut = Block.objects.filter(owner=publication.author_id, person__in=people)
    takes = Subscription.objects.filter(follow__person__in=people, follow__source__in=sources)
    return (
        set(takes.values_list("follow__person_id", flat=True))
        - still
        - set(shut.values_list("person_id", flat=True))
    )


def queue(publication: Publication, copies: dict[int, int], at: datetime) -> int:
    """One mail for each of these people, once for a copy, and not while they rest from mails; how many."""
    by_key = {f"r:{copy}": person for person, copy in copies.items()}
    known = set(Mail.objects.filter(key__in=by_key).values_list("key", flat=True))
    pauses = Reading.objects.filter(person__in=copies, paused_until__gt=at)
    resting = {row.person_id: row.paused_until or at for row in pauses}
    mails = Mail.objects.bulk_create(
        Mail(
            kind=MailKind.RECALL,
            key=key,
            person_id=person,
            publication=publication,
            queued_at=at,
            next_try=resting.get(person, at),
            state_at=at,
        )
        for key, person in by_key.items()
        if key not in known
    )
    return len(mails)


def asked_back(*, mail: Mail, state: str, at: datetime) -> None:
    """The ledger says that a copy was asked back once the mail that asks has left."""
    if state == MailState.LEFT:
        copies_of(mail).filter(state=CopyState.LEFT).update(state=CopyState.ASKED, state_at=at)


def not_asked_back(*, mail: Mail, at: datetime) -> None:
    """The mail that asks has come back: whoever holds a copy was not asked."""
    copies_of(mail).filter(state=CopyState.ASKED).update(state=CopyState.LEFT, state_at=at)


def copies_of(mail: Mail) -> QuerySet[Copy]:
    """The copies by mail that a mail asks back."""
    return Copy.objects.filter(publication=mail.publication_id, person=mail.person_id, channel="mail")


@transaction.atomic
def said_deleted(*, mail: Mail, at: datetime) -> None:
    """Whoever was asked says that they have deleted it."""
    out = [CopyState.LEFT, CopyState.UNKNOWN, CopyState.ASKED, CopyState.UNANSWERED]
    copies_of(mail).filter(state__in=out).update(state=CopyState.CONFIRMED, state_at=at)


def note_unanswered(at: datetime) -> None:
    """Whoever has not answered within thirty days is waited for no more."""
    asked = Copy.objects.filter(channel="mail", state=CopyState.ASKED, state_at__lte=at - ANSWER_WITHIN)
    asked.update(state=CopyState.UNANSWERED, state_at=at)
