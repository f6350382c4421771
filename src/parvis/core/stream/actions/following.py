"""Sources, and who follows them. Following is a choice of reading; it opens nothing."""

from datetime import datetime

from parvis.core.people.models import Person

from ..models import Follow, Source
from ..models.reading import SourceKind


def source_of(person: Person) -> Source:
    """The source that a person is."""
    return Source.objects.get_or_create(
        kind=SourceKind.PERSON, person=person, defaults={"path": f"/people/{person.public_id}/"}
    )[0]


def follow(*, person: Person, source: Source, at: datetime) -> Follow:
    """Read a source at home; doing it twice changes nothing."""
    return Follow.objects.get_or_create(person=person, source=source, defaults={"at": at})[0]


def unfollow(*, person: Person, source: Source) -> bool:
    """No longer read a source at home; False when it was not followed."""
    return Follow.objects.filter(person=person, source=source).delete()[0] > 0


def follow_person(*, person: Person, other: Person, at: datetime) -> Follow:
    """Read what another person publishes."""
    return follow(person=person, source=source_of(other), at=at)


def unfollow_person(*, person: Person, other: Person) -> bool:
    """No longer read what another person publishes."""
    return unfollow(person=person, source=source_of(other))
