"""Venues: made, corrected, shown to the members or kept to oneself."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Person
from parvis.lib.geo.categories import category as category_called
from parvis.lib.geo.earth import BadPoint, Point
from parvis.lib.geo.precision import Precision, snapped
from parvis.lib.geo.zones import zone_of
from parvis.lib.refusal import Refusal
from parvis.lib.text.search import fold

from ..models import Checkin, Precise, Venue
from ..naming import index
from .attending import stand_anew
from .merging import is_as_open, part
from .playing import play_anew

LONGEST = 200
MOST_TAGS, LONGEST_TAG = 10, 30
NO_TAG = re.compile(r"[^\w’'-]|_")


class NoName(Refusal):
    def __init__(self) -> None:
        super().__init__(_("The place has no name yet. Write what people call it."))


class NotOnEarth(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("There is no such point on the map. Latitude goes from -90 to 90, longitude from -180 to 180.")
        )


@dataclass(frozen=True, kw_only=True)
class Described:
    """What a person says of a venue: degrees (WGS 84), a category by its key, and whether members may find it.

    `tags` are words of their own choice; without `has_mayor` nobody is its mayor.
    """

    name: str
    latitude: float
    longitude: float
    category: str = ""
    is_shared: bool = False
    is_private: bool = False
    name_fr: str = ""
    name_en: str = ""
    tags: Sequence[str] = ()
    has_mayor: bool = True


@transaction.atomic
def make_venue(*, by: Person, said: Described, at: datetime) -> Venue:
    """A new venue. What is somebody's home by its nature is private. Raises NoName, NotOnEarth."""
    venue = Venue(made_by=by, made_at=at)
    describe(venue, said)
    venue.save()
    index([venue])
    return venue


@transaction.atomic
def correct_venue(*, venue: Venue, said: Described) -> Venue:
    """Another name, another point, another category; whether members find it. Raises NoName, NotOnEarth."""
    was_private, was_played = venue.is_private, what_the_game_knows(venue)
    describe(venue, said)
    venue.save()
    index([venue])
    if venue.is_private and not was_private:
        take_point_back(venue)
    for one in Venue.objects.filter(leads_to=venue):
        if not is_as_open(one, venue):
            part(one)
    if what_the_game_knows(venue) != was_played:
        play_anew(Venue.objects.one_with(venue))
        stand_anew(venue)
    return venue


def what_the_game_knows(venue: Venue) -> object:
    """What of a venue may bring points, badges and titles."""
    place = (venue.latitude, venue.longitude, venue.zone, venue.town, venue.country)
    return (place, venue.category, venue.tags, venue.is_private, venue.has_mayor)


def described(venue: Venue) -> Described:
    """What is said of a venue now."""
    return Described(
        name=venue.name,
        latitude=venue.latitude,
        longitude=venue.longitude,
        category=venue.category,
        is_shared=venue.is_shared,
        is_private=venue.is_private,
        name_fr=venue.name_fr,
        name_en=venue.name_en,
        tags=tuple(venue.tags),
        has_mayor=venue.has_mayor,
    )


def take_point_back(venue: Venue) -> None:
    """What was said of a place that is somebody's home says no more than the town from now on."""
    rows = Checkin.objects.unguarded("they are to say less").filter(venue=venue)
    rows.update(venue=None, **coarse(venue, Precise.TOWN))


def coarse(venue: Venue, precision: Precise) -> dict[str, Any]:
    """Where a venue is, as coarse as this; what a check-in says then."""
    place = snapped(venue.point, Precision(precision))
    return {
        "precision": precision,
        "latitude": place.point.lat,
        "longitude": place.point.lon,
        "town": place.town,
        "country": place.country,
    }


def describe(venue: Venue, said: Described) -> None:
    """What a venue is and where; the clock, the country and the town follow from where it is."""
    try:
        point = Point(said.latitude, said.longitude)
    except BadPoint:
        raise NotOnEarth from None
    venue.name = " ".join(said.name.split())[:LONGEST]
    if not venue.name:
        raise NoName
    venue.name_fr, venue.name_en = other_name(said.name_fr, venue), other_name(said.name_en, venue)
    venue.tags, venue.has_mayor = tags_of(said.tags), said.has_mayor
    place = snapped(point, Precision.VENUE)
    venue.latitude, venue.longitude = place.point.lat, place.point.lon
    venue.zone = zone_of(point)
    venue.town, venue.country = place.town, place.country
    kind = category_called(said.category) if said.category else None
    venue.category = kind.key if kind is not None else ""
    venue.is_private = said.is_private or (kind is not None and kind.is_private_by_nature)
    venue.is_shared = said.is_shared and not venue.is_private


def other_name(name: str, venue: Venue) -> str:
    """A name in one language; nothing when it is the one at the door."""
    name = " ".join(name.split())[:LONGEST]
    return name if name != venue.name else ""


def tags_of(words: Sequence[str]) -> list[str]:
    """Tags as they are kept: small letters, one space between words, none twice, whatever its accents; ten at most."""
    found: dict[str, str] = {}
    for word in words:
        tag = " ".join(NO_TAG.sub(" ", unicodedata.normalize("NFC", word).lower()).split())[
            :LONGEST_TAG
        ].strip()
        if tag:
            found.setdefault(fold(tag), tag)
    return list(found.values())[:MOST_TAGS]
