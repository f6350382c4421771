"""Says where the places are of which a file knew the name alone: one answer for all check-ins there, which can be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, Max, Min, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from parvis.core.audiences.actions import Expression, audience_for
from parvis.core.delivery.actions.handing import never_announce
from parvis.core.people.models import Person
from parvis.core.stream import actions as stream
from parvis.core.stream.actions.bulk import edit_many
from parvis.lib.geo.towns import Town, town
from parvis.lib.refusal import Refusal

from ..actions.checking_in import text_of
from ..actions.playing import replay
from ..actions.venues import Described, make_venue
from ..days import day_of
from ..models import Checkin, ImportItem, Placing, Venue, Whereabouts
from .undoing import drop_empty
from .writing import BLANK, where_said

BATCH = 500
OF_A_TOWN = 5_000
"""Metres: a venue of which nobody knows more than the town reaches that far."""
DAYS_ASKED = 200
"""So many of the days on which somebody was at a place are looked at for where else they were."""


class PlacedAlready(Refusal):
    def __init__(self) -> None:
        super().__init__(_("You have said where this is already. Take that back first."))


@dataclass(frozen=True)
class Nameless:
    """A venue by its name alone: what it is called, by whom, and how its check-ins are found."""

    origin: str
    identifier: str
    name: str

    def rows(self, person: Person) -> QuerySet[Whereabouts]:
        """This person's check-ins there."""
        rows = Whereabouts.objects.of(person).filter(venue=None, origin=self.origin)
        rows = rows.filter(venue_there=self.identifier)
        return rows if self.identifier else rows.filter(name=self.name)


def not_placed(person: Person) -> QuerySet[Whereabouts]:
    """What a person has brought that stands by the name of a venue alone."""
    rows = Whereabouts.objects.of(person).filter(venue=None, publication__deleted_at=None)
    return rows.exclude(origin="").exclude(name="")


def unplaced(person: Person) -> QuerySet[Any, Any]:
    """The venues that a person's check-ins know by name alone, where they were most first.

    What they are `called`, the `count` of check-ins, their `first` and `last` day, and the `public_id` of one of them.
    """
    known_by = Case(When(venue_there="", then="name"), default=Value(""))
    rows = not_placed(person).annotate(known_by=known_by).values("origin", "venue_there", "known_by")
    return rows.annotate(
        called=Max("name"),
        count=Count("pk"),
        first=Min("day"),
        last=Max("day"),
        public_id=Max("publication__public_id"),
    ).order_by("-count", "called", "public_id")


def nameless(person: Person, public_id: str) -> Nameless | None:
    """The venue, known by name alone, of one check-in of a person's; None where there is none such."""
    row = not_placed(person).filter(publication__public_id=public_id).first()
    return Nameless(row.origin, row.venue_there, row.name) if row is not None else None


def towns_on_those_days(person: Person, rows: QuerySet[Whereabouts], *, count: int = 5) -> Sequence[Town]:
    """The towns in which a person was otherwise on the days of these check-ins, where they were most first."""
    days = list(rows.values_list("day", flat=True).distinct()[:DAYS_ASKED])
    there = Whereabouts.objects.of(person).filter(day__in=days).exclude(venue__town=None)
    counted = there.values("venue__town").annotate(times=Count("pk")).order_by("-times", "venue__town")
    found = (town(row["venue__town"] or 0) for row in counted[:count])
    return [one for one in found if one is not None]


@transaction.atomic
def place_in_town(*, person: Person, known: Nameless, where: Town, at: datetime) -> Placing:
    """Put a venue into the middle of a town, as one of the person's own. Raises PlacedAlready."""
    said = Described(name=known.name, latitude=where.point.lat, longitude=where.point.lon)
    venue = make_venue(by=person, said=said, at=at)
    venue.radius = OF_A_TOWN
    venue.save(update_fields=["radius"])
    return place(person=person, known=known, venue=venue, at=at, is_made=True)


