"""A reader's provider reports a mail as unwanted: what it came from is not sent to them any more, as if they had left.

It says nothing of their address, so that it never counts as a mail that came back, and no mail answers it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from parvis.core.people.models import Notice, Person
from parvis.core.stream.models import Source

from ..models import Complaint, Mail, MailKind, Subscription, Telling
from .noticing import end_mails_of
from .subscribing import leave, leave_all

KIND = "delivery.complained"
KEPT = timedelta(days=90)


@transaction.atomic
def complained(*, mail: Mail, feedback: str, at: datetime) -> bool:
    """End what a mail came from: one subscription, all that come as this digest, or these kinds of notice.

    False when nothing of it was left, and of a letter, which came from nothing that could end.
    """
    if mail.kind == MailKind.NOTICE:
        kinds = set(Telling.objects.filter(mail=mail).values_list("notice__kind", flat=True))
        end_mails_of(person=mail.person, kinds=kinds, at=at)
        return bool(kinds) and note_complaint(mail.person, [None], feedback, at)
    mine = Subscription.objects.filter(follow__person=mail.person)
    is_digest = mail.kind == MailKind.DIGEST
    ended = mine.filter(rhythm=mail.rhythm) if is_digest else mine.filter(mails=mail)
    return end(mail.person, ended, feedback, at)


@transaction.atomic
def complained_of(*, subscription: Subscription, feedback: str, at: datetime) -> bool:
    """The same of a subscription that the report names."""
    person = subscription.follow.person
    return end(person, Subscription.objects.filter(pk=subscription.pk), feedback, at)


@transaction.atomic
def complained_of_all(*, person: Person, feedback: str, at: datetime) -> bool:
    """The same of all that comes to a person by mail: the report names nothing less."""
    mine = Subscription.objects.filter(follow__person=person).select_related("follow__source")
    sources: list[Source | None] = [one.follow.source for one in mine]
    leave_all(person=person, at=at)
    return note_complaint(person, sources, feedback, at)


def end(person: Person, subscriptions: Iterable[Subscription], feedback: str, at: datetime) -> bool:
    numbers = [one.pk for one in subscriptions]
    rows = Subscription.objects.filter(pk__in=numbers).select_related("follow__person", "follow__source")
    sources: list[Source | None] = []
    for subscription in rows:
        sources.append(subscription.follow.source)
        leave(subscription=subscription, at=at)
    return note_complaint(person, sources, feedback, at)


def note_complaint(person: Person, sources: Iterable[Source | None], feedback: str, at: datetime) -> bool:
    """Write down what has ended, and tell the reader where they read us."""
    rows = [Complaint(person=person, source=source, feedback=feedback, at=at) for source in sources]
    if not rows:
        return False
    Complaint.objects.bulk_create(rows)
    if not Notice.objects.filter(person=person, kind=KIND, seen_at=None).exists():
        Notice.objects.create(person=person, kind=KIND, about={}, at=at)
    return True


def forget_complaints(at: datetime) -> None:
    """What was reported long ago says nothing any more."""
    Complaint.objects.filter(at__lt=at - KEPT).delete()
