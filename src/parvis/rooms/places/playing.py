"""What the game is told of a check-in, and where it keeps its records."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import batched
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Person
from parvis.core.stream.models import Attachment
from parvis.lib.geo.categories import category

from .company import agreed
from .game.state import NEVER, VenueRecord
from .game.visits import Evidence, Mode, Title, Visit
from .models import KIND, Companion, Mayoralty, Tally, Venue, VenueTally, Whereabouts

READ_AT_ONCE = 2_000
MODES = {"here": Mode.HERE, "was": Mode.WAS_HERE, "afar": Mode.FROM_AFAR}


@dataclass(frozen=True)
class Titles:
    """The titles that somebody has held on the square's board, for telling which were theirs at a check-in."""

    rows: Sequence[Mayoralty]

    @classmethod
    def of(cls, person: Person, at: datetime) -> "Titles":
        """Those that every member sees; none for those who have shut a door, whose boards are others."""
        rows = Mayoralty.objects.visible_to(Viewer.of(person, at)).filter(person=person)
        return cls(list(rows))

    def at(self, visit: Visit) -> Title:
        """What was held when a check-in was made."""
        held = [
            row
            for row in self.rows
            if row.began_at <= visit.at and (row.ended_at is None or row.ended_at > visit.at)
        ]
        here = [row for row in held if row.venue_id == visit.venue]
        is_won = any(row.won_by_id == visit.number for row in here)
        return Title(is_mine_before=bool(here) and not is_won, is_won_by_this=is_won, held=len(held))


class VenueTable:
    """The records of one tally's venues: read one by one, or as they were put here first."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.changed: dict[int, VenueRecord] = {}

    def find(self, venue: int) -> VenueRecord:
        """The record of a venue; `NEVER` when there is none."""
        if venue in self.changed:
            return self.changed[venue]
        row = VenueTally.objects.filter(tally=self.tally, venue=venue).first()
        return VenueRecord.from_json(row.record) if row is not None else NEVER

    def keep(self, venue: int, record: VenueRecord) -> None:
        """Put the record in the place of the one before, once `write` is called."""
        self.changed[venue] = record

    def write(self) -> None:
        """Write down what has changed."""
        VenueTally.objects.bulk_create(
            (
                VenueTally(tally=self.tally, venue_id=venue, record=record.to_json())
                for venue, record in self.changed.items()
            ),
            update_conflicts=True,
            unique_fields=["tally", "venue"],
            update_fields=["record"],
        )
        self.changed = {}


class Lived(NamedTuple):
    """What a check-in was, as the columns of `Whereabouts` have it."""

    publication_id: int
    happened_at: datetime
    day: date
    venue_id: int
    mode: str
    is_late: bool
    origin: str
    is_off_grid: bool
    evidence: str


def played_of(person: Person) -> QuerySet[Whereabouts]:
    """The check-ins of a person that the game knows of: those that are out, with a place, and not taken away."""
    rows = Whereabouts.objects.of(person).filter(publication__deleted_at=None)
    return rows.exclude(publication__published_at=None).exclude(venue=None)


def history_of(person: Person) -> Iterator[Visit]:
    """What the game knows of all of a person's check-ins, in the order of time; read a part at a time."""
    pictured = pictured_by([person.pk])
    company = Counter(
        Companion.objects.unguarded("their author's own game")
        .filter(agreed(), publication__author=person)
        .values_list("publication_id", flat=True)
    )
    venues: dict[int, Venue] = {}
    made: set[int] = set()
    rows = played_of(person).order_by("happened_at", "publication_id").values_list(*Lived._fields)
    for some in batched(rows.iterator(chunk_size=READ_AT_ONCE), READ_AT_ONCE):
        lived = [Lived(*row) for row in some]
        venues |= Venue.objects.select_related("merged_into").in_bulk(
            {row.venue_id for row in lived} - venues.keys()
        )
        for row in lived:
            venue = venues[row.venue_id]
            is_first = is_rewarded(venue, person.pk) and not row.origin and venue.pk not in made
            made |= {venue.pk} if is_first else set()
            yield visit_of(
                row,
                venue.standing(),
                has_picture=row.publication_id in pictured,
                companions=company[row.publication_id],
                creates_venue=is_first,
            )


def is_rewarded(venue: Venue, person: int) -> bool:
    """Whether this person made the venue, and is rewarded for it."""
    return venue.credited_at is not None and venue.made_by_id == person


def visits_of(rows: Iterable[Whereabouts]) -> list[Visit]:
    """What the game knows of these check-ins; of those without a place, nothing."""
    some = [row for row in rows if row.venue is not None]
    numbers = [row.publication_id for row in some]
    pictured, company = with_pictures(numbers), in_company(numbers)
    made = first_visits(some)
    return [
        visit_of(
            row,
            row.venue.standing(),
            has_picture=row.publication_id in pictured,
            companions=company.get(row.publication_id, 0),
            creates_venue=row.publication_id in made,
        )
        for row in some
        if row.venue is not None
    ]


def in_company(numbers: list[int]) -> Mapping[int, int]:
    """How many agreed to be named on each of these publications."""
    rows = Companion.objects.unguarded("their author's own game").filter(publication__in=numbers)
    # Most have no company at all, and whoever agreed to be named is long to ask for.
    asked = list(rows.values_list("pk", flat=True))
    return Counter(rows.filter(agreed()).values_list("publication_id", flat=True)) if asked else {}


def first_visits(rows: Sequence[Whereabouts]) -> set[int]:
    """Those of a person's check-ins that were their first at a venue which they made, and were rewarded for."""
    made = {
        row.venue.pk: row.person
        for row in rows
        if row.venue is not None and is_rewarded(row.venue, row.person_id)
    }
    found = set()
    for venue, person in made.items():
        mine = played_of(person).filter(venue=venue, origin="")
        found.add(mine.order_by("happened_at", "publication").values_list("publication", flat=True).first())
    return {number for number in found if number is not None}


def pictured_by(people: Iterable[int]) -> set[int]:
    """All check-ins of these people on which a picture hangs."""
    rows = Attachment.objects.unguarded("whether a picture hangs there").filter(publication__kind=KIND)
    rows = rows.filter(publication__author__in=list(people))
    return set(rows.values_list("publication_id", flat=True))


def with_pictures(numbers: list[int]) -> set[int]:
    """Those of these publications on which a picture hangs."""
    rows = Attachment.objects.unguarded("their author's own game").filter(publication__in=numbers)
    return set(rows.values_list("publication_id", flat=True))


def visit_of(
    row: Whereabouts | Lived,
    venue: Venue,
    *,
    has_picture: bool = False,
    companions: int = 0,
    creates_venue: bool = False,
) -> Visit:
    """One check-in as the game sees it."""
    kind = category(venue.category) if venue.category else None
    local = row.happened_at.astimezone(ZoneInfo(venue.zone)).replace(tzinfo=None)
    return Visit(
        number=row.publication_id,
        at=row.happened_at,
        local=local,
        day=row.day,
        venue=venue.pk,
        category=venue.category,
        group=kind.group if kind is not None else "",
        tags=frozenset(venue.tags),
        town=venue.town,
        country=venue.country,
        lat=venue.latitude,
        lon=venue.longitude,
        has_extent=kind is not None and kind.has_extent,
        radius=float(venue.radius),
        mode=MODES[row.mode],
        is_late=row.is_late,
        is_imported=bool(row.origin),
        is_private=venue.is_private,
        is_off_grid=row.is_off_grid,
        has_picture=has_picture,
        companions=companions,
        creates_venue=creates_venue,
        evidence=Evidence(row.evidence),
    )
