"""From what people are told to the mails that take it along; and what each of them chose."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from parvis.core.people.models import Notice, Person, public_id

from ..models import BY_MAIL, Mail, MailKind, NoticeChoice, Rhythm, Telling, Way
from ..notices import NOTICES
from ..rest import resting, rests_until
from ..ways import Ways, detach, ways_among, ways_of
from .handing_times import AFTER, RECENT
from .subscribing import plan

AT_MOST = 1_000


def hand_over_notices(at: datetime) -> int:
    """Note how each new notice is to come, and queue the mails of those that come at once; how many were queued."""
    take_up(at)
    waiting = Telling.objects.filter(way=Way.NOW, mail=None).select_related("notice__person")
    by_person: dict[int, list[Telling]] = {}
    for telling in waiting.order_by("pk")[:AT_MOST]:
        by_person.setdefault(telling.notice.person_id, []).append(telling)
    readings = resting(by_person, at)
    return sum(
        queue_notices(some, at)
        for person, some in by_person.items()
        if person not in readings
        or rests_until(readings[person], readings[person].person, at, at_once=True) is None
    )


def take_up(at: datetime) -> None:
    """Note how the notices are to come that nobody has looked at yet. What was told two days ago stays on the page."""
    taken = Telling.objects.filter(notice=OuterRef("pk"))
    new = Notice.objects.filter(~Exists(taken), seen_at=None, at__lte=at - AFTER, at__gt=at - RECENT)
    notices = list(new.filter(kind__in=NOTICES).select_related("person").order_by("at", "pk")[:AT_MOST])
    ways = ways_among({notice.person_id for notice in notices})
    tellings = [
        Telling(notice=notice, way=ways.get(notice.person_id, Ways()).of(notice.kind)) for notice in notices
    ]
    Telling.objects.bulk_create(tellings, ignore_conflicts=True)
    digests = {one.notice.person_id: one.notice.person for one in tellings if one.way == Way.DIGEST}
    for person in digests.values():
        plan(person=person, at=at)


@transaction.atomic
def queue_notices(tellings: Sequence[Telling], at: datetime) -> int:
    """One mail for what waits together for one person; none when all of it has been seen, or another was faster."""
    seen = [one.pk for one in tellings if one.notice.seen_at is not None]
    Telling.objects.filter(pk__in=seen).update(way=Way.WEB)
    rows = [one for one in tellings if one.notice.seen_at is None]
    if not rows:
        return 0
    number = public_id()
    mail = Mail.objects.create(
        public_id=number,
        key=f"n:{number}",
        kind=MailKind.NOTICE,
        person=rows[0].notice.person,
        rhythm=Rhythm.AT_ONCE,
        queued_at=at,
        next_try=at,
        state_at=at,
    )
    mine = Telling.objects.filter(pk__in=[one.pk for one in rows], mail=None, way=Way.NOW)
    if not mine.update(mail=mail):
        mail.delete()
        return 0
    return 1


def take_along(mail: Mail, notices: Collection[int]) -> None:
    """Write down that a mail, which is about to leave, holds these notices."""
    if notices:
        Telling.objects.filter(notice__in=notices).update(mail=mail)


@transaction.atomic
def choose_ways(*, person: Person, ways: Mapping[str, str], at: datetime) -> None:
    """How each of these kinds is to come from now on, and what waits of it too. Only what is not usual is kept."""
    now = ways_of(person)
    for kind, way in ways.items():
        if kind not in NOTICES or way == now.of(kind):
            continue
        if way == now.usual(kind):
            NoticeChoice.objects.filter(person=person, kind=kind).delete()
        else:
            NoticeChoice.objects.update_or_create(person=person, kind=kind, defaults={"way": way})
        detach(person=person, way=way, kind=kind)
    plan(person=person, at=at)


def end_mails_of(*, person: Person, kinds: Collection[str], at: datetime) -> None:
    """No more mails of these kinds, which stay on the page; what never comes still never does."""
    now = ways_of(person)
    known = [kind for kind in kinds if kind in NOTICES]
    choose_ways(person=person, ways={kind: Way.WEB for kind in known if now.of(kind) in BY_MAIL}, at=at)
