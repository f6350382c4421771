"""Copies in what people take with them of what is held on them: the words of others that are in it."""

from collections.abc import Iterable
from datetime import datetime

from parvis.core.people.models import Person
from parvis.core.stream.models import Publication

from ..models import Copy, CopyState

IN_EXPORTS = "export"


def note_export(*, publications: Iterable[Publication], person: Person, at: datetime) -> None:
    """Write down that these, by others, are in a copy that a person takes: one line for each, at its first time."""
    some = {one.pk: one for one in publications}
    known = Copy.objects.filter(channel=IN_EXPORTS, person=person, publication__in=some)
    new = some.keys() - set(known.values_list("publication_id", flat=True))
    Copy.objects.bulk_create(
        Copy(
            publication=some[pk],
            revision=some[pk].revision,
            channel=IN_EXPORTS,
            person=person,
            audience=some[pk].audience,
            is_whole=True,
            queued_at=at,
            left_at=at,
            state=CopyState.LEFT,
            state_at=at,
        )
        for pk in sorted(new)
        if some[pk].audience is not None
    )
