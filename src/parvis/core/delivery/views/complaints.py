"""What is no longer sent to somebody because their provider reported it as unwanted, as they read it themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from parvis.core.audiences.models import Block
from parvis.core.people.models import Person
from parvis.core.stream.models import Source

from ..models import Complaint, Subscription


@dataclass(frozen=True)
class Ended:
    """A source that ended so, and when; None for mails that only tell or ask something."""

    source: Source | None
    at: datetime


def complaints_of(person: Person) -> Sequence[Ended]:
    """The newest of each source first, but for those they chose again, and people who are not there for them any more."""
    rows = Complaint.objects.filter(person=person).select_related("source__person").order_by("at")
    chosen = set(Subscription.objects.filter(follow__person=person).values_list("follow__source", flat=True))
    shut = set(Block.objects.filter(person=person).values_list("owner_id", flat=True))
    newest = {row.source_id: Ended(row.source, row.at) for row in rows if row.source_id not in chosen}
    return [one for one in reversed(newest.values()) if is_there(one.source, shut)]


def is_there(source: Source | None, shut: set[int]) -> bool:
    if source is None or source.person is None:
        return True
    return source.person.is_active and source.person_id not in shut
