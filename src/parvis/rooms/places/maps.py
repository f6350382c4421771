"""The maps of the pages: they show what a page says in words anyway, as exactly as it says it, and nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from parvis.core.stream.cards import Card
from parvis.lib.geo.earth import Point
from parvis.lib.geo.minimap import mini_map
from parvis.lib.geo.precision import Precision, Snapped, as_kept, snapped
from parvis.lib.geo.towns import town
from parvis.lib.geo.world import disc_round

from .cards import CheckinCard, country, town_name
from .finding import Found
from .models import Precise, Venue
from .streets import may_ask_openstreetmap, told_streets
from .templatetags.places import metres

MOST_NAMED = 3
"""How many places the name of a map says; the rest is counted."""

MOST_TOWNS = 100
"""Of all the towns where somebody was, so many are drawn without a script."""


CARRIED = 280, 140
"""Pixels."""


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A place on a map, as exactly as its reader may know it, and where touching it leads.

    `about` stands beneath the name. `path` is a page, `venue` what the form round the map sends when it is pressed.
    """

    place: Snapped
    name: str
    where: str = ""
    about: str = ""
    path: str = ""
    venue: str = ""

    @property
    def words(self) -> str:
        """The place with its town and its country."""
        return ", ".join(filter(None, [self.name, self.where]))

    def feature(self) -> Mapping[str, object]:
        """As GeoJSON (RFC 7946), with no more decimals than its precision allows; `radius` in metres, of what is no point."""
        told = {"name": self.name, "about": self.about, "url": self.path, "venue": self.venue}
        at, radius = [float(self.place.lon_text), float(self.place.lat_text)], self.place.radius_m
        # A disc round its largest town would say more of a large country than was told.
        disc = disc_round(self.place.country) if self.place.precision is Precision.COUNTRY else None
        if disc is not None:
            at, radius = [disc[0].lon, disc[0].lat], disc[1]
        return {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": at},
            "properties": {key: value for key, value in [*told.items(), ("radius", round(radius))] if value},
        }


@dataclass(frozen=True, kw_only=True)
class PlacesMap:
    """A map of a page: drawn, for pages without a script, and what a script needs to draw it better.

    Its points come along, or are asked for at `url`. `is_near`: it begins and ends closer than others. `streets` says where
    those of the owner's file are (JSON); `may_ask`, that the reader may have those of openstreetmap.org.
    """

    label: str
    picture: SafeString
    points: Mapping[str, object] | None = None
    url: str = ""
    is_near: bool = False
    streets: str = field(default_factory=told_streets)
    may_ask: bool = field(default_factory=may_ask_openstreetmap)


def map_of(spots: Sequence[Spot], *, label: str = "", is_near: bool = False) -> PlacesMap | None:
    """The map that shows these; None of none."""
    if not spots:
        return None
    label = label or name_of(spots)
    picture = drawn([spot.place for spot in spots], label)
    return PlacesMap(label=label, picture=picture, points=collection(spots), is_near=is_near)


def drawn(places: Iterable[Snapped], label: str, **how: Any) -> SafeString:
    """The small map, in the language of the page; `how` as `mini_map` takes it."""
    language = get_language() or "en"
    # `mini_map` escapes what people wrote: the label, and the names of towns.
    return mark_safe(mini_map(list(dict.fromkeys(places)), label=label, language=language, **how))


def drawn_to_carry(said: CheckinCard) -> SafeString:
    """The map of a check-in in a mail or a feed, which asks nobody for anything; empty of somewhere."""
    place = place_of(said)
    if place is None:
        return SafeString("")
    label = name_of([Spot(place=place, name=said.place, where=said.about)])
    return drawn([place], label, width=CARRIED[0], height=CARRIED[1], is_bare=True)


def collection(spots: Iterable[Spot]) -> Mapping[str, object]:
    """Spots as GeoJSON."""
    return {"type": "FeatureCollection", "features": [spot.feature() for spot in spots]}


