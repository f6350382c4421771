"""Who is near: what a person's connections have told them today, no more exactly than each allows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from parvis.core.audiences.models import Group, GroupKind
from parvis.core.audiences.rule import Viewer, moment
from parvis.core.people.models import Person
from parvis.lib.geo.earth import Point, distance

from .cards import country, town_name
from .models import Checkin, Mode, Precise, Presence, Whereabouts

TODAY = timedelta(hours=24)
IN_THE_SAME_PART = 1
"""The rank of those who are in the same part of town; those who are nearer have a smaller one."""
STEPS, QUARTER = 300, 3_000
"""Metres within which somebody is two steps away, and in the same part of town."""
COARSER = [Precise.VENUE, Precise.QUARTER, Precise.TOWN, Precise.COUNTRY, Precise.NOWHERE]


@dataclass(frozen=True)
class Near:
    """Somebody who has said today where they are, and what of it is told here."""

    person: Person
    words: str
    publication: int
    public_id: str
    rank: float


def near_now(me: Person, viewer: Viewer, *, only: Person | None = None) -> Sequence[Near]:
    """The connections of a person who said today where they are, the nearest first; or one of them alone."""
    at = moment(viewer.at)
    rows = latest(me, viewer, at, only)
    wishes = precisions(row.person_id for row in rows)
    here = own_place(me, at)
    found = [of(row, wishes.get(row.person_id, Precise.VENUE), here) for row in rows]
    return sorted((one for one in found if one is not None), key=lambda one: (one.rank, one.person.name))


def connected_to(me: Person) -> QuerySet[Person]:
    """The people who agreed to see this one."""
    mine = Group.objects.filter(kind=GroupKind.CONNECTIONS, owner=me)
    found: QuerySet[Person] = Person.objects.active().filter(memberships__group__in=mine)
    return found


def latest(me: Person, viewer: Viewer, at: datetime, only: Person | None) -> Sequence[Checkin]:
    """The last check-in of each connection that this viewer may see, of the last day, made where they were."""
    rows = Checkin.objects.visible_to(viewer).filter(
        person__in=connected_to(me), happened_at__gt=at - TODAY, mode=Mode.HERE
    )
    rows = rows.filter(publication__ord__lte=viewer.at, publication__deleted_at=None)
    if only is not None:
        rows = rows.filter(person=only)
    last: dict[int, Checkin] = {}
    for row in rows.select_related("person", "publication").order_by("-happened_at", "-pk"):
        last.setdefault(row.person_id, row)
    return list(last.values())


def precisions(people: Iterable[int]) -> Mapping[int, str]:
    """How precisely each of these wants to be met; whoever said nothing is not in it."""
    return dict(Presence.objects.filter(person__in=list(people)).values_list("person_id", "precision"))


def own_place(me: Person, at: datetime) -> Point | None:
    """Where one was last today, as one said oneself; nobody else learns it."""
    rows = Whereabouts.objects.of(me).filter(happened_at__gt=at - TODAY, mode=Mode.HERE)
    last = rows.exclude(venue=None).select_related("venue__merged_into").order_by("-happened_at").first()
    return last.venue.standing().point if last is not None and last.venue is not None else None


def of(row: Checkin, wish: str, here: Point | None) -> Near | None:
    """What is told of one check-in: as coarse as it is itself, or as its author wants to be met; None for nothing."""
    precision = coarser(row.precision, wish)
    if precision == Precise.NOWHERE or row.latitude is None or row.longitude is None:
        return None
    away = distance(here, Point(row.latitude, row.longitude)) if here is not None else None
    words, rank = said(row, precision, away)
    if not words:
        return None
    return Near(row.person, words, row.publication_id, row.publication.public_id, rank)


def coarser(one: str, other: str) -> Precise:
    """The one that says less."""
    return max(Precise(one), Precise(other), key=COARSER.index)


def said(row: Checkin, precision: Precise, away: float | None) -> tuple[str, float]:
    """How near, in words, and for the order."""
    place, town = row.name, town_name(row.town)
    if precision == Precise.VENUE and away is not None and away <= STEPS:
        return _("two steps away: %(place)s") % {"place": place}, 0
    if precision in {Precise.VENUE, Precise.QUARTER} and away is not None and away <= QUARTER:
        return _("in the same part of town"), IN_THE_SAME_PART
    if precision == Precise.VENUE and place:
        return _("%(place)s, %(town)s") % {"place": place, "town": town} if town else place, 2
    if precision != Precise.COUNTRY and town:
        return _("in %(town)s today") % {"town": town}, 3
    return (_("in %(country)s today") % {"country": country(row.country)}, 4) if row.country else ("", 5)
