"""A run that is killed, and begun again, ends as one that was not."""

import json
import os
import signal
import subprocess
import sys
import zipfile

import pytest

SLAY = """
import json, os, shutil, signal, sys
from datetime import datetime, UTC
from pathlib import Path
from parvis.core.site.command.house import build_house, set_environment
base, file = Path(sys.argv[1]), Path(sys.argv[2])
set_environment(str(base))
build_house()
from django.db import connection
from parvis.core.people.models import Person, Square
from parvis.core.stream.models import Placement, Publication
from parvis.rooms.places.bringing import running
from parvis.rooms.places.bringing.spots import Spots
from parvis.rooms.places.models import Import, ImportItem, ImportVenue, Venue, Whereabouts
at = datetime(2027, 1, 1, tzinfo=UTC)
Square.objects.create(pk=1, language="fr", languages=["fr", "en"], opened_at=at)
person = Person.objects.create(name="Alice", role="member", language="en", zone="UTC", joined_at=at)
connection.close()
running.BATCH = 20
for name in ("whole", "killed"):
    shutil.copy(base / "parvis.sqlite3", base / name)

def slay_after(count):
    write, left = running.Writer.create, [count]
    def write_or_die(self, shapes):
        write(self, shapes)
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    running.Writer.create = write_or_die

def stands():
    one = "what stands after the run"
    return {
        "check-ins": sorted([w.external_id, w.name, str(w.happened_at), w.venue.name if w.venue else ""]
            for w in Whereabouts.objects.unguarded(one).select_related("venue")),
        "publications": Publication.objects.unguarded(one).count(),
        "placements": Placement.objects.unguarded(one).count(),
        "venues": sorted(Venue.objects.values_list("name", flat=True)),
        "lines": sorted(ImportItem.objects.values_list("external_id", flat=True)),
        "imports": [[i.called, i.ended_at is not None, i.report["created"]] for i in Import.objects.all()],
    }

def run(name, kill_after=0):
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    connection.settings_dict["NAME"] = str(base / name)
    if kill_after:
        slay_after(kill_after)
    running.bring(file, person=person, at=at)
    (base / f"{name}.json").write_text(json.dumps(stands()))
    connection.close()
    os._exit(0)

print(run("whole"), run("killed", 1), run("killed", 4), run("killed"))
"""


@pytest.mark.sqlite
class TestCutOff:
    def test_a_run_killed_twice_and_begun_again_ends_as_one_that_was_not(self, tmp_path, item):
        path = tmp_path / "export.zip"
        items = [item(n, venue={"id": f"v{n % 9}", "name": f"Venue {n % 9}"}) for n in range(200)]
        seen = [
            {"startTime": "2023-05-01", "venueId": f"v{n}", "lat": 46 + n / 10, "lng": 6.6} for n in range(7)
        ]
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("checkins1.json", json.dumps({"items": items}))
            archive.writestr("visits.json", json.dumps({"items": seen}))
        environment = {
            **os.environ,
            "PARVIS_DATA": str(tmp_path),
            "PARVIS_STRICT": "1",
            "PARVIS_DATABASE_URL": "",
        }
        done = subprocess.run(
            [sys.executable, "-c", SLAY, str(tmp_path), str(path)],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.split() == ["0", str(int(signal.SIGKILL)), str(int(signal.SIGKILL)), "0"]
        whole = json.loads((tmp_path / "whole.json").read_text())
        assert (len(whole["check-ins"]), len(whole["venues"])) == (200, 7)
        assert whole["imports"] == [["export.zip", True, 200]]
        assert json.loads((tmp_path / "killed.json").read_text()) == whole
