"""What a person has been told of."""

from datetime import datetime

from parvis.core.people.models import Notice, Person


def mark_seen(*, person: Person, until: datetime, at: datetime) -> int:
    """Everything told to this person until a moment has been seen; returns how much was new."""
    return Notice.objects.filter(person=person, seen_at=None, at__lte=until).update(seen_at=at)
