"""Takes a whole import back: what it brought goes, but for what its owner has changed since."""

from collections.abc import Callable
from datetime import datetime
from itertools import batched

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from parvis.core.people.models import Person
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Attachment, Publication
from parvis.core.stream.search import forget

from ..actions.playing import replay
from ..models import Checkin, Import, ImportItem, ImportVenue, Placing, Venue, Whereabouts
from ..naming import forget as forget_names

BATCH = 500

type Tell = Callable[[int, int], object]


def undo(*, import_of: Import, at: datetime, tell: Tell = lambda done, total: None) -> int:
    """Erase what an import brought and what nobody has touched since; how many check-ins that were.

    What was changed here stays, and so does what was deleted here: it would come back with the next import otherwise.
    Cut off and done again, it goes on where it was.
    """
    numbers = list(untouched(import_of).values_list("pk", flat=True))
    done = 0
    for some in batched(numbers, BATCH):
        with transaction.atomic():
            done += erase(import_of, list(some))
        tell(done, len(numbers))
    with transaction.atomic():
        drop_venues(import_of)
        drop_placings(import_of.person)
        replay(person=import_of.person, at=at)
        import_of.undone_at = at
        import_of.ended_at = import_of.ended_at or at
        import_of.save(update_fields=["undone_at", "ended_at"])
    return done


def untouched(import_of: Import) -> QuerySet[ImportItem]:
    """The lines of check-ins that are here as they were brought."""
    rows = ImportItem.objects.filter(import_of=import_of).exclude(publication=None)
    there = Publication.objects.unguarded("one's own import, taken back").filter(
        pk=OuterRef("publication"), revision=OuterRef("revision"), deleted_at=None
    )
    return rows.filter(Exists(there)).order_by("pk")


def erase(import_of: Import, numbers: list[int]) -> int:
    """Erase these check-ins and their lines; those that were touched in the meantime stay."""
    items = list(untouched(import_of).filter(pk__in=numbers))
    rows = list(
        Publication.objects.unguarded("one's own import, taken back").filter(
            pk__in=[item.publication_id for item in items]
        )
    )
    forget(rows)
    for attachment in Attachment.objects.unguarded("one's own import, taken back").filter(
        publication__in=rows
    ):
        stream.detach(attachment=attachment)
    ImportItem.objects.filter(pk__in=[item.pk for item in items]).delete()
    Publication.objects.unguarded("one's own import, taken back").filter(
        pk__in=[row.pk for row in rows]
    ).delete()
    return len(rows)


def drop_venues(import_of: Import) -> None:
    """Erase the venues that the import made, where nobody was nor is said to have been otherwise."""
    drop_empty(ImportVenue.objects.filter(import_of=import_of))


def drop_placings(person: Person) -> None:
    """Forget where somebody said that venues are of whose check-ins none is left, and the venues made for that."""
    rows = Placing.objects.filter(person=person, items=None)
    drop_empty(rows.filter(is_made=True))
    rows.delete()


def drop_empty(made: QuerySet[ImportVenue] | QuerySet[Placing]) -> None:
    """Erase the venues that were made for these, where nobody was nor is said to have been."""
    used = Whereabouts.objects.unguarded("whether a venue is still used").filter(venue=OuterRef("venue"))
    shown = Checkin.objects.unguarded("whether a venue is still used").filter(venue=OuterRef("venue"))
    theirs = made.filter(venue__is_shared=False, venue__merged_into=None, venue__made_by=F("person"))
    empty = theirs.exclude(Exists(used)).exclude(Exists(shown))
    for some in batched(list(empty.values_list("venue", flat=True)), BATCH):
        free = list(Venue.objects.filter(pk__in=some, led_here=None).values_list("pk", flat=True))
        forget_names(free)
        Venue.objects.filter(pk__in=free).delete()
