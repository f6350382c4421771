"""What a reader asks for: the channel and the rhythm of each thing they follow, their hour, a pause, an end."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, QuerySet

from parvis.core.audiences.rule import microseconds
from parvis.core.people.models import Person, Role, public_id
from parvis.core.stream.actions import follow
from parvis.core.stream.models import Follow, Publication, Source

from ..models import (
    BY_MAIL,
    Channel,
    Copy,
    CopyState,
    Mail,
    MailKind,
    MailState,
    NoticeChoice,
    Reading,
    Rhythm,
    Subscription,
    Way,
)
from ..rest import at_hour
from ..ways import awaits_a_digest, detach
from .handing_times import RECENT

DIGESTS = {Rhythm.DAILY, Rhythm.WEEKLY}


@transaction.atomic
def subscribe(
    *,
    person: Person,
    source: Source,
    channel: str,
    rhythm: str = Rhythm.AT_ONCE,
    languages: Sequence[str] = (),
    at: datetime,
) -> Follow:
    """Follow a source, and have it come by this channel in this rhythm; what came out before does not come.

    By the web alone means: at home, and nowhere else. Whoever had a digest and wants it at once gets what waited for
    it in one last digest.
    """
    followed = follow(person=person, source=source, at=at)
    if channel == Channel.WEB:
        stop(Subscription.objects.filter(follow=followed), at=at)
        return followed
    if channel == Channel.FEED:
        rhythm = Rhythm.AT_ONCE
    chosen: dict[str, object] = {"channel": channel, "rhythm": rhythm, "languages": list(languages)}
    begins = {"since": microseconds(at), "at": at}
    before = Subscription.objects.filter(follow=followed).first()
    if before is not None and before.channel != channel:
        chosen |= begins
        cancel(Mail.objects.filter(subscription=before), at=at)
    elif before is not None and channel == Channel.MAIL:
        chosen |= another_rhythm(before, rhythm, at)
    Subscription.objects.update_or_create(
        follow=followed, defaults=chosen, create_defaults={**chosen, **begins}
    )
    plan(person=person, at=at)
    return followed


def another_rhythm(before: Subscription, rhythm: str, at: datetime) -> dict[str, object]:
    """What else is to be seen to when a subscription by mail comes in another rhythm: nothing is lost, nothing comes twice."""
    last = Mail.objects.filter(subscription=before, kind=MailKind.DIGEST)
    if before.rhythm in DIGESTS and rhythm == Rhythm.AT_ONCE:
        Mail.objects.create(
            key=f"l:{public_id()}",
            kind=MailKind.DIGEST,
            person_id=before.follow.person_id,
            subscription=before,
            rhythm=before.rhythm,
            queued_at=at,
            next_try=at,
            state_at=at,
        )
    elif before.rhythm == Rhythm.AT_ONCE and rhythm in DIGESTS and not cancel(last, at=at):
        return {"since": not_mailed_since(before, at)}
    return {}


def not_mailed_since(subscription: Subscription, at: datetime) -> int:
    """Where a digest begins for whoever had everything at once: behind the last that was queued for them.

    What is older than what is handed over at all has been, or is old news.
    """
    mailed = Mail.objects.filter(subscription=subscription).values("publication")
    rows = Publication.objects.unguarded("how far the mails of a reader reach, which says nothing of them")
    last = rows.filter(pk__in=mailed).aggregate(last=Max("ord"))["last"]
    return max(subscription.since, (last or 0) + 1, microseconds(at - RECENT))


@transaction.atomic
def leave(*, subscription: Subscription, at: datetime) -> None:
    """End one subscription, with the mails that wait for it. Who has a home page goes on reading it there."""
    followed = subscription.follow
    stop(Subscription.objects.filter(pk=subscription.pk), at=at)
    if followed.person.role == Role.GUEST:
        followed.delete()


@transaction.atomic
def leave_all(*, person: Person, at: datetime) -> int:
    """End all mails: what is followed, and what is told; how many subscriptions there were."""
    mine = Subscription.objects.filter(follow__person=person, channel=Channel.MAIL).select_related(
        "follow__person"
    )
    ended = list(mine)
    for subscription in ended:
        leave(subscription=subscription, at=at)
    NoticeChoice.objects.filter(person=person, way__in=BY_MAIL).delete()
    NoticeChoice.objects.update_or_create(person=person, kind="", defaults={"way": Way.WEB})
    detach(person=person, way=Way.WEB)
    return len(ended)


def stop(subscriptions: QuerySet[Subscription], *, at: datetime) -> None:
    """Drop these subscriptions; what waits to be sent for them is not sent."""
    cancel(Mail.objects.filter(subscription__in=subscriptions), at=at)
    subscriptions.delete()


def cancel(mails: QuerySet[Mail], *, at: datetime) -> int:
    """Those of these mails that wait are not sent; how many."""
    waiting = mails.filter(state=MailState.QUEUED)
    Copy.objects.filter(mail__in=waiting).update(state=CopyState.CANCELLED, state_at=at)
    return waiting.update(state=MailState.CANCELLED, state_at=at)


@transaction.atomic
def set_hours(*, person: Person, hour: int, weekday: int, at: datetime) -> Reading:
    """At which hour digests come, and on which day the weekly ones (from Monday, 0), on the reader's own clock."""
    Reading.objects.update_or_create(person=person, defaults={"hour": hour, "weekday": weekday})
    return plan_anew(person=person, at=at)


