"""From what was published to the mails that wait: at once for some, in a digest at their hour for others."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from parvis.core.audiences.rule import microseconds, moment
from parvis.core.people.models import Address, Person
from parvis.core.stream.models import Follow, Opening, Placement, Publication
from parvis.core.stream.openings import read_before
from parvis.core.stream.who import readers_among

from ..had import IN_MAILS, have_it
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
from . import outward
from .handing_times import AFTER, RECENT
from .mentioning import look_through

A_CHUNK = 1_000
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
    take_up_opened(at)


def take_up_opened(at: datetime) -> None:
    """What has been opened to others of late, however old it is, is handed over again: to those who come in by it."""
    late = Opening.objects.filter(at__gt=microseconds(at - RECENT), at__lte=microseconds(at - AFTER))
    opened = dict(late.values("publication").annotate(last=Max("at")).values_list("publication", "last"))
    known = {row.publication_id: row for row in HandOver.objects.filter(publication__in=opened)}
    new: list[HandOver] = []
    for number, last in opened.items():
        again = {"after": 0, "done_at": None, "is_again": True, "opened_at": last}
        row = known.get(number)
        if row is None:
            new.append(HandOver(publication_id=number, **again))
        elif row.done_at is not None and row.after != NOBODY and row.opened_at < last:
            HandOver.objects.filter(pk=row.pk, done_at=row.done_at).update(**again)
    HandOver.objects.bulk_create(new, ignore_conflicts=True)


@transaction.atomic
def serve(row: HandOver, at: datetime) -> int:
    """Queue the mails of the next thousand followers; how many. Does nothing when another worker was faster."""
    publication = Publication.objects.unguarded("handing over asks the rule for each reader").get(
        pk=row.publication_id
    )
    follows = next_follows(publication, row.after)
    is_last = len(follows) < A_CHUNK
    reached = follows[-1] if follows else row.after
    mine = HandOver.objects.filter(pk=row.pk, after=row.after, done_at=None)
    if not mine.update(after=reached, done_at=at if is_last else None):
        row.refresh_from_db()
        return 0
    row.after, row.done_at = reached, at if is_last else None
    return queue(publication, wanted(publication, row, follows, at), at, is_again=row.is_again)


class Wish(NamedTuple):
    """A subscription that asks for something, as far as that matters here."""

    subscription: int
    person: int
    languages: Sequence[str]


def next_follows(publication: Publication, after: int) -> Sequence[int]:
    """The numbers of the next thousand follows of the sources where it stands, whatever is wanted of them.

    Asked without another condition and source by source, each reads no further than its index has to be read, however
    many follow.
    """
    placed = Placement.objects.unguarded("where it stands").filter(publication=publication)
    each = [
        Follow.objects.filter(source=source, pk__gt=after).order_by("pk").values_list("pk", flat=True)
        for source in placed.values_list("stream__source", flat=True).distinct()
    ]
    return list(islice(merge(*(numbers[:A_CHUNK] for numbers in each)), A_CHUNK))


def wanted(publication: Publication, row: HandOver, follows: Collection[int], at: datetime) -> Sequence[Wish]:
    """The subscriptions of these follows that ask for this publication by mail at once; the rule is asked later.

    Of what is opened later, it is those that were there when it was. What they ask for is looked at here: asked of the
    database, it would read all who want the same, whomever they follow.
    """
    rows = Subscription.objects.filter(follow__in=follows).order_by("follow")
    rows = rows.filter(Q(at__lt=moment(row.opened_at)) if row.is_again else Q(since__lte=publication.ord))
    values = rows.values_list("pk", "follow__person", "languages", "channel", "rhythm")
    asked = (Channel.MAIL, Rhythm.AT_ONCE)
    wishes = [Wish(*wish) for *wish, channel, rhythm in values if (channel, rhythm) == asked]
    reached = who_gets_mail({one.person for one in wishes} - {publication.author_id}, at)
    return [one for one in wishes if one.person in reached]


def reachable() -> QuerySet[Address]:
    """The addresses to which mail is sent: one a person, confirmed, from which nothing keeps coming back."""
    return Address.objects.filter(is_primary=True, hold=None).exclude(verified_at=None)


def can_be_reached(person: Person) -> bool:
    return person.is_active and reachable().filter(person=person).exists()


def who_gets_mail(people: Collection[int], at: datetime) -> set[int]:
    """Those of these people who are there, do not pause, and have a confirmed address."""
    there = Person.objects.filter(pk__in=people, suspended_at=None, erased_at=None)
    resting = Reading.objects.filter(person__in=people, paused_until__gt=at)
    found = set(reachable().filter(person__in=people).values_list("person_id", flat=True))
    found.intersection_update(there.values_list("pk", flat=True))
    return found.difference(resting.values_list("person_id", flat=True))


def queue(publication: Publication, wishes: Sequence[Wish], at: datetime, *, is_again: bool = False) -> int:
    """One mail for each reader who may see it now and reads its language, and a line of the ledger for each.

    Whoever has it by mail gets none; nor does, when it `is_again` handed over, whoever could read it before.
    """
    speaking = [one for one in wishes if not one.languages or publication.language in one.languages]
    readers = readers_among(publication, {one.person for one in speaking}, microseconds(at))
    readers -= have_it(publication, readers)
    if is_again:
        readers -= read_before(publication, readers)
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
