"""How one wants to be met."""

from datetime import datetime

from django.db import transaction

from parvis.core.audiences.rule import EPOCH
from parvis.core.people.models import Person

from ..models import Attendance, Precise, Presence
from .attending import due


@transaction.atomic
def be_met(
    *,
    person: Person,
    at: datetime,
    precision: str = Precise.VENUE,
    is_told: bool = False,
    takes_titles: bool = True,
    is_ranked: bool = True,
) -> Presence:
    """Let one's connections be told that one is near, so precisely at most; be told of them, or mayor, or ranked, or not."""
    before = Presence.objects.filter(person=person).first()
    wanted_titles = before is None or before.takes_titles
    kept: Presence = Presence.objects.update_or_create(
        person=person,
        defaults={
            "precision": precision,
            "is_told": is_told,
            "takes_titles": takes_titles,
            "is_ranked": is_ranked,
        },
    )[0]
    if takes_titles != wanted_titles:
        mine = Attendance.objects.unguarded("one's own titles").filter(person=person)
        due(mine.values_list("venue", flat=True).distinct(), EPOCH)
    return kept
