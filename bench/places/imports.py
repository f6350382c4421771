"""Check-ins brought from elsewhere by the command, on each database: an export of Swarm, and a long record of Google.

The seconds are those of the whole command, its start and the badges at its end too. Both files are made here, the same
each time: years of somebody who goes where they often go, and now and then somewhere new, in towns of the world.
"""

import json
import os
import random
import subprocess
import time
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.databases import environment, folder, postgresql
from bench.programs import PARVIS, parvis
from bench.report import result, say

CHECKINS = int(os.environ.get("BENCH_CHECKINS", "40000"))
MEGABYTES = int(os.environ.get("BENCH_MEGABYTES", "1000"))
RATE, MEMORY = 2_000, 200
OWNER = "owner@parvis.example"
BEGAN = datetime(2012, 1, 1, tzinfo=UTC)
A_VENUE_IN = 5
TOWNS = (
    *((46.52, 6.63), (46.20, 6.15), (48.86, 2.35), (45.76, 4.84), (51.51, -0.13), (52.52, 13.40)),
    *((40.71, -74.01), (35.68, 139.69), (-33.87, 151.21), (-22.91, -43.17), (30.04, 31.24), (28.61, 77.21)),
)


def main() -> None:
    """Import into an empty square on each database; the Swarm export once more, which must find nothing to do."""
    asked = os.environ.get("BENCH_DATABASES", "sqlite,postgresql").split(",")
    with folder() as data:
        swarm, records = data / "swarm.zip", data / "Records.json"
        write_swarm(swarm)
        write_records(records)
        if "sqlite" in asked:
            measured("sqlite", environment(data / "sqlite"), swarm, records)
        if "postgresql" in asked:
            with postgresql() as url:
                if url is not None:
                    measured("postgresql", environment(data / "pg", PARVIS_DATABASE_URL=url), swarm, records)


def measured(database: str, env: Mapping[str, str], swarm: Path, records: Path) -> None:
    """On one database."""
    parvis(env, "init", "--owner-email", OWNER, "--owner-name", "Owner")
    name = f"places/imports/{database}"
    seconds, cpu, memory, said = spent(env, swarm)
    say(f"{name}: {said['created']} check-ins of Swarm in {seconds:.1f} s, {memory:.0f} MB")
    result(
        f"{name}/swarm/rate",
        "check-ins a second",
        said["created"] / seconds,
        target=RATE,
        more_is_better=True,
    )
    result(f"{name}/swarm/cpu", "ms of our CPU a check-in", 1000 * cpu / CHECKINS, target=1000 / RATE)
    result(f"{name}/swarm/memory", "MB at the most", memory, target=MEMORY)
    seconds, _cpu, _memory, again = spent(env, swarm)
    result(
        f"{name}/swarm/again_rate", "check-ins a second", CHECKINS / seconds, target=RATE, more_is_better=True
    )
    result(
        f"{name}/swarm/again_changes",
        "changes of the second run",
        again["created"] + again["changed"],
        target=0,
    )
    seconds, _cpu, memory, said = spent(env, records)
    size = records.stat().st_size / 1e6
    say(f"{name}: {said['created']} stays in {size:.0f} MB of Google in {seconds:.1f} s, {memory:.0f} MB")
    result(f"{name}/records/rate", "MB a second", size / seconds)
    result(f"{name}/records/stays", "check-ins a second", said["created"] / seconds)
    result(f"{name}/records/memory", "MB at the most", memory, target=MEMORY)


def spent(env: Mapping[str, str], file: Path) -> tuple[float, float, float, dict[str, int]]:
    """Seconds, CPU seconds, most megabytes resident, and the report of an import."""
    command = [*PARVIS, "places", "import", str(file), "--person", OWNER, "--json"]
    began = time.monotonic()
    process = subprocess.Popen(command, env=dict(env), stdout=subprocess.PIPE)
    assert process.stdout is not None
    said = process.stdout.read()
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command[1:])} failed ({process.returncode}).")
    cpu = usage.ru_utime + usage.ru_stime
    return time.monotonic() - began, cpu, usage.ru_maxrss / 1024, json.loads(said)


def write_swarm(path: Path) -> None:
    """A zip with a thousand check-ins a file, the newest first, and the visits that say where most venues are."""
    dice = random.Random(7)
    venues = [(f"{number:024x}", f"Café {number}", *around(dice)) for number in range(CHECKINS // A_VENUE_IN)]
    often = [dice.paretovariate(0.8) for _ in venues]
    visited = [*venues, *dice.choices(venues, weights=often, k=CHECKINS - len(venues))]
    dice.shuffle(visited)
    moments = sorted(BEGAN + timedelta(seconds=dice.randrange(400_000_000)) for _ in range(CHECKINS))
    items = [
        {
            "id": f"c{number:023x}",
            "createdAt": f"{at:%Y-%m-%d %H:%M:%S.000000}",
            "type": "checkin",
            "timeZoneOffset": 60,
            "venue": {"id": venue[0], "name": venue[1], "url": "https://example.org/"},
            **({"shout": f"With friends, number {number}"} if number % 4 == 0 else {}),
        }
        for number, (at, venue) in enumerate(zip(moments, visited, strict=True))
    ][::-1]
    visits = [
        {
            "startTime": "2020-01-01 10:00:00",
            "endTime": "2020-01-01 11:00:00",
            "venueId": venue[0],
            "lat": venue[2],
            "lng": venue[3],
        }
        for venue in venues
        if dice.random() < 0.9
    ]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for start in range(0, len(items), 1000):
            some = items[start : start + 1000]
            archive.writestr(
                f"checkins{start // 1000 + 1}.json", json.dumps({"count": len(some), "items": some})
            )
        archive.writestr("unconfirmed_visits.json", json.dumps({"count": len(visits), "items": visits}))


def write_records(path: Path) -> None:
    """`Records.json` of so many megabytes: a position each five minutes, with stays and the ways between them."""
    with path.open("w") as file:
        file.write('{\n  "locations": [')
        between = ""
        for at, lat, lon in positions():
            file.write(
                f'{between}{{\n    "latitudeE7": {round(lat * 1e7)},\n    "longitudeE7": {round(lon * 1e7)},\n'
                f'    "accuracy": 18,\n    "source": "WIFI",\n    "deviceTag": -1234567890,\n'
                f'    "timestamp": "{at:%Y-%m-%dT%H:%M:%S.000Z}"\n  }}'
            )
            between = ", "
            if file.tell() > MEGABYTES * 1e6:
                break
        file.write("]\n}\n")


def positions() -> Iterator[tuple[datetime, float, float]]:
    """One after the other, without end: two to four hours at a place, half an hour on the way."""
    dice = random.Random(9)
    places = [around(dice) for _ in range(3_000)]
    often = [dice.paretovariate(0.8) for _ in places]
    at = BEGAN
    while True:
        [(lat, lon)] = dice.choices(places, weights=often)
        for _ in range(dice.randrange(24, 48)):
            at += timedelta(minutes=2, seconds=dice.randrange(200))
            yield at, lat + dice.gauss(0, 5e-5), lon + dice.gauss(0, 5e-5)
        for step in range(6):
            at += timedelta(minutes=5)
            yield at, lat + 0.01 * (step + 1), lon + 0.01 * (step + 1)


def around(dice: random.Random) -> tuple[float, float]:
    """Somewhere in or round a town."""
    lat, lon = dice.choice(TOWNS)
    return round(lat + dice.gauss(0, 0.05), 6), round(lon + dice.gauss(0, 0.05), 6)


if __name__ == "__main__":
    main()
