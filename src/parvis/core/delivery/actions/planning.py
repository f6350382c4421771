"""The digests that are due: their mails wait, and the next ones are planned."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from parvis.core.people.models import Person

from ..models import Channel, Mail, MailKind, MailState, Reading, Rhythm, Subscription
from ..ways import await_a_digest
from .handing import who_gets_mail
from .subscribing import next_daily, next_weekly

A_CHUNK = 500
"""Readers in a transaction: few enough to let others write in between."""

type Following = Callable[[Reading, Person, datetime], datetime]
PLANS: Sequence[tuple[Rhythm, str, Following]] = (
    (Rhythm.DAILY, "next_daily_at", next_daily),
    (Rhythm.WEEKLY, "next_weekly_at", next_weekly),
)


def queue_digests(at: datetime) -> int:
    """Queue the digests that are due; how many. What is in each is found when it leaves.

    Safe to interrupt: that a digest waits and when the next one is due are written down together.
    """
    queued = 0
    for rhythm, field, following in PLANS:
        while some := queue_some(rhythm, field, following, at):
            queued += sum(is_queued for is_queued in some.values())
    return queued


@transaction.atomic
def queue_some(rhythm: Rhythm, field: str, following: Following, at: datetime) -> Mapping[int, bool]:
    """The readers whose digest of this rhythm is due, some of them, and whether it was queued; not while they pause."""
    rows = Reading.objects.filter(**{f"{field}__lte": at}).select_related("person").order_by("pk")
    due = list(rows.select_for_update(of=("self",), skip_locked=True)[:A_CHUNK])
    for moment, some in by_next(due, following, at).items():
        Reading.objects.filter(pk__in=some).update(**{field: moment})
    awake = {
        one.person_id: getattr(one, field)
        for one in due
        if one.person.is_active and (one.paused_until is None or one.paused_until <= at)
    }
    wanting = who_want_one(rhythm, awake, at)
    Mail.objects.bulk_create(
        (
            Mail(
                kind=MailKind.DIGEST,
                key=f"d:{person}:{rhythm}:{moment:%Y-%m-%dT%H%M}",
                person_id=person,
                rhythm=rhythm,
                queued_at=at,
                next_try=at,
                state_at=at,
            )
            for person, moment in awake.items()
            if person in wanting
        ),
        ignore_conflicts=True,
    )
    return {one.pk: one.person_id in wanting for one in due}


def by_next(due: Sequence[Reading], following: Following, at: datetime) -> Mapping[datetime, Sequence[int]]:
    """When the next digest of each is due: most have the same hour and the same clock."""
    found: dict[datetime, list[int]] = defaultdict(list)
    for one in due:
        found[following(one, one.person, at)].append(one.pk)
    return found


def who_want_one(rhythm: Rhythm, people: Collection[int], at: datetime) -> set[int]:
    """Those of these people who read a source in this rhythm, or are told something in their digests.

    Not those whose last one has not left: it says all that came until it does, and a second would say it again.
    """
    under_way = [MailState.QUEUED, MailState.LEAVING]
    waiting = Mail.objects.filter(kind=MailKind.DIGEST, rhythm=rhythm, person__in=people, state__in=under_way)
    waiting = waiting.filter(subscription=None)  # a last one is about a single source
    reached = who_gets_mail(people, at)
    reading = Subscription.objects.filter(channel=Channel.MAIL, follow__person__in=reached)
    asked = reading.values_list("follow__person", "rhythm")
    wanting = {person for person, wish in asked if wish == rhythm}
    told = reached & await_a_digest(reached)
    return (wanting | told).difference(waiting.values_list("person_id", flat=True))
