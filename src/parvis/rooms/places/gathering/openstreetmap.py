"""Brings the places of an extract of OpenStreetMap as venues that every member finds; the same file twice changes nothing."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import blake2b
from itertools import batched
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.stream.inserting import look_over
from parvis.lib.geo.cells import cell_of
from parvis.lib.geo.earth import Box
from parvis.lib.geo.extracts import NoReader, Place, Unreadable, places
from parvis.lib.refusal import Refusal

from ..actions.venues import Described, NoName, describe
from ..bringing.running import NoSuchFile
from ..models import Venue, VenueIdentifier
from ..naming import index

ORIGIN = "osm"
BATCH = 1_000
WRITTEN = (
    *("name", "name_fr", "name_en", "latitude", "longitude", "cell", "radius", "zone"),
    *("country", "town", "category", "street", "is_shared", "is_private"),
)


class NeedsOsmium(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Reading OpenStreetMap’s files needs osmium, which comes with the extra “osm”: install parvis[osm]."
            )
        )


class NoExtract(Refusal):
    def __init__(self, path: Path) -> None:
        super().__init__(
            _("“%(file)s” is no extract of OpenStreetMap that can be read, or it breaks off.")
            % {"file": path}
        )


def gather(path: Path, *, at: datetime, area: Box | None = None) -> Counter[str]:
    """Bring what an extract holds; how many venues were `created`, `changed` and the `same`.

    Each batch is written whole or not at all: cut off at any point and run again, it does what is left. What the file
    no longer holds stays, for check-ins stand there; what was corrected here stays until the file says something else.
    Raises NoSuchFile, NeedsOsmium, NoExtract.
    """
    if not path.is_file():
        raise NoSuchFile(path)
    counts: Counter[str] = Counter(created=0, changed=0, same=0)
    for number, some in enumerate(batched(found_in(path, area), BATCH), 1):
        with transaction.atomic():
            counts.update(write(some, at))
        look_over(VenueIdentifier, number)
    return counts


def found_in(path: Path, area: Box | None) -> Iterator[Place]:
    """The places of an extract. Raises NeedsOsmium, NoExtract."""
    try:
        yield from places(path, area)
    except NoReader as missing:
        raise NeedsOsmium from missing
    except Unreadable as mistake:
        raise NoExtract(path) from mistake


def write(some: Sequence[Place], at: datetime) -> Counter[str]:
    """Write one batch."""
    by_name = {place.identifier: place for place in some}
    rows = VenueIdentifier.objects.filter(origin=ORIGIN, identifier__in=by_name).select_related("venue")
    known = {row.identifier: row for row in rows}
    new: list[VenueIdentifier] = []
    changed: list[VenueIdentifier] = []
    for name, place in by_name.items():
        row = known.get(name) or VenueIdentifier(
            venue=Venue(made_at=at, is_shared=True), origin=ORIGIN, identifier=name
        )
        digest = digest_of(place)
        if row.digest == digest or not tell_venue(row.venue, place):
            continue
        row.digest = digest
        (changed if row.pk else new).append(row)
    Venue.objects.bulk_create(row.venue for row in new)
    for row in new:
        row.venue_id = row.venue.pk
    VenueIdentifier.objects.bulk_create(new)
    Venue.objects.bulk_update([row.venue for row in changed], WRITTEN)
    VenueIdentifier.objects.bulk_update(changed, ["digest"])
    index(row.venue for row in (*new, *changed))
    return Counter(created=len(new), changed=len(changed), same=len(by_name) - len(new) - len(changed))


def tell_venue(venue: Venue, place: Place) -> bool:
    """What the file says of a venue; whether members find it, and whether it is a home, is for people to say. False for no name."""
    said = Described(
        name=place.name,
        latitude=place.point.lat,
        longitude=place.point.lon,
        category=place.category,
        is_shared=venue.is_shared,
        is_private=venue.is_private,
    )
    try:
        describe(venue, said)
    except NoName:
        return False
    venue.name_fr, venue.name_en, venue.street = place.name_fr, place.name_en, place.street
    venue.radius, venue.cell = place.radius, cell_of(venue.point)
    return True


def digest_of(place: Place) -> str:
    """The same while the file says the same, to a metre."""
    parts = (
        place.name,
        place.name_fr,
        place.name_en,
        place.category,
        place.street,
        f"{place.point.lat:.5f},{place.point.lon:.5f}",
        str(place.radius),
    )
    return blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()
