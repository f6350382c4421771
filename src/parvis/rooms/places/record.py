"""One's own record: where one was, whoever else may know it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext
from icalendar import CLASS, TRANSP, Calendar, Event

from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Person

from .cards import country, town_name
from .knowing import known_to
from .models import Checkin, Venue, Whereabouts


@dataclass(frozen=True)
class Sums:
    """What a record comes to."""

    checkins: int
    venues: int
    towns: int
    countries: int
    days: int


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What somebody looks for in their record: words of the place or of what they wrote, and days, both included."""

    words: str = ""
    since: date | None = None
    until: date | None = None


def rows_of(person: Person, sought: Sought = Sought()) -> QuerySet[Whereabouts]:
    """A person's own check-ins, newest first; those that are looked for."""
    rows = Whereabouts.objects.of(person).filter(publication__deleted_at=None)
    for word in sought.words.split()[:6]:
        own_words = Q(publication__checkin__source__icontains=word)
        rows = rows.filter(Q(name__icontains=word) | own_words)
    if sought.since is not None:
        rows = rows.filter(day__gte=sought.since)
    if sought.until is not None:
        rows = rows.filter(day__lte=sought.until)
    return rows.select_related("venue__merged_into").order_by("-happened_at", "-pk")


def sums_of(person: Person) -> Sums:
    found = (
        rows_of(person)
        .order_by()
        .aggregate(
            checkins=Count("pk"),
            venues=Count(Coalesce("venue__merged_into", "venue"), distinct=True),
            towns=Count("venue__town", distinct=True),
            countries=Count("venue__country", distinct=True),
            days=Count("day", distinct=True),
        )
    )
    return Sums(**found)


def visited(person: Person, viewer: Viewer) -> QuerySet[Venue]:
    """The venues where a person was, as they stand now, whose pages they may open.

    One that somebody has made their home, or keeps to themselves, is not among them: where it is now is not this person's.
    """
    return known_to(viewer).filter(pk__in=standing_rows(person).values("standing"))


def times_at(person: Person) -> Mapping[int, int]:
    """How often a person was at each venue, by its number; what was done at one that was merged counts for the other."""
    return dict(standing_rows(person).values_list("standing").annotate(times=Count("pk")))


def standing_rows(person: Person) -> QuerySet[Any]:
    """A person's own check-ins at venues, with the venue that stands for it now as `standing`."""
    rows = Whereabouts.objects.of(person).filter(publication__deleted_at=None).exclude(venue=None)
    return rows.annotate(standing=Coalesce("venue__merged_into", "venue"))


def plain_rows(person: Person, viewer: Viewer, site: str = "") -> Iterator[Mapping[str, Any]]:
    """A person's check-ins, oldest first, as plain values; read a part at a time. `site` begins the addresses of their pages.

    Of a venue whose page they may not open (any more), such as somebody's home, they have the name that it had then.
    """
    words = dict(
        Checkin.objects.unguarded("one's own words")
        .filter(person=person)
        .exclude(source="")
        .values_list("publication_id", "source")
    )
    known = set(visited(person, viewer).values_list("pk", flat=True))
    rows = rows_of(person).order_by("happened_at", "pk").select_related("publication")
    for row in rows.iterator(chunk_size=500):
        venue = row.venue.standing() if row.venue is not None else None
        venue = venue if venue is not None and venue.pk in known else None
        yield {
            "id": row.publication.public_id,
            "at": row.happened_at.astimezone(UTC).isoformat(),
            "place": row.name or (venue.name if venue is not None else ""),
            "venue": venue.public_id if venue is not None else None,
            "latitude": venue.latitude if venue is not None else None,
            "longitude": venue.longitude if venue is not None else None,
            "zone": venue.zone if venue is not None else person.zone,
            "mode": row.mode,
            "off_grid": row.is_off_grid,
            "words": words.get(row.publication_id, ""),
            "address": address_of(venue) if venue is not None else "",
            "url": site + reverse("places:checkin", args=[row.publication.public_id]),
        }


def address_of(venue: Venue) -> str:
    """The street, the town and the country of a venue, as far as they are known."""
    return ", ".join(filter(None, [venue.street, town_name(venue.town), country(venue.country)]))


def as_json(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """One line a check-in (JSON Lines)."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"


def as_geojson(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Points with what is known of each (RFC 7946); what has no place has no geometry."""
    yield '{"type": "FeatureCollection", "features": [\n'
    between = ""
    for row in rows:
        has_point = row["latitude"] is not None
        point = {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]} if has_point else None
        about = {key: value for key, value in row.items() if key not in {"latitude", "longitude"}}
        yield between + json.dumps(
            {"type": "Feature", "id": row["id"], "geometry": point, "properties": about}, ensure_ascii=False
        )
        between = ",\n"
    yield "\n]}\n"


def as_gpx(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Way points in the order of time (GPX 1.1); what has no place is left out, for the format has no room for it."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<gpx version="1.1" creator="Parvis" xmlns="http://www.topografix.com/GPX/1/1">\n'
    for row in rows:
        if row["latitude"] is None:
            continue
        time = datetime.fromisoformat(row["at"]).strftime("%Y-%m-%dT%H:%M:%SZ")
        yield (
            f'<wpt lat="{row["latitude"]}" lon="{row["longitude"]}"><time>{time}</time>'
            f"<name>{in_xml(row['place'])}</name><desc>{in_xml(row['words'])}</desc></wpt>\n"
        )
    yield "</gpx>\n"


def as_ics(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """An event a check-in (RFC 5545): a moment that fills no time, under a name that stays the same."""
    calendar = Calendar.new(name=gettext("Where I was"), prodid="-//Parvis//Places//EN")
    del calendar["UID"]
    head, mark, end = calendar.to_ical().decode().rpartition("END:VCALENDAR")
    yield head
    for row in rows:
        at, has_place = datetime.fromisoformat(row["at"]), row["latitude"] is not None
        event = Event.new(
            uid=f"{row['id']}@places.parvis",
            start=at,
            stamp=at,
            summary=readable(row["place"]) or gettext("somewhere"),
            location=readable(", ".join(filter(None, [row["place"], row["address"]]))) if has_place else None,
            description=readable(row["words"]) or None,
            url=row["url"],
            classification=CLASS.PRIVATE,
            transparency=TRANSP.TRANSPARENT,
        )
        if has_place:
            event.add("geo", (row["latitude"], row["longitude"]))
        yield event.to_ical().decode()
    yield mark + end


def in_xml(text: str) -> str:
    """Text as XML 1.0 may hold it."""
    return escape(readable(text))


def readable(text: str) -> str:
    """Text without control characters."""
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n")


def months_of(rows: Iterable[Whereabouts]) -> list[tuple[date, list[Whereabouts]]]:
    """Check-ins under the months in which they were made, in the order given."""
    found: dict[date, list[Whereabouts]] = {}
    for row in rows:
        found.setdefault(row.day.replace(day=1), []).append(row)
    return list(found.items())


def on_its_clock(row: Whereabouts, person: Person) -> datetime:
    """The time that the clock showed there."""
    return row.happened_at.astimezone(ZoneInfo(row.venue.zone if row.venue is not None else person.zone))
