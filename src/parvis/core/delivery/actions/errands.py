"""How an errand is taken, done, or put off: each one statement, so that several workers never do the same at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet

from ..models.errands import Errand

LEASE = timedelta(minutes=5)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (5, 30, 120, 480, 1440))


def claim[E: Errand](rows: QuerySet[E], *, worker: str, at: datetime, limit: int) -> Sequence[E]:
    """Take those that are due, the longest waiting first, for this worker alone; a claim lapses after the lease."""
    due = rows.filter(due_at__lte=at).exclude(locked_until__gt=at)
    numbers = list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:limit])
    if not numbers:
        return []
    due.filter(pk__in=numbers).update(locked_until=at + LEASE, claimed_by=worker)
    return list(rows.filter(pk__in=numbers, claimed_by=worker, locked_until=at + LEASE).order_by("pk"))


def ours[E: Errand](rows: QuerySet[E], errand: E) -> QuerySet[E]:
    """An errand while it belongs to whoever has claimed it."""
    return rows.filter(pk=errand.pk, claimed_by=errand.claimed_by).exclude(claimed_by="")


def done[E: Errand](rows: QuerySet[E], errand: E, **changes: Any) -> bool:
    """It is done, and `changes` are written down; False when it was asked for anew meanwhile, and so is to be done again."""
    free = {"locked_until": None, "claimed_by": ""}
    mine = ours(rows, errand)
    if mine.filter(due_at=errand.due_at).update(due_at=None, attempts=0, **free, **changes):
        return True
    mine.update(**free, **changes)
    return False


def put_off[E: Errand](
    rows: QuerySet[E],
    errand: E,
    *,
    at: datetime,
    pauses: Sequence[timedelta] = PAUSES,
    **changes: Any,
) -> bool:
    """Try again later, each time after a longer pause; False when it was tried often enough: then nothing is written."""
    if errand.attempts >= len(pauses):
        return False
    mine = ours(rows, errand)
    later = {"due_at": at + pauses[errand.attempts], "attempts": F("attempts") + 1}
    free = {"locked_until": None, "claimed_by": ""}
    if not mine.filter(due_at=errand.due_at).update(**later, **free, **changes):
        mine.update(**free, **changes)
    return True


def free_all(*tables: QuerySet[Any]) -> None:
    """Take back what a killed worker had claimed. Only for one who knows that no other worker lives."""
    for rows in tables:
        rows.exclude(locked_until=None).update(locked_until=None, claimed_by="")
