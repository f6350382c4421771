"""A million venues over the whole earth, the same each time: most of them in towns, some at the poles and at ±180°."""

import os
import random
from collections.abc import Iterator, Sequence

from parvis.core.people.models import Person
from parvis.lib.geo.cells import cell_of
from parvis.lib.geo.earth import Box, Point, normal_longitude
from parvis.lib.geo.towns import biggest_in
from parvis.rooms.places.models import Venue

KINDS = (
    "Café",
    "Bar",
    "Boulangerie",
    "Librairie",
    "Théâtre",
    "Musée",
    "Gare",
    "Parc",
    "Église",
    "Museum",
    "Pub",
)
OF = (
    "de la Place",
    "du Marché",
    "des Tilleuls",
    "de l’Étoile",
    "du Lac",
    "Saint-Jean",
    "of the Bridge",
    "d’Œuf",
    "Łódź",
)
IN_TOWN = 0.02
"""Degrees: about two kilometres round the middle."""
AT_ONCE = 5_000


def venues_wanted() -> int:
    """How many; fewer than the usual million only to try a bench out."""
    return int(os.environ.get("BENCH_VENUES", "1000000"))


def fill(count: int, at: object) -> Person:
    """Put the venues in, for everyone to find; gives a member who looks for them."""
    person = Person.objects.create(name="Bench", role="member", language="fr", zone="UTC", joined_at=at)
    rows: list[Venue] = []
    for number, point in enumerate(points(count)):
        rows.append(venue(number, point, at))
        if len(rows) == AT_ONCE:
            Venue.objects.bulk_create(rows)
            rows = []
    Venue.objects.bulk_create(rows)
    return person


def venue(number: int, point: Point, at: object) -> Venue:
    r = random.Random(number)
    name = f"{r.choice(KINDS)} {r.choice(OF)} {rare(number)}"
    return Venue(
        name=name,
        latitude=point.lat,
        longitude=point.lon,
        cell=cell_of(point),
        zone="UTC",
        is_shared=True,
        made_at=at,
    )


def rare(number: int) -> str:
    """A word of its own."""
    letters = "bcdfglmnprstv"
    return "".join(letters[number // 13**power % 13] + "aeiou"[number // 5**power % 5] for power in range(4))


def points(count: int) -> Iterator[Point]:
    """Where they stand."""
    r = random.Random(11)
    for index in range(count):
        yield edge(r) if index % 500 == 0 else in_town(r, towns())


def towns() -> Sequence[Point]:
    if not TOWNS:
        TOWNS.extend(town.point for town in biggest_in(WORLD, count=20_000))
    return TOWNS


WORLD = Box(south=-90, west=-180, north=90, east=179.999999)
TOWNS: list[Point] = []


def in_town(r: random.Random, around: Sequence[Point]) -> Point:
    """Where people live: a large town oftener than a small one."""
    middle = around[int(len(around) * r.random() ** 3)]
    lat = max(-90.0, min(90.0, middle.lat + r.gauss(0, IN_TOWN)))
    return Point(round(lat, 5), normal_longitude(round(middle.lon + r.gauss(0, IN_TOWN), 5)))


def edge(r: random.Random) -> Point:
    """Where reckoning goes wrong first."""
    lat = r.choice([90.0, -90.0, 89.999, -89.999, r.uniform(-80, 80)])
    return Point(lat, normal_longitude(r.choice([180.0, 179.9999, -179.9999, r.uniform(-180, 180)])))


def asked_from(count: int) -> Sequence[Point]:
    """Where somebody stands who looks round."""
    r = random.Random(12)
    return [in_town(r, towns()) for _one in range(count)]


def edges(count: int) -> Sequence[Point]:
    """Where the exactness is tried besides."""
    r = random.Random(13)
    fixed = [Point(90, 0), Point(-90, 12), Point(0, -180), Point(12, 179.9999), Point(-17.5, 179.99)]
    return [*fixed, *(edge(r) for _one in range(count))]
