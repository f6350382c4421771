"""Which venues are offered to somebody: their own history first, then what is near, or what is so called."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Max
from django.db.models.functions import Coalesce

from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Person
from parvis.lib.geo.cells import nearest
from parvis.lib.geo.earth import Point, distance
from parvis.lib.text.search import fold

from . import naming
from .models import Venue, Whereabouts

SHOWN = 30
OWN = 8
LOOKED_THROUGH = 300
"""Venues so called that are ranked; of a name that more of them have, one's own and those near by are not missed."""
OWN_LOOKED_THROUGH, NEAR_LOOKED_THROUGH = 200, 60
RANKED = ("pk", "name", "latitude", "longitude")
TAGGED_LOOKED_THROUGH = 300
FAR = 20_000
"""Metres: what is farther is not near."""

# The columns of the index `venue_near`, so that the table itself is not read; one branch for each stretch of cells.
SHARED = """SELECT id, latitude, longitude FROM places_venue
WHERE is_shared AND merged_into_id IS NULL AND NOT (state = 'hidden') AND cell BETWEEN {first} AND {last}"""
OWNED = """SELECT id, latitude, longitude FROM places_venue
WHERE made_by_id = {person} AND NOT is_shared AND merged_into_id IS NULL AND NOT (state = 'hidden')
AND cell BETWEEN {first} AND {last}"""


@dataclass(frozen=True)
class Found:
    """A venue that is offered, and how far it is, in metres; None when nobody knows from where."""

    venue: Venue
    metres: float | None


def near(viewer: Viewer, point: Point, *, count: int = SHOWN) -> Sequence[Found]:
    """The venues nearest to a point, exactly, among those that this viewer is offered."""

    def fetch(ranges: Sequence[tuple[int, int]]) -> Iterable[tuple[int, float, float]]:
        branches = []
        for first, last in ranges:
            if viewer.is_member:
                branches.append(SHARED.format(first=int(first), last=int(last)))
            branches.append(OWNED.format(person=int(viewer.person_id or 0), first=int(first), last=int(last)))
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(branches))
            return [(int(pk), float(lat), float(lon)) for pk, lat, lon in cursor.fetchall()]

    found = nearest(fetch, point, count=count, most_m=FAR)
    venues = Venue.objects.in_bulk([one.id for one in found])
    return [Found(venues[one.id], one.metres) for one in found if one.id in venues]


def own(person: Person, *, count: int = OWN) -> Sequence[Found]:
    """Where this person goes most, and last; what was merged counts as where it leads."""
    rows = Whereabouts.objects.of(person).exclude(venue=None)
    standing = rows.values(standing=Coalesce("venue__merged_into", "venue"))
    counted = standing.annotate(times=Count("pk"), last=Max("happened_at"))
    numbers = [row["standing"] for row in counted.order_by("-times", "-last")[:count]]
    venues = Venue.objects.standing().in_bulk(numbers)
    return [Found(venues[number], None) for number in numbers if number in venues]


def tags_used(viewer: Viewer, *, count: int = SHOWN) -> Sequence[str]:
    """The tags that stand most often at the venues tagged last that this viewer is offered."""
    rows = Venue.objects.found_by(viewer).exclude(tags=[]).order_by("-pk")
    counted = Counter(
        tag for tags in rows.values_list("tags", flat=True)[:TAGGED_LOOKED_THROUGH] for tag in tags
    )
    return sorted(tag for tag, _times in counted.most_common(count))


def called(
    viewer: Viewer, words: str, *, me: Person | None = None, point: Point | None = None, count: int = SHOWN
) -> Sequence[Found]:
    """Venues whose names or tags hold all these words, the last as far as it was typed.

    Where `me` often is comes first, then what is near the point, then the rest by name.
    """
    query = naming.asked(words)
    numbers = naming.found(query, viewer, LOOKED_THROUGH)
    offered = Venue.objects.found_by(viewer).filter(pk__in=numbers)
    places = {pk: (name, Point(lat, lon)) for pk, name, lat, lon in offered.values_list(*RANKED)}
    mine = [one.venue for one in own(me, count=OWN_LOOKED_THROUGH)] if me is not None and query else []
    first = [venue.pk for venue in mine if query.finds(naming.words_of(venue))]
    places |= {venue.pk: (venue.name, venue.point) for venue in mine if venue.pk in first}
    if len(numbers) == LOOKED_THROUGH and point is not None:
        around = [one.venue for one in near(viewer, point, count=NEAR_LOOKED_THROUGH)]
        so_called = [venue for venue in around if query.finds(naming.words_of(venue))]
        places |= {venue.pk: (venue.name, venue.point) for venue in so_called}
    away = {pk: distance(point, place) for pk, (_name, place) in places.items()} if point is not None else {}
    order = away if point is not None else {pk: fold(name) for pk, (name, _place) in places.items()}
    rest = sorted(places.keys() - set(first), key=lambda pk: (order[pk], pk))
    chosen = [*first, *rest][:count]
    venues = Venue.objects.in_bulk(chosen)
    return [Found(venues[pk], away.get(pk)) for pk in chosen if pk in venues]
