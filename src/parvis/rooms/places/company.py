"""With whom somebody was, as far as a viewer may be told: those who agreed, for the people they agreed to."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from parvis.core.audiences.models import Block
from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Connection, Person

from .models import Companion, CompanionState


def agreed() -> Q:
    """Those who agreed to what the check-in is now, and are still connected with its author."""
    connected = Connection.objects.filter(
        Q(first=OuterRef("person"), second=OuterRef("publication__author"))
        | Q(second=OuterRef("person"), first=OuterRef("publication__author"))
    )
    return Q(Exists(connected), state=CompanionState.AGREED, audience=F("publication__audience"))


def named_on(publications: Iterable[int], viewer: Viewer) -> Mapping[int, Sequence[Person]]:
    """By publication, the people who are named on these for this viewer."""
    return named(Q(publication__in=list(publications)), viewer)


def named_by(authors: Iterable[int], viewer: Viewer) -> Mapping[int, Sequence[Person]]:
    """By publication, the people who are named on whatever these have said where they were, for this viewer."""
    return named(Q(publication__author__in=list(authors)), viewer)


def named(which: Q, viewer: Viewer) -> Mapping[int, Sequence[Person]]:
    """By publication, who agreed to be named on it: nobody to whom a door is shut."""
    rows = Companion.objects.visible_to(viewer).filter(agreed(), which)
    rows = rows.filter(person__in=Person.objects.active())
    if viewer.person_id is not None:
        rows = rows.exclude(person__in=Block.objects.filter(person=viewer.person_id).values("owner"))
    found: dict[int, list[Person]] = {}
    for row in rows.select_related("person").order_by("person__name", "pk"):
        found.setdefault(row.publication_id, []).append(row.person)
    return found


def proposed_to(person: Person, viewer: Viewer) -> QuerySet[Companion]:
    """What others say of where this person was with them, and what they have not answered."""
    return Companion.objects.visible_to(viewer).filter(person=person, state=CompanionState.ASKED)