def plan_anew(*, person: Person, at: datetime) -> Reading:
    """Set when the next digests are due by the hour and the clock of now, whatever was planned before."""
    Reading.objects.filter(person=person).update(next_daily_at=None, next_weekly_at=None)
    return plan(person=person, at=at)


def clock_changed(person: Person, at: datetime) -> None:
    """The planned digests of whoever lives by another clock from now on come at their hour on that clock."""
    if Reading.objects.filter(person=person).exists():
        plan_anew(person=person, at=at)


@transaction.atomic
def pause_all(*, person: Person, until: datetime | None, at: datetime) -> None:
    """Send nothing until then; what came out meanwhile comes in the first digest after it. None ends a pause.

    What was on its way already leaves when the pause ends.
    """
    Reading.objects.update_or_create(person=person, defaults={"paused_until": until})
    look_again(person, at)


@transaction.atomic
def set_quiet_hours(*, person: Person, begins: int | None, ends: int | None, at: datetime) -> None:
    """Between which hours of the reader's own clock nothing is sent at once; None for both ends them."""
    chosen = {"quiet_from": begins, "quiet_to": ends}
    Reading.objects.update_or_create(person=person, defaults=chosen)
    look_again(person, at)


def look_again(person: Person, at: datetime) -> None:
    """Mails that wait for an end of rest of before are looked at again now; a letter that waits does so for its day."""
    waiting = Mail.objects.filter(person=person, state=MailState.QUEUED, attempts=0, next_try__gt=at)
    waiting.exclude(kind=MailKind.LETTER).update(next_try=at, queued_at=at)


def plan(*, person: Person, at: datetime) -> Reading:
    """Set when the next digests are due, as far as there is something to put into them.

    What is told comes in the digest that there is; in a daily one where nothing else comes as a digest.
    """
    reading = Reading.objects.get_or_create(person=person)[0]
    rhythms = set(
        Subscription.objects.filter(follow__person=person, channel=Channel.MAIL).values_list(
            "rhythm", flat=True
        )
    )
    if not rhythms & DIGESTS and awaits_a_digest(person):
        rhythms.add(Rhythm.DAILY)
    daily = next_daily(reading, person, at) if Rhythm.DAILY in rhythms else None
    weekly = next_weekly(reading, person, at) if Rhythm.WEEKLY in rhythms else None
    if daily is None or reading.next_daily_at is None:
        reading.next_daily_at = daily
    if weekly is None or reading.next_weekly_at is None:
        reading.next_weekly_at = weekly
    reading.save(update_fields=["next_daily_at", "next_weekly_at"])
    return reading


def next_daily(reading: Reading, person: Person, after: datetime) -> datetime:
    """The next time their clock shows the hour, after a moment."""
    return next_at(person, after, reading.hour, days=1)


def next_weekly(reading: Reading, person: Person, after: datetime) -> datetime:
    """The next time their clock shows the hour on the day of the week, after a moment."""
    here = after.astimezone(ZoneInfo(person.zone))
    ahead = (reading.weekday - here.weekday()) % 7
    found = at_hour(person, here + timedelta(days=ahead), reading.hour)
    return found if found > after else at_hour(person, here + timedelta(days=ahead + 7), reading.hour)


def next_at(person: Person, after: datetime, hour: int, *, days: int) -> datetime:
    here = after.astimezone(ZoneInfo(person.zone))
    found = at_hour(person, here, hour)
    return found if found > after else at_hour(person, here + timedelta(days=days), hour)
