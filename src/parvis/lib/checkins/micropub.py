"""Check-ins as programs post them live (Micropub, W3C Recommendation of 2017; microformats2 as JSON, or the fields of a form).

OwnYourSwarm sends them in this shape. Nothing that they name is fetched here.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from parvis.lib.geo.earth import BadPoint, Point
from parvis.lib.markup import plain

from .moments import BadMoment, moment, offset_of
from .points import point, point_in_words
from .records import LONGEST_ADDRESS, LONGEST_CAPTION, LONGEST_WORDS, Photo, Visit, content_id, line, text
from .swarm import ORIGIN as SWARM

ORIGIN = "micropub"
LONGEST_ID = 120
MOST_PHOTOS = 50
CHECKIN = re.compile(
    r"https?://(?:[a-z]+\.)?(?:swarmapp|foursquare)\.com/(?:user/)?[\w.-]+/checkin/([0-9a-z]{6,60})(?:[/?#].*)?"
)
VENUE = re.compile(r"https?://(?:[a-z]+\.)?foursquare\.com/v/(?:[^/?#]+/)?([0-9a-z]{6,60})(?:[/?#].*)?")
IN_BRACKETS = re.compile(r"([\w-]+)\[([\w-]+)\](?:\[\])?")
OF_THE_FORM = frozenset({"h", "access_token", "action", "url", "q"})


class NoCheckin(ValueError):
    """What was posted is no check-in; the text says why, to whoever wrote the program."""


def entry_of_form(fields: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The fields of a form as the same entry would be written in JSON: `name`, `name[]`, and `checkin[name]` for what is in it."""
    kind = "entry"
    properties: dict[str, list[Any]] = {}
    inside: dict[str, dict[str, list[str]]] = {}
    for name, value in fields:
        if name == "h":
            kind = value
        elif name in OF_THE_FORM or name.startswith("mp-"):
            continue
        elif found := IN_BRACKETS.fullmatch(name):
            inside.setdefault(found[1], {}).setdefault(found[2], []).append(value)
        else:
            properties.setdefault(name.removesuffix("[]"), []).append(value)
    for name, parts in inside.items():
        properties.setdefault(name, []).append({"type": ["h-card"], "properties": parts})
    return {"type": [f"h-{kind}"], "properties": properties}


def visit_of(entry: Mapping[str, Any], at: datetime) -> Visit:
    """The check-in that an entry is; `at` is when it was, if it does not say so. Raises NoCheckin."""
    properties = entry.get("properties")
    if entry.get("type") != ["h-entry"] or not isinstance(properties, dict):
        raise NoCheckin("an h-entry with properties is expected")
    checkin, where = first(properties, "checkin"), first(properties, "location")
    if checkin is None:
        raise NoCheckin("the property checkin is missing: only check-ins are taken here")
    said = first(properties, "published")
    try:
        happened = moment(said) if said is not None else at
    except BadMoment as mistake:
        raise NoCheckin("the property published is no moment") from mistake
    card = inner(checkin)
    urls = [checkin] if isinstance(checkin, str) else values(card, "url")
    venue = next((found[1] for url in urls if isinstance(url, str) and (found := VENUE.fullmatch(url))), "")
    name = line(first(card, "name"))
    spot = place_in(checkin) or place_in(where)
    if not name and spot is None:
        raise NoCheckin("the check-in has neither a name nor a latitude and a longitude")
    origin, number = named(properties, happened, name, venue)
    words = words_of(first(properties, "content"))
    return Visit(
        origin=origin,
        external_id=number,
        at=happened,
        offset=offset_of(said),
        place=name,
        venue_id=venue if origin == SWARM else "",
        point=spot,
        street=line(first(card, "street-address")),
        town=line(first(card, "locality")),
        words=words,
        is_private=bool({"private", "protected"} & set(map(str, values(properties, "visibility")))),
        is_by_others=first(properties, "checked-in-by") is not None,
        companions=tuple(
            line(first(inner(one), "name"))
            for one in values(properties, "category")[:50]
            if isinstance(one, dict)
        ),
        photos=photos_of(properties),
    )


def named(properties: Mapping[str, Any], at: datetime, name: str, venue: str) -> tuple[str, str]:
    """Where an entry comes from and what it is called there: a check-in of Swarm by its own number, as in its export."""
    urls = [url for url in values(properties, "syndication") if isinstance(url, str)]
    for url in urls:
        if found := CHECKIN.fullmatch(url):
            return SWARM, found[1]
    if urls:
        return ORIGIN, urls[0] if len(urls[0]) <= LONGEST_ID else content_id(urls[0])
    return ORIGIN, content_id(at.isoformat(), name, venue)


def words_of(content: object) -> str:
    """What was written, as plain words; HTML loses its marks."""
    if isinstance(content, dict):
        value = content.get("value")
        content = value if isinstance(value, str) else plain(str(content.get("html", ""))[:LONGEST_WORDS])
    return text(content, LONGEST_WORDS)


def place_in(thing: object) -> Point | None:
    """Where a card or an address is, or `geo:46.5,6.6`; None where it does not say. Raises NoCheckin for what is nowhere."""
    if isinstance(thing, str):
        return point_of_uri(thing) if thing.startswith("geo:") else None
    card = inner(thing)
    lat, lon = first(card, "latitude"), first(card, "longitude")
    if lat is None and lon is None:
        return None
    try:
        return point(lat, lon)
    except BadPoint as mistake:
        raise NoCheckin("its latitude and longitude are no place on the earth") from mistake


def point_of_uri(uri: str) -> Point:
    """Where a geo URI points (RFC 5870). Raises NoCheckin."""
    try:
        return point_in_words(uri)
    except BadPoint as mistake:
        raise NoCheckin("this geo URI is no place on the earth") from mistake


def photos_of(properties: Mapping[str, Any]) -> tuple[Photo, ...]:
    """The pictures that properties name, in their order (microformats2: an address, or `{"value": …, "alt": …}`)."""
    return tuple(photo_of(one) for one in values(properties, "photo")[:MOST_PHOTOS])


def photo_of(photo: object) -> Photo:
    """The address of a picture, whole or none at all, and what it shows."""
    named, shows = (photo.get("value"), photo.get("alt")) if isinstance(photo, dict) else (photo, None)
    address = line(named, LONGEST_ADDRESS + 1) if isinstance(named, str) else ""
    return Photo(address if len(address) <= LONGEST_ADDRESS else "", line(shows, LONGEST_CAPTION))


def inner(thing: object) -> Mapping[str, Any]:
    """The properties of what stands inside another."""
    found = thing.get("properties") if isinstance(thing, dict) else None
    return found if isinstance(found, dict) else {}


def values(properties: Mapping[str, Any], name: str) -> list[Any]:
    """All values of a property; one that stands without its list is taken too."""
    found = properties.get(name)
    return found if isinstance(found, list) else [] if found is None else [found]


def first(properties: Mapping[str, Any], name: str) -> Any:
    """The first value of a property; None for none."""
    return next(iter(values(properties, name)), None)
