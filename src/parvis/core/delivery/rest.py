"""When a reader is not to be written to: while they pause nothing is sent, in their quiet hours nothing at once.

What would leave meanwhile is put off, not lost: it leaves at the end, if it still holds by then. A letter rests never:
whoever pledges money, or owes it, is told at once, for what they asked to be spared is news.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from parvis.core.people.models import Person

from .models import Mail, MailKind, Reading


def at_hour(person: Person, day: datetime, hour: int) -> datetime:
    """That hour of a day on their clock; one that a change of clocks leaves out is the hour after."""
    return datetime.combine(day.date(), time(hour), ZoneInfo(person.zone))


def quiet_until(reading: Reading, person: Person, at: datetime) -> datetime | None:
    """When the quiet hours end in which a moment lies on this person's clock; None outside of them."""
    begins, ends = reading.quiet_from, reading.quiet_to
    if begins is None or ends is None:
        return None
    here = at.astimezone(ZoneInfo(person.zone))
    is_quiet = begins <= here.hour < ends if begins < ends else here.hour >= begins or here.hour < ends
    if not is_quiet:
        return None
    moments = (at_hour(person, here + timedelta(days=ahead), ends).astimezone(UTC) for ahead in range(3))
    return next(end for end in moments if end > at)


def rests_until(reading: Reading, person: Person, at: datetime, *, at_once: bool) -> datetime | None:
    """Until when nothing may be sent to this person; None when it may be sent now."""
    paused = reading.paused_until if reading.paused_until and reading.paused_until > at else None
    quiet = quiet_until(reading, person, paused or at) if at_once else None
    return quiet or paused


def resting(people: Collection[int], at: datetime) -> dict[int, Reading]:
    """Of these people, those who pause or have quiet hours: one query."""
    rows = Reading.objects.filter(Q(paused_until__gt=at) | Q(quiet_from__isnull=False), person__in=people)
    return {reading.person_id: reading for reading in rows.select_related("person")}


def ends_of_rest(mails: Sequence[Mail], at: datetime) -> dict[int, datetime]:
    """Of these mails, those that may not leave now, each with the moment from which it may."""
    news = [mail for mail in mails if mail.kind != MailKind.LETTER]
    readings = resting({mail.person_id for mail in news}, at)
    found: dict[int, datetime] = {}
    for mail in news:
        reading = readings.get(mail.person_id)
        if reading is None:
            continue
        comes_by_itself = mail.kind != MailKind.DIGEST or mail.subscription_id is not None
        until = rests_until(reading, reading.person, at, at_once=comes_by_itself)
        if until is not None:
            found[mail.pk] = until
    return found
