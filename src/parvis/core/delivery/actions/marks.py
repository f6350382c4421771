"""The statements that stand between two final dots, written out: to compose them took most of the time of a copy."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from parvis.core.audiences.statements import as_kept

from ..models import CopyState, Mail, MailKind, MailState

# Of mails {numbers} that one worker has claimed, those that are still its own and have come to no end.
OURS = "id IN ({numbers}) AND claimed_by = %s AND state IN ('queued', 'leaving')"
LEAVES = f"UPDATE delivery_mail SET state = %s, state_at = %s, upto = %s, locked_until = %s WHERE {OURS}"
ENDS = f"UPDATE delivery_mail SET state = %s, state_at = %s, problem = %s, locked_until = NULL WHERE {OURS}"
NOTED = "UPDATE delivery_copy SET revision = %s, is_whole = %s, audience_id = %s WHERE mail_id IN ({numbers})"
SETTLED = "UPDATE delivery_copy SET state = %s, state_at = %s WHERE mail_id IN ({numbers}) AND state <> %s"
GONE = """UPDATE delivery_copy SET state = %s, state_at = %s, left_at = %s
WHERE mail_id IN ({numbers}) AND state <> %s"""

# Of the few sources of each reader: SQLite would go through all subscriptions of a rhythm (hence the '').
TOLD = """UPDATE delivery_subscription SET since = told.upto + 1
FROM (SELECT person_id, rhythm, max(upto) AS upto FROM delivery_mail
  WHERE id IN ({numbers}) AND kind = %s AND subscription_id IS NULL GROUP BY person_id, rhythm) told
JOIN stream_follow f ON f.person_id = told.person_id
WHERE delivery_subscription.follow_id = f.id AND delivery_subscription.rhythm || '' = told.rhythm
AND delivery_subscription.since <= told.upto"""
TOLD_LAST = """UPDATE delivery_subscription SET since = told.upto + 1 FROM delivery_mail told
WHERE told.id IN ({numbers}) AND told.kind = %s AND told.subscription_id = delivery_subscription.id
AND delivery_subscription.since <= told.upto"""


def mark_leaving(mails: Sequence[Mail], *, upto: int, at: datetime, until: datetime) -> int:
    """How many of these mails of one worker, which were all its own, are leaving now."""
    values = [MailState.LEAVING, as_kept(at), upto, as_kept(until), mails[0].claimed_by]
    return done(LEAVES, [mail.pk for mail in mails], values)


def mark_ended(mails: Sequence[Mail], *, state: str, at: datetime, problem: str) -> int:
    """How many of these mails of one worker were still its own, and have come to this end now."""
    return done(ENDS, [mail.pk for mail in mails], [state, as_kept(at), problem, mails[0].claimed_by])


def note_one(mails: Sequence[int], *, revision: int, is_whole: bool, audience: int | None) -> None:
    """In which words, and for which audience, the one publication of these mails leaves."""
    done(NOTED, mails, [revision, is_whole, audience])


def mark_told(mails: Collection[int]) -> None:
    """What the digests among these mails hold is behind the subscriptions they were made of."""
    done(TOLD, list(mails), [MailKind.DIGEST])
    done(TOLD_LAST, list(mails), [MailKind.DIGEST])


def settle_copies(mails: Sequence[int], *, state: str, at: datetime) -> None:
    """The ledger's lines for these mails say so too, but for what was not to leave."""
    if state == CopyState.LEFT:
        done(GONE, mails, [state, as_kept(at), as_kept(at), CopyState.CANCELLED])
    else:
        done(SETTLED, mails, [state, as_kept(at), CopyState.CANCELLED])


def done(statement: str, numbers: Sequence[int], values: Sequence[Any]) -> int:
    """How many rows a statement changed."""
    if not numbers:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(statement.format(numbers=", ".join(map(str, numbers))), values)
        return int(cursor.rowcount)
