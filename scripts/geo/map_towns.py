"""Makes src/parvis/rooms/places/static/places/map-towns.json: the towns whose names the map may show, biggest first.

Those are the 2,000 biggest of all, and the biggest of each degree. Each is [latitude, longitude, name, English, French], the last
two only if they are others.
"""

import json
import sys
from itertools import count
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src")]

from parvis.lib.geo.earth import Box  # noqa: E402
from parvis.lib.geo.towns import biggest_in  # noqa: E402

DATA = ROOT / "src/parvis/rooms/places/static/places/map-towns.json"
ALWAYS = 2_000


def main() -> None:
    degrees: set[tuple[int, int]] = set()
    rows = []
    for place, town in zip(count(), biggest_in(Box(-90, -180, 90, 180), count=100_000), strict=False):
        degree = (int(town.point.lat + 90), int(town.point.lon + 180))
        if place >= ALWAYS and degree in degrees:
            continue
        degrees.add(degree)
        row = [
            town.point.lat,
            town.point.lon,
            town.local or town.name,
            town.name_in("en"),
            town.name_in("fr"),
        ]
        while len(row) > 3 and row[-1] == row[2]:
            row.pop()
        rows.append(json.dumps(row, ensure_ascii=False, separators=(",", ":")))
    DATA.write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")
    print(len(rows), "towns,", DATA.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
