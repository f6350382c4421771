"""Whether mails may leave as they are: asked right before their words go out, of all that stand there at one time."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection

from parvis.core.audiences.rule import Viewer
from parvis.core.audiences.statements import as_kept, one_of, table_of
from parvis.core.people.models import Role

from .letter_mails import still_stands
from .masters import Letter
from .models import Mail, MailKind, Subscription
from .recalls import is_to_be_asked
from .telling import still_to_be_told
from .whole_texts import allowed

# Still ours to send, to somebody who is there. Columns of a mail m and its reader r.
OURS_TO_SEND = """{mails} AND m.claimed_by = %s AND m.state IN ('queued', 'leaving')
AND r.suspended_at IS NULL AND r.erased_at IS NULL"""
# To somebody who does not pause, either.
OURS = f"""{OURS_TO_SEND}
AND NOT EXISTS (SELECT 1 FROM delivery_reading z WHERE z.person_id = r.id AND z.paused_until > %s)"""
OUT = "p.id = %s AND p.revision = %s AND p.published_at IS NOT NULL AND p.ord <= %s"

# One publication, for many readers who differ in nothing but who they are.
OF_ONE = """SELECT m.id FROM delivery_mail m JOIN people_person r ON r.id = m.person_id
JOIN delivery_subscription s ON s.id = m.subscription_id CROSS JOIN stream_publication p
WHERE {ours} AND (r.role <> %s) = {is_member} AND {out} AND {rule}"""

# Those that can still be sent at all, whatever is in them.
OF_ANY = "SELECT m.id FROM delivery_mail m JOIN people_person r ON r.id = m.person_id WHERE {ours}"

# Several publications a mail: (mail, publication, revision) each, and how many of a mail's may go.
OF_SEVERAL = """WITH said(mail, publication, revision) AS ({said})
SELECT m.id, count(*) FROM said JOIN delivery_mail m ON m.id = said.mail
JOIN stream_publication p ON p.id = said.publication AND p.revision = said.revision
WHERE p.published_at IS NOT NULL AND p.ord <= %s AND {rule} GROUP BY m.id"""


@dataclass(frozen=True)
class Sent:
    """A mail and what it says."""

    mail: Mail
    letter: Letter

    @property
    def contents(self) -> tuple[tuple[int, int, int], ...]:
        """Which publications are in it, in which revision, and for which audience it is whole."""
        return tuple(
            (item.publication.pk, item.publication.revision, item.whole_for) for item in self.letter.items
        )


def may_leave(some: Sequence[Sent], at: datetime) -> set[int]:
    """The numbers of those mails that are still ours to send and wanted, and may go as they are.

    Their readers may see all that is in them; they hold the words of now; what is in them whole travels whole;
    and what they tell still holds, and has not been seen on the page meanwhile.
    """
    alike: Mapping[tuple[object, ...], list[Sent]] = defaultdict(list)
    several: list[Sent] = []
    may = letters_that_may_leave([sent for sent in some if sent.mail.kind == MailKind.LETTER], at)
    for sent in some:
        if sent.mail.kind == MailKind.LETTER:
            continue
        if sent.mail.kind == MailKind.RECALL:
            may |= {sent.mail.pk} if is_to_be_asked(sent.mail, at) else set()
            continue
        if sent.mail.publication_id is None:
            if not sent.letter.told or still_to_be_told(sent.mail, sent.letter.told, at):
                several.append(sent)
            continue
        alike[sent.mail.person.is_member, sent.mail.claimed_by, *sent.contents].append(sent)
    for those in alike.values():
        may |= who_may_get_one(those, at)
    return may | who_may_get_several(several, at)


def may_still_leave(sent: Sent, at: datetime) -> bool:
    """The same of one mail."""
    return bool(may_leave([sent], at))


def letters_that_may_leave(some: Sequence[Sent], at: datetime) -> set[int]:
    """Of letters, those that still say what holds; no pause keeps them back."""
    sendable = can_be_sent(some, at, even_in_a_pause=True) if some else set()
    return {sent.mail.pk for sent in some if sent.mail.pk in sendable and still_stands(sent.mail, at)}


def who_may_get_one(some: Sequence[Sent], at: datetime) -> set[int]:
    """Of mails with one publication, which say the same to readers of the same kind, those that may leave."""
    (item,), mail = some[0].letter.items, some[0].mail
    reader = replace(Viewer.of(mail.person, at), person_id=0)
    rule, needs = allowed(item.whole_for, reader, person="m.person_id")
    mails, numbers = one_of("m.id", (sent.mail.pk for sent in some))
    text = OF_ONE.format(
        ours=OURS.format(mails=mails),
        is_member="true" if mail.person.is_member else "false",
        out=OUT,
        rule=rule,
    )
    values: list[Any] = [
        *numbers,
        mail.claimed_by,
        as_kept(at),
        Role.GUEST,
        item.publication.pk,
        item.publication.revision,
        reader.at,
        *needs,
    ]
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return {number for (number,) in cursor.fetchall()}


def who_may_get_several(some: Sequence[Sent], at: datetime) -> set[int]:
    """Of mails with several publications, or none, those that may leave with all that is in them."""
    if not some:
        return set()
    standing, going = subscriptions_among(some), may_go(some, at)
    sendable = can_be_sent(some, at)
    return {
        sent.mail.pk
        for sent in some
        if sent.mail.pk in sendable
        and sent.letter.subscriptions <= standing
        and going[sent.mail.pk] == len(sent.letter.items)
    }


def can_be_sent(some: Sequence[Sent], at: datetime, *, even_in_a_pause: bool = False) -> set[int]:
    """The numbers of those that are still ours, to somebody who is there and does not pause."""
    mails, numbers = one_of("m.id", (sent.mail.pk for sent in some))
    ours, moments = (OURS_TO_SEND, []) if even_in_a_pause else (OURS, [as_kept(at)])
    with connection.cursor() as cursor:
        text = OF_ANY.format(ours=ours.format(mails=mails))
        cursor.execute(text, [*numbers, some[0].mail.claimed_by, *moments])
        return {number for (number,) in cursor.fetchall()}


def subscriptions_among(some: Sequence[Sent]) -> set[int]:
    """The numbers of the subscriptions these were made of that still stand."""
    asked = {number for sent in some for number in sent.letter.subscriptions}
    rows = Subscription.objects.filter(pk__in=asked) if asked else Subscription.objects.none()
    return set(rows.values_list("pk", flat=True))


def may_go(some: Sequence[Sent], at: datetime) -> Mapping[int, int]:
    """Of each mail, how many publications its reader may get as they stand in it; the rule is asked once for readers of a kind."""
    alike: Mapping[tuple[int, bool], list[tuple[int, int, int]]] = defaultdict(list)
    readers: dict[bool, Viewer] = {}
    for sent in some:
        is_member = sent.mail.person.is_member
        readers[is_member] = replace(Viewer.of(sent.mail.person, at), person_id=0)
        for item in sent.letter.items:
            said = (sent.mail.pk, item.publication.pk, item.publication.revision)
            alike[item.whole_for, is_member].append(said)
    found: Counter[int] = Counter()
    for (whole_for, is_member), pairs in alike.items():
        reader = readers[is_member]
        rule, needs = allowed(whole_for, reader, person="m.person_id")
        said_there, numbers = table_of(pairs)
        text = OF_SEVERAL.format(said=said_there, rule=rule)
        with connection.cursor() as cursor:
            cursor.execute(text, [*numbers, reader.at, *needs])
            found.update(dict(cursor.fetchall()))
    return found
