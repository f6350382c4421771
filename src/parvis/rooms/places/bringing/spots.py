"""The venues of what is brought: one that members share, one of the person's own, or a new one that is theirs alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from parvis.core.people.models import Person
from parvis.lib.checkins import Visit
from parvis.lib.geo.cells import cell_of
from parvis.lib.geo.earth import Point, distance
from parvis.lib.geo.towns import nearest_town
from parvis.lib.text.search import fold

from ..actions.venues import Described, describe
from ..models import Import, ImportVenue, Placing, Venue, VenueIdentifier, VenueState

OURS = "parvis"
SAME_M = 100
"""Two places of one name that are no farther apart are one; a phone is not more exact than that."""
GRID = 0.001
"""Degrees: at most 111 m."""

type Square = tuple[int, int]


@dataclass
class Spots:
    """Finds the venue of each visit, and makes those that there are not; they are kept with the next `write`."""

    person: Person
    import_of: Import
    at: datetime
    by_name_there: dict[tuple[str, str], Venue] = field(default_factory=dict)
    by_place: dict[Square, list[tuple[str, Venue]]] = field(default_factory=dict)
    new: list[ImportVenue] = field(default_factory=list)
    placings: dict[tuple[str, str, str], Placing] = field(default_factory=dict)

    def load(self) -> None:
        """Read the venues that this person has brought before, and where they said that others are."""
        rows = ImportVenue.objects.filter(person=self.person).select_related("venue__merged_into")
        for row in rows.iterator(chunk_size=2_000):
            self.remember(row.origin, row.identifier, row.venue.standing())
        for placing in Placing.objects.filter(person=self.person).select_related("venue__merged_into"):
            key = placing.origin, placing.identifier, "" if placing.identifier else placing.name
            self.placings[key] = placing

    def placing_of(self, visit: Visit) -> Placing | None:
        """What this person has said of where the venue of a visit is: that counts more than what any file says."""
        return self.placings.get((visit.origin, visit.venue_id, "" if visit.venue_id else visit.place))

    def remember(self, origin: str, identifier: str, venue: Venue) -> None:
        if identifier:
            self.by_name_there[origin, identifier] = venue
        self.by_place.setdefault(square(venue.point), []).append((fold(venue.name), venue))

    def look_up(self, visits: Iterable[Visit]) -> None:
        """Find, for a batch at once, the venues that members share under the names these visits know them by."""
        wanted = {(each.origin, each.venue_id) for each in visits if each.venue_id}
        wanted -= self.by_name_there.keys()
        rows = VenueIdentifier.objects.filter(
            origin__in={origin for origin, _name in wanted}, identifier__in={name for _origin, name in wanted}
        )
        for row in rows.select_related("venue__merged_into"):
            if (row.origin, row.identifier) in wanted:
                self.use(row.origin, row.identifier, row.venue)
        ours = {name for origin, name in wanted if origin == OURS}
        for venue in Venue.objects.filter(public_id__in=ours).select_related("merged_into"):
            self.use(OURS, venue.public_id, venue)

    def use(self, origin: str, identifier: str, venue: Venue) -> None:
        """A venue, or the one into which it was merged, if this person may know of it."""
        standing = venue.standing()
        if self.may_use(standing):
            self.by_name_there[origin, identifier] = standing

    def may_use(self, venue: Venue) -> bool:
        """What others keep to themselves is not there for this person."""
        return venue.state != VenueState.HIDDEN and (venue.is_shared or venue.made_by_id == self.person.pk)

    def of(self, visit: Visit) -> Venue | None:
        """The venue of a visit; None for one of which nobody knows where it was."""
        known = self.by_name_there.get((visit.origin, visit.venue_id)) if visit.venue_id else None
        if known is not None:
            return known
        if visit.point is None:
            return None
        name = visit.place or unnamed(visit)
        found = self.near(visit.point, name) if not visit.venue_id else None
        return found or self.make(visit, visit.point, name)

    def near(self, point: Point, name: str) -> Venue | None:
        """A venue of this person's with the same name, close by."""
        folded = fold(name)
        for each in around(square(point)):
            for called, venue in self.by_place.get(each, ()):
                if called == folded and distance(point, venue.point) <= SAME_M:
                    return venue
        return None

    def make(self, visit: Visit, point: Point, name: str) -> Venue:
        """A venue that nobody finds but this person."""
        venue = Venue(made_by=self.person, made_at=self.at)
        said = Described(name=name, latitude=point.lat, longitude=point.lon, is_private=visit.is_home)
        describe(venue, said)
        venue.street = visit.street
        venue.cell = cell_of(venue.point)
        row = ImportVenue(
            import_of=self.import_of,
            person=self.person,
            origin=visit.origin,
            identifier=visit.venue_id,
            venue=venue,
        )
        self.new.append(row)
        self.remember(visit.origin, visit.venue_id, venue)
        return venue

    def write(self) -> None:
        """Keep the new ones, within the transaction of their batch."""
        Venue.objects.bulk_create(row.venue for row in self.new)
        for row in self.new:
            row.venue_id = row.venue.pk
        ImportVenue.objects.bulk_create(self.new)
        self.new = []


def unnamed(visit: Visit) -> str:
    """What a place is called that has no name: by its town."""
    if visit.is_home:
        return _("Home")
    assert visit.point is not None
    town = nearest_town(visit.point)
    return _("Near %(town)s") % {"town": town.name} if town is not None else _("Somewhere")


def square(point: Point) -> Square:
    return int(point.lat // GRID), int(point.lon // GRID)


def around(place: Square) -> Sequence[Square]:
    """A square and those that touch it; nearer to a pole, more of them side by side are within reach, and are not asked."""
    return [(place[0] + up, place[1] + aside) for up in (0, -1, 1) for aside in (0, -1, 1)]