def name_of(spots: Sequence[Spot]) -> str:
    """What is on a map, in words, for those who do not see it."""
    names = list(dict.fromkeys(spot.name for spot in spots))
    more = len(names) - MOST_NAMED
    if more <= 0:
        said = spots[0].words if len(names) == 1 else ", ".join(names)
        return _("Map: %(places)s") % {"places": said}
    words = ngettext(
        "Map: %(places)s, and %(count)d more place", "Map: %(places)s, and %(count)d more places", more
    )
    return words % {"places": ", ".join(names[:MOST_NAMED]), "count": more}


def spots_of(cards: Iterable[Card]) -> list[Spot]:
    """Where the check-ins of a page are, a spot for each place they name, with the people who were there."""
    spots: dict[tuple[Snapped, str, str], Spot] = {}
    people: dict[tuple[Snapped, str, str], dict[str, None]] = {}
    for card in cards:
        said = card.detail
        place = place_of(said) if isinstance(said, CheckinCard) else None
        if place is None or not isinstance(said, CheckinCard):
            continue
        key, path = (place, said.place, said.venue_path), said.venue_path or card.path
        spots.setdefault(key, Spot(place=place, name=said.place, where=said.about, path=path))
        people.setdefault(key, {})[card.publication.author.name] = None
    return [replace(spot, about=", ".join(people[key])) for key, spot in spots.items()]


def place_of(said: CheckinCard) -> Snapped | None:
    """Where a check-in says it was, as precisely as it says; None of somewhere."""
    if said.latitude is None or said.longitude is None or said.precision == Precise.NOWHERE:
        return None
    point = Point(said.latitude, said.longitude)
    return as_kept(point, Precision(said.precision), country=said.country_code, town=said.town)


def spot_of(venue: Venue, *, about: str = "", path: str = "", pressed: bool = False) -> Spot:
    """A venue that its reader knows, where it is; `pressed`: touching it sends the form round the map."""
    where = ", ".join(filter(None, [town_name(venue.town), country(venue.country)]))
    place = as_kept(venue.point, Precision.VENUE, country=venue.country, town=venue.town)
    value = venue.public_id if pressed else ""
    return Spot(place=place, name=venue.name, where=where, about=about, path=path, venue=value)


def map_to_choose(found: Iterable[Found], fix: Point | None) -> PlacesMap | None:
    """The venues that are offered, each with its button, and where the phone believes to be."""
    spots = [
        spot_of(one.venue, about=metres(one.metres) if one.metres is not None else "", pressed=True)
        for one in found
    ]
    if not spots:
        return None
    label = name_of(spots)
    if fix is not None:
        spots.append(Spot(place=snapped(fix, Precision.VENUE), name=_("You, as your phone says")))
    return map_of(spots, label=label, is_near=True)


def map_to_pick(point: Point | None) -> PlacesMap:
    """A map on which a script lets one choose a point; without one, where it is now, if that is known."""
    picture = (
        drawn([snapped(point, Precision.VENUE)], _("Map: where the place is")) if point is not None else ""
    )
    label = _("Map: choose where the place is")
    return PlacesMap(label=label, picture=SafeString(picture), points=collection([]), is_near=True)


def map_of_towns(venues: QuerySet[Venue], url: str) -> PlacesMap | None:
    """The towns of many venues, drawn; the venues themselves are asked for at `url`. None of none."""
    counted = venues.exclude(town=None).values_list("town").annotate(count=Count("pk"))
    towns = [found for number, _count in counted.order_by("-count", "town") if (found := town(number))]
    if not towns:
        return None
    words = ngettext(
        "Map: your places, in %(count)d town", "Map: your places, in %(count)d towns", len(towns)
    )
    label = words % {"count": len(towns)}
    places = [snapped(one.point, Precision.TOWN) for one in towns[:MOST_TOWNS]]
    return PlacesMap(label=label, picture=drawn(places, label), url=url)
