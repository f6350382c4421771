"""Whether mails may leave as they are: asked right before their words go out, of all that stand there at one time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection

from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Role

from .masters import Letter
from .models import Mail, MailKind
from .recalls import is_to_be_asked
from .statements import as_kept
from .telling import still_to_be_told
from .whole_texts import allowed

# Still ours to send, to somebody who is there and does not pause. Columns of a mail m and its reader r.
OURS = """m.id IN ({mails}) AND m.claimed_by = %s AND m.state IN ('queued', 'leaving')
AND r.suspended_at IS NULL AND r.erased_at IS NULL
AND NOT EXISTS (SELECT 1 FROM delivery_reading z WHERE z.person_id = r.id AND z.paused_until > %s)"""
OUT = "p.id = %s AND p.revision = %s AND p.published_at IS NOT NULL AND p.ord <= %s"

# One publication, for many readers who differ in nothing but who they are.
OF_ONE = """SELECT m.id FROM delivery_mail m JOIN people_person r ON r.id = m.person_id
JOIN delivery_subscription s ON s.id = m.subscription_id CROSS JOIN stream_publication p
WHERE {ours} AND (r.role <> %s) = {is_member} AND {out} AND {rule}"""

# No publication at all.
OF_NONE = "SELECT count(*) FROM delivery_mail m JOIN people_person r ON r.id = m.person_id WHERE {ours}"

# Several publications for one reader: all of them, by subscriptions that all stand.
OF_SEVERAL = """SELECT count(*) FROM delivery_mail m JOIN people_person r ON r.id = m.person_id
JOIN stream_publication p ON ({items}) WHERE {ours}
AND (SELECT count(*) FROM delivery_subscription s WHERE s.id IN ({subscriptions})) = %s"""


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
    may: set[int] = set()
    for sent in some:
        if sent.mail.kind == MailKind.RECALL:
            may |= {sent.mail.pk} if is_to_be_asked(sent.mail, at) else set()
            continue
        if sent.mail.publication_id is None:
            holds = not sent.letter.told or still_to_be_told(sent.mail, sent.letter.told, at)
            may |= {sent.mail.pk} if holds and all_may_leave(sent, at) else set()
            continue
        alike[sent.mail.person.is_member, sent.mail.claimed_by, *sent.contents].append(sent)
    for those in alike.values():
        may |= who_may_get_one(those, at)
    return may


def may_still_leave(sent: Sent, at: datetime) -> bool:
    """The same of one mail."""
    return bool(may_leave([sent], at))


def who_may_get_one(some: Sequence[Sent], at: datetime) -> set[int]:
    """Of mails with one publication, which say the same to readers of the same kind, those that may leave."""
    (item,), mail = some[0].letter.items, some[0].mail
    reader = replace(Viewer.of(mail.person, at), person_id=0)
    rule, needs = allowed(item.whole_for, reader, person="m.person_id")
    text = OF_ONE.format(
        ours=OURS.format(mails=", ".join(str(sent.mail.pk) for sent in some)),
        is_member="true" if mail.person.is_member else "false",
        out=OUT,
        rule=rule,
    )
    values: list[Any] = [
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


def all_may_leave(sent: Sent, at: datetime) -> bool:
    """Whether a mail with several publications, or none, may leave with all of them."""
    mail, letter, reader = sent.mail, sent.letter, Viewer.of(sent.mail.person, at)
    ours = OURS.format(mails=mail.pk)
    if not letter.items:
        with connection.cursor() as cursor:
            cursor.execute(OF_NONE.format(ours=ours), [mail.claimed_by, as_kept(at)])
            return bool(cursor.fetchone()[0])
    tests: list[str] = []
    values: list[Any] = []
    for item in letter.items:
        rule, needs = allowed(item.whole_for, reader)
        tests.append(f"({OUT} AND {rule})")
        values += [item.publication.pk, item.publication.revision, reader.at, *needs]
    text = OF_SEVERAL.format(
        items=" OR ".join(tests),
        ours=ours,
        subscriptions=", ".join(str(number) for number in letter.subscriptions) or "0",
    )
    with connection.cursor() as cursor:
        cursor.execute(text, [*values, mail.claimed_by, as_kept(at), len(letter.subscriptions)])
        return bool(cursor.fetchone()[0] == len(letter.items))
