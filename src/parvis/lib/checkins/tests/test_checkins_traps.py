"""Files that are broken, or built to break whoever reads them; and the real ones."""

import io
import json
import struct
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parvis.conftest import SHARED_DATA, skip_or_fail
from parvis.lib.checkins import Reason, Report, Unreadable
from parvis.lib.checkins.reading import Reading

from .test_checkins_formats import HISTORY, MARK, WAY, archive, feature, one, segment, sent, swarm, track


def many(count=300):
    return json.dumps(swarm(*(one(n) for n in range(count))))


class TestBrokenFiles:
    def test_keep_what_stands_before_the_break(self, read):
        text = many()
        visits, report = read(text[: len(text) // 2])
        assert 140 < len(visits) < 151
        assert report.counts == {Reason.BROKEN: 1}
        assert report.skipped[0].detail == str(len(visits))

    def test_in_xml_keep_what_stands_before_the_break(self, read):
        visits, report = read(f"<gpx>{WAY}{WAY.replace('T10', 'T11')}<wpt lat='1' lo")
        assert len(visits) == 2
        assert report.counts == {Reason.BROKEN: 1}

    @pytest.mark.parametrize("is_stream", [False, True])
    def test_in_a_zip_that_lost_its_end_are_read_up_to_there(self, read, is_stream):
        class Stream(io.BytesIO):
            def seekable(self):
                return not is_stream

            def tell(self):
                if is_stream:
                    raise OSError
                return super().tell()

            def seek(self, *where):
                if is_stream:
                    raise OSError
                return super().seek(*where)

        held = Stream()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, first in (("a.json", 0), ("b.json", 1000), ("c.json", 2000)):
                items = (one(first + n, shout=f"{n * 7919}") for n in range(300))
                packed.writestr(name, json.dumps(swarm(*items)))
        data = held.getvalue()
        third = data.rindex(b"PK\x03\x04")
        visits, report = read(data[: (third + data.rindex(b"PK\x01\x02", 0, data.rindex(b"c.json"))) // 2])
        assert 600 <= len(visits) < 900
        assert {visit.external_id for visit in visits} >= {f"c{n}" for n in (0, 299, 1000, 1299)}
        assert Reason.BROKEN in report.counts
        assert {each.item for each in report.skipped} >= {"file"}

    @pytest.mark.parametrize("content", [many(), f"<gpx>{WAY * 300}</gpx>"])
    def test_that_are_damaged_in_the_middle_keep_what_stands_before(self, read, content):
        middle = len(content) // 2
        visits, report = read(content[:middle] + '"<<{]"]' + content[middle:])
        assert len(visits) + report.counts[Reason.TWICE] in range(145, 152)
        assert report.counts[Reason.BROKEN] == 1

    def test_in_a_zip_with_a_damaged_part_leave_the_others(self, read):
        data = bytearray(archive(a_json=swarm(*(one(n) for n in range(400))), b_json=swarm(one(1000))))
        place = data.index(b"a.json") + 60
        data[place : place + 30] = b"\xff" * 30
        visits, report = read(bytes(data))
        assert visits[-1].external_id == "c1000"
        assert report.counts[Reason.BROKEN] == 1

    def test_in_a_zip_with_a_password_are_named(self, read):
        data = bytearray(archive(a_json=swarm(one()), b_json=swarm(one(2))))
        place = data.rindex(b"PK\x01\x02", 0, data.rindex(b"a.json"))
        data[place + 8] |= 1
        visits, report = read(bytes(data))
        assert [visit.external_id for visit in visits] == ["c2"]
        assert report.counts == {Reason.ENCRYPTED: 1}


class TestBombs:
    def test_of_entities_are_refused(self, read):
        laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
        bomb = f'<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY l0 "ha">{laughs}]><gpx><wpt>&l9;</wpt></gpx>'
        with pytest.raises(Unreadable) as refused:
            read(bomb)
        assert refused.value.reason == Reason.ENTITIES

    def test_that_ask_for_another_file_are_refused(self, read, write):
        secret = write("secret", "secret.txt")
        xml = f'<!DOCTYPE gpx [<!ENTITY x SYSTEM "file://{secret}">]><gpx>{WAY.replace("Café", "&x;")}</gpx>'
        with pytest.raises(Unreadable) as refused:
            read(xml)
        assert refused.value.reason == Reason.ENTITIES

    def test_behind_the_beginning_of_a_file_are_stopped_there(self, read):
        padding = " " * 300_000
        visits, report = read(f"{many(2)[:-2]}{padding}, {'[' * 200_000}")
        assert len(visits) == 2
        assert report.counts == {Reason.TOO_DEEP: 1}

    @pytest.mark.parametrize("letter", ["[", '{"a":'])
    def test_of_depth_are_stopped(self, write, letter):
        with pytest.raises(Unreadable):
            list(Reading(write(letter * 100_000)))

    def test_of_depth_in_xml_are_stopped(self, read):
        visits, report = read(f"<gpx>{WAY}{'<a>' * 100_000}")
        assert len(visits) == 1
        assert report.counts == {Reason.TOO_DEEP: 1}

    def test_of_one_endless_text_are_stopped(self, read):
        visits, report = read('{"items":[' + json.dumps(one()) + ', {"id": "' + "a" * 20_000_000)
        assert len(visits) == 1
        assert report.counts == {Reason.TOO_LARGE: 1}

    def test_in_a_zip_are_stopped(self, read, monkeypatch):
        monkeypatch.setattr("parvis.lib.checkins.unpacking.ALWAYS", 2**20)
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("a.json", many(2))
            packed.writestr("b.json", many(2)[:-2] + " " * 20_000_000 + "]}")
        visits, report = read(held.getvalue())
        assert len(visits) == 2
        assert Reason.TOO_LARGE in report.counts

    def test_of_too_many_files_are_refused(self, write, monkeypatch):
        monkeypatch.setattr("parvis.lib.checkins.unpacking.MOST_PARTS", 2)
        with pytest.raises(Unreadable):
            Reading(write(archive(a_json={}, b_json={}, c_json={})))

    def test_of_a_zip_that_says_it_is_larger_than_it_is_are_stopped(self, write):
        data = bytearray(archive(a_json=swarm(one())))
        place = data.rindex(b"PK\x01\x02")
        data[place + 24 : place + 28] = struct.pack("<I", 2**31)
        list(Reading(write(bytes(data))))


GOOD = (
    many(20).encode(),
    json.dumps({"semanticSegments": [segment(), segment(start="11:00", end="12:00")]}).encode(),
    json.dumps(
        {"locations": [{"latitudeE7": 1, "longitudeE7": 2, "timestampMs": "1742842302585"}] * 9}
    ).encode(),
    json.dumps(
        {"timelineObjects": [{"placeVisit": {"location": {"latitudeE7": 9}, "duration": {}}}]}
    ).encode(),
    json.dumps(
        {"type": "FeatureCollection", "features": [feature(name="Café", time=1700000000)] * 3}
    ).encode(),
    f"<gpx>{WAY}{track(0, 5, 10)}</gpx>".encode(),
    f"<kml>{MARK}{HISTORY}</kml>".encode(),
    "\n".join(sent(tst=1700000000 + 60 * n) for n in range(9)).encode(),
    archive(a_json=swarm(*(one(n) for n in range(30))), b_json=swarm(one(40))),
)


KEYS = [
    "id",
    "createdAt",
    "type",
    "venue",
    "location",
    "lat",
    "lng",
    "visit",
    "topCandidate",
    "with",
    "placeVisit",
    "duration",
    "geometry",
    "properties",
    "coordinates",
    "startTime",
    "photos",
    "items",
    "createdBy",
    "categories",
    "otherCandidateLocations",
]


class TestAnyBytes:
    @settings(
        max_examples=400,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(st.data())
    def test_are_read_or_refused_and_nothing_else(self, tmp_path, data):
        good = bytearray(data.draw(st.sampled_from(GOOD)))
        for _flip in range(data.draw(st.integers(0, 6))):
            good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
        cut = data.draw(st.integers(0, len(good)) | st.just(len(good)))
        path = tmp_path / "any"
        path.write_bytes(bytes(good[:cut]))
        try:
            visits = list(Reading(path))
        except Unreadable:
            return
        assert all(visit.at.tzinfo is not None and "\0" not in visit.place + visit.words for visit in visits)

    @settings(
        max_examples=200,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(
                    st.sampled_from(KEYS),
                    inner,
                    max_size=6,
                )
            ),
            max_leaves=30,
        ),
        st.sampled_from(["items", "semanticSegments", "timelineObjects", "locations", "features"]),
    )
    def test_of_any_shape_below_a_known_key_are_read_or_refused(self, tmp_path, thing, key):
        path = tmp_path / "any"
        starts = {"id": "x", "createdAt": 1700000000, "type": "checkin"}
        path.write_text(json.dumps({key: [starts, thing, {**starts, "venue": thing}, {"visit": thing}]}))
        try:
            list(Reading(path))
        except Unreadable:
            return


RECORDS = """
import sys
from pathlib import Path
from parvis.lib.checkins.reading import Reading
reading = Reading(Path(sys.argv[1]))
count = sum(1 for _visit in reading)
most = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(count, reading.report.read["positions"], most.split()[1])
"""


class TestALargeFile:
    def test_is_read_in_little_memory(self, tmp_path):
        if not Path("/proc/self/status").exists():
            skip_or_fail("only Linux tells how much memory a process took at most")
        row = '{"latitudeE7":%d,"longitudeE7":23522000,"accuracy":20,"source":"WIFI","timestampMs":"%d"}'
        path = tmp_path / "Records.json"
        with path.open("w") as file:
            file.write('{"locations":[')
            for n in range(200_000):
                file.write(
                    ("," if n else "") + row % (488566000 + n // 100 * 90_000 % 10**8, 1.6e12 + 60_000 * n)
                )
            file.write("]}")
        done = subprocess.run(
            [sys.executable, "-c", RECORDS, str(path)], capture_output=True, text=True, check=True
        )
        count, positions, kilobytes = map(int, done.stdout.split())
        assert (count, positions) == (2_000, 200_000)
        assert kilobytes < 100_000


PLACES = SHARED_DATA / "places"
REAL = {
    "swarm_export_pseudonymised": ("swarm", 1200, 842),
    "swarm_export_pseudonymised/checkins1.json": ("swarm", 1000, 0),
    "swarm_export_pseudonymised/checkins2.json": ("swarm", 200, 0),
    "swarm_export_pseudonymised/checkins_old_epoch_variant.json": ("swarm", 46, 0),
    "swarm_api/checkin_single_swarm-to-sqlite.json": ("swarm", 1, 1),
    "swarm_api/checkins_page_pseudonymised.json": ("swarm", 60, 60),
    "dawarich_fixtures/google/location-history.json": ("google-segments", 1, 1),
    "dawarich_fixtures/google/timeline_new_format.json": ("google-segments", 1, 1),
    "dawarich_fixtures/google/phone-takeout_w_3_duplicates.json": ("google-segments", 0, 0),
    "dawarich_fixtures/google/records.json": ("google-records", 0, 0),
    "dawarich_fixtures/google/semantic_history.json": ("google-semantic", 0, 0),
    "dawarich_fixtures/google/edge_cases/semantic_history_with_bom.json": ("google-semantic", 0, 0),
    "dawarich_fixtures/gpx/arc_example.gpx": ("gpx", 1, 1),
    "dawarich_fixtures/gpx/gpx_track_multiple_tracks.gpx": ("gpx", 0, 0),
    "dawarich_fixtures/geojson/export.json": ("geojson", 0, 0),
}


def real(name: str) -> Path:
    path = PLACES / name
    if not path.exists():
        skip_or_fail("the real files of ../shared/data are absent")
    return path


@pytest.mark.data
class TestRealFiles:
    @pytest.mark.parametrize("name", REAL)
    def test_have_their_figures(self, name):
        reading = Reading(real(name))
        visits = list(reading)
        placed = sum(visit.point is not None for visit in visits)
        assert (reading.formats[0], len(visits), placed) == REAL[name]
        assert Reason.BROKEN not in reading.report.counts

    def test_are_all_read_or_refused_with_a_reason(self):
        outcomes: Counter[str] = Counter()
        for path in sorted(real(".").rglob("*")):
            if path.suffix in {".json", ".geojson", ".gpx", ".kml", ".kmz", ".rec"}:
                try:
                    reading = Reading(path)
                    visits = list(reading)
                    assert visits or reading.report.counts, path.name
                    outcomes["read"] += 1
                except Unreadable as refused:
                    outcomes[refused.reason] += 1
        assert outcomes["read"] > 30
        assert set(outcomes) <= {"read", Reason.SETTINGS, Reason.OTHER, Reason.UNKNOWN}

    def test_are_read_as_far_as_they_go_when_they_are_cut(self, tmp_path):
        whole = real("swarm_export_pseudonymised/checkins1.json").read_bytes()
        path = tmp_path / "cut.json"
        path.write_bytes(whole[:-1000])
        reading = Reading(path)
        assert 990 < len(list(reading)) < 1000
        assert reading.report.counts == {Reason.BROKEN: 1}


class TestReport:
    def test_names_a_thousand_and_counts_the_rest(self):
        report = Report()
        for n in range(1_500):
            report.leave(str(n), Reason.SHORT)
        assert len(report.skipped) == 1_000
        assert report.counts[Reason.SHORT] == 1_500
        assert report.unnamed == {Reason.SHORT: 500}
