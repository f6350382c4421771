"""Writes what is brought: a batch of check-ins at once, each for its author alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from typing import Any

from parvis.core.audiences.actions import Expression, audience_for
from parvis.core.audiences.models import Audience
from parvis.core.audiences.rule import microseconds
from parvis.core.delivery.actions.handing import never_announce
from parvis.core.people.models import Person
from parvis.core.stream import actions as stream
from parvis.core.stream.actions.bulk import Coming, publish_many
from parvis.core.stream.inserting import Rows
from parvis.core.stream.models import Publication, Source
from parvis.lib.checkins import Visit

from ..actions.checking_in import LONGEST, CheckingIn, html_of, shown_of, text_of
from ..days import day_of
from ..game import visits
from ..models import KIND, Checkin, Import, ImportItem, Mode, Placing, Precise, Venue, Whereabouts

SHOWN = (
    "venue_id",
    "name",
    "precision",
    "latitude",
    "longitude",
    "town",
    "country",
    "zone",
    "day",
    "happened_at",
    "source",
    "html",
)
MOST_KEPT = 2_000
WAS_HERE = Mode.WAS_HERE.value
LIVED = ("venue_id", "name", "happened_at", "day", "is_off_grid")
BLANK = {
    "venue_id": None,
    "name": "",
    "latitude": None,
    "longitude": None,
    "town": None,
    "country": "",
}
"""What a check-in says of where it was that says nothing."""


@dataclass
class Shape:
    """A visit and its venue, on their way to become rows; `placing` where its author says where that is."""

    visit: Visit
    venue: Venue | None
    digest: str
    placing: Placing | None = None
    html: str = ""


@dataclass
class Writer:
    """Makes rows of visits, for one person and one import."""

    person: Person
    import_of: Import
    at: datetime
    audience: Audience = field(init=False)
    source: Source = field(init=False)
    said_of: dict[int, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.audience = audience_for(expression=Expression(), owner=self.person)
        self.source = stream.source_of(self.person)

    def create(self, shapes: Sequence[Shape]) -> None:
        """Write new check-ins, told to nobody."""
        rows = publish_many([self.coming(shape) for shape in shapes])
        both = list(zip(rows, shapes, strict=True))
        Rows(Checkin).insert(
            {"publication_id": row.pk, "person_id": self.person.pk, "mode": WAS_HERE, **self.shown(shape)}
            for row, shape in both
        )
        Rows(Whereabouts).insert(
            {
                "publication_id": row.pk,
                "person_id": self.person.pk,
                "mode": WAS_HERE,
                "is_late": True,
                "origin": shape.visit.origin,
                "external_id": shape.visit.external_id,
                "venue_there": shape.visit.venue_id,
                **self.lived(shape),
            }
            for row, shape in both
        )
        Rows(ImportItem).insert(
            {
                "import_of_id": self.import_of.pk,
                "person_id": self.person.pk,
                "origin": shape.visit.origin,
                "external_id": shape.visit.external_id,
                "publication_id": row.pk,
                "digest": shape.digest,
                "revision": row.revision,
                "placing_id": shape.placing.pk if shape.placing is not None else None,
            }
            for row, shape in both
        )
        never_announce(rows, at=self.at)

    def coming(self, shape: Shape) -> Coming:
        """The publication of a check-in, for its author alone."""
        visit = shape.visit
        publication = Publication(
            kind=KIND,
            author=self.person,
            audience=self.audience,
            audience_at=self.at,
            made_at=visit.at,
            published_at=visit.at,
            ord=microseconds(visit.at),
        )
        return Coming(publication=publication, said=self.words(shape), sources=[self.source])

    def words(self, shape: Shape) -> stream.Said:
        """What its author finds it by."""
        shape.html = html_of(shape.visit.words[:LONGEST], is_plain=True)
        text = text_of(dict(self.where(shape.venue)), shape.html)
        return stream.Said(text=text, language=self.person.language)

    def where(self, venue: Venue | None) -> Mapping[str, Any]:
        """What a check-in there says of where it was; asked once a venue."""
        number = venue.pk if venue is not None else 0
        if number not in self.said_of:
            if len(self.said_of) >= MOST_KEPT:
                self.said_of.clear()
            self.said_of[number] = where_said(venue, self.person)
        return self.said_of[number]

    def shown(self, shape: Shape) -> dict[str, Any]:
        """What those for whom a check-in is may know, should its author ever show it to others."""
        where = self.where(shape.venue)
        return {
            **where,
            "day": day_of(shape.visit.at, where["zone"]),
            "happened_at": shape.visit.at,
            "source": shape.visit.words[:LONGEST],
            "html": shape.html,
        }

    def lived(self, shape: Shape) -> dict[str, Any]:
        """What its author alone knows."""
        visit = shape.visit
        return {
            "venue_id": shape.venue.pk if shape.venue is not None else None,
            "name": visit.place or (shape.venue.name if shape.venue is not None else ""),
            "happened_at": visit.at,
            "day": own_day(visit, shape.venue, self.person),
            "is_off_grid": visit.is_private,
        }

    def change(self, shape: Shape, item: ImportItem, publication: Publication) -> None:
        """Write a check-in anew that a later file tells otherwise."""
        stream.edit(publication=publication, said=self.words(shape), at=self.at)
        shown = {name: value for name, value in (BLANK | self.shown(shape)).items() if name in SHOWN}
        Checkin.objects.unguarded("one's own, brought anew").filter(publication=publication).update(**shown)
        lived = {name: value for name, value in self.lived(shape).items() if name in LIVED}
        Whereabouts.objects.filter(publication=publication).update(**lived)
        item.digest, item.revision, item.placing = shape.digest, publication.revision, shape.placing
        item.save(update_fields=["digest", "revision", "placing"])
        never_announce([publication], at=self.at)


def where_said(venue: Venue | None, person: Person) -> Mapping[str, Any]:
    """What a check-in of this person says of where it was, by the names of columns."""
    said = CheckingIn(venue=venue, precision=Precise.NOWHERE if venue is None else Precise.VENUE)
    return plain_values(shown_of(said, person))


def plain_values(shown: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same by the names of columns."""
    venue = shown.get("venue")
    rest = {name: value for name, value in shown.items() if name != "venue"}
    return {**rest, "precision": str(shown["precision"]), "venue_id": venue.pk if venue is not None else None}


def own_day(visit: Visit, venue: Venue | None, person: Person) -> date:
    """The day on the clock of the place; without a place, on the clock that the file names."""
    if venue is not None:
        return day_of(visit.at, venue.zone)
    if visit.offset is None:
        return day_of(visit.at, person.zone)
    return visits.day_of(visit.at.astimezone(UTC).replace(tzinfo=None) + timedelta(minutes=visit.offset))


def digest_of(visit: Visit, *, is_placed: bool) -> str:
    """The same while a file says the same of a visit; where a venue has a name of its own, its point may shift."""
    point = "" if visit.point is None or visit.venue_id else f"{visit.point.lat:.5f},{visit.point.lon:.5f}"
    parts = (
        visit.at.isoformat(),
        visit.place,
        visit.venue_id,
        point,
        str(is_placed),
        visit.words,
        str(visit.is_private),
    )
    return blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()