@transaction.atomic
def place(*, person: Person, known: Nameless, venue: Venue, at: datetime, is_made: bool = False) -> Placing:
    """Say where a venue is that was known by name alone: all check-ins there stand at it. Raises PlacedAlready.

    What is for its author alone is told so too; of what they have shown to others, these learn nothing more by it.
    """
    by_name = {} if known.identifier else {"name": known.name}
    same = Placing.objects.filter(person=person, origin=known.origin, identifier=known.identifier, **by_name)
    if same.exists():
        raise PlacedAlready
    placing = Placing.objects.create(
        person=person,
        origin=known.origin,
        identifier=known.identifier,
        name=known.name,
        venue=venue,
        is_made=is_made,
        at=at,
    )
    rows = known.rows(person).select_related("publication").order_by("pk")
    for some in batched(list(rows), BATCH):
        placing.days |= put(some, venue, placing, at)
    placing.save(update_fields=["days"])
    replay(person=person, at=at)
    return placing


@transaction.atomic
def take_back(*, placing: Placing, at: datetime) -> int:
    """Unsay where a venue is: its check-ins stand by its name alone again; how many these are."""
    person = placing.person
    brought = ImportItem.objects.filter(placing=placing).values("publication")
    rows = Whereabouts.objects.of(person).filter(publication__in=brought).select_related("publication")
    found = list(rows.order_by("pk"))
    for some in batched(found, BATCH):
        put(some, None, placing, at)
    if placing.is_made:
        drop_empty(Placing.objects.filter(pk=placing.pk))
    Placing.objects.filter(pk=placing.pk).delete()
    replay(person=person, at=at)
    return len(found)


def put(rows: Sequence[Whereabouts], venue: Venue | None, placing: Placing, at: datetime) -> dict[str, str]:
    """Let these check-ins stand at a venue, or at none; the days that are others by that, as they were."""
    days: dict[str, str] = {}
    for row in rows:
        name = row.publication.public_id
        if venue is not None:
            day = day_of(row.happened_at, venue.zone)
            days |= {name: row.day.isoformat()} if day != row.day else {}
        else:
            day = date.fromisoformat(placing.days.get(name, row.day.isoformat()))
        row.venue, row.day = venue, day
    Whereabouts.objects.bulk_update(rows, ["venue", "day"])
    tell_author(rows, venue, placing, at)
    return days


def tell_author(rows: Sequence[Whereabouts], venue: Venue | None, placing: Placing, at: datetime) -> None:
    """Write what a check-in says of where it was, and what its author finds it by.

    Those that others see too keep what they say, or say nothing: nobody learns more than their author has told them.
    """
    person = placing.person
    alone = audience_for(expression=Expression(), owner=person).pk
    told = {row.publication_id: row for row in rows if venue is None or row.publication.audience_id == alone}
    checkins = Checkin.objects.unguarded("one's own, placed by its author").filter(publication__in=told)
    said = {**BLANK, **where_said(venue, person)}
    edited = []
    for checkin in checkins:
        row = told[checkin.publication_id]
        for name, value in said.items():
            setattr(checkin, name, value)
        checkin.day = day_of(row.happened_at, checkin.zone)
        words = stream.Said(text=text_of(dict(said), checkin.html), language=row.publication.language)
        edited.append((row.publication, words))
    before = {publication.pk: publication.revision for publication, _words in edited}
    Checkin.objects.bulk_update(checkins, [*said, "day"])
    edit_many(edited, at=at)
    items = list(ImportItem.objects.filter(publication__in=[row.publication_id for row in rows]))
    after = {publication.pk: publication.revision for publication, _words in edited}
    for item in items:
        item.placing = placing if venue is not None else None
        if item.revision == before.get(item.publication_id or 0):
            item.revision = after[item.publication_id or 0]
    ImportItem.objects.bulk_update(items, ["placing", "revision"])
    never_announce([publication for publication, _words in edited], at=at)
