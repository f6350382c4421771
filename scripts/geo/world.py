"""Makes src/parvis/lib/geo/data/world.json.xz from the npm package world-atlas 2.0.2 (Natural Earth, 1:50 million).

Run it in a folder where `npm pack world-atlas@2.0.2` was unpacked: `uv run scripts/geo/world.py package/countries-50m.json`.
Countries get their ISO 3166 letters; all else stays what it is.
"""

import json
import lzma
import sys
from pathlib import Path
from typing import Any

from babel.core import get_global

DATA = Path(__file__).resolve().parents[2] / "src/parvis/lib/geo/data/world.json.xz"
WITHOUT_NUMBER = {
    "Somaliland": "SO",
    "Kosovo": "XK",
    "N. Cyprus": "CY",
    "Indian Ocean Ter.": "AU",
}
"""Lands that ISO 3166 gives no number, by where GeoNames puts their towns; the glacier of Siachen is left to nobody."""


def letters(geometry: dict[str, Any]) -> str | None:
    if "id" in geometry:
        return get_global("territory_aliases")[geometry["id"].zfill(3)][0]
    return WITHOUT_NUMBER.get(geometry["properties"]["name"])


def main() -> None:
    world = json.loads(Path(sys.argv[1]).read_text())
    countries: dict[str, list[list[list[int]]]] = {}
    for geometry in world["objects"]["countries"]["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        if letters(geometry):
            countries.setdefault(letters(geometry), []).extend(polygons)
    distilled = {
        "scale": world["transform"]["scale"],
        "translate": world["transform"]["translate"],
        "arcs": [[number for step in arc for number in step] for arc in world["arcs"]],
        "countries": countries,
        "land": [polygon for land in world["objects"]["land"]["geometries"] for polygon in land["arcs"]],
    }
    DATA.write_bytes(
        lzma.compress(json.dumps(distilled, separators=(",", ":")).encode(), preset=9 | lzma.PRESET_EXTREME)
    )
    print(len(countries), "countries,", DATA.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
