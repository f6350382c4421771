"""Streets: a file of the owner's, in parts, for members; or openstreetmap.org, for those who agreed, when the owner allows it."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.lib.geo.streets import read_streets
from parvis.lib.geo.tests.street_files import street_file
from parvis.rooms.places.checks import streets_can_be_read
from parvis.rooms.places.views.streets import sent

from .scenes import there, venue_of

ADDRESS = "/places/streets.pmtiles"
OSM = "https://tile.openstreetmap.org"


@pytest.fixture
def file(settings) -> Path:
    """The street map of the square."""
    settings.PARVIS_STREETS = "streets.pmtiles"
    return street_file(settings.PARVIS_DATA / "streets.pmtiles")


@pytest.fixture(scope="module")
def a_file(tmp_path_factory) -> Path:
    return street_file(tmp_path_factory.mktemp("streets") / "a.pmtiles")


def asked_of(path: Path, method: str = "GET", **headers: str):
    """What is answered, and the bytes of it."""
    answer = sent(RequestFactory().generic(method, ADDRESS, headers=headers), read_streets(path))
    return answer, b"".join(answer) if answer.streaming else answer.content


class TestTheFile:
    @settings(deadline=None)
    @given(first=st.integers(0, 700), length=st.integers(0, 700))
    def test_is_sent_in_parts_that_are_its_slices(self, a_file, first, length):
        whole = a_file.read_bytes()
        last = first + length

        answer, body = asked_of(a_file, Range=f"bytes={first}-{last}")

        if first >= len(whole):
            assert answer.status_code == 416
            assert answer["Content-Range"] == f"bytes */{len(whole)}"
            assert body == b""
        else:
            end = min(last, len(whole) - 1)
            assert answer.status_code == 206
            assert body == whole[first : end + 1]
            assert answer["Content-Range"] == f"bytes {first}-{end}/{len(whole)}"
            assert answer["Content-Length"] == str(len(body))

    def test_is_sent_whole_without_a_range_and_for_one_that_is_none(self, a_file):
        for headers in ({}, {"Range": "bytes=0-1,3-4"}, {"Range": "lines=1-2"}):
            answer, body = asked_of(a_file, **headers)
            assert answer.status_code == 200
            assert body == a_file.read_bytes()
            assert answer["Accept-Ranges"] == "bytes"

    def test_is_sent_in_parts_only_of_the_file_that_is_meant(self, a_file):
        etag = read_streets(a_file).etag
        for said, status in ((etag, 206), ('"another"', 200), ("Wed, 21 Oct 2026 07:28:00 GMT", 200)):
            answer, _body = asked_of(a_file, Range="bytes=0-9", **{"If-Range": said})
            assert answer.status_code == status
        assert asked_of(a_file, **{"If-None-Match": etag})[0].status_code == 304
        assert asked_of(a_file, **{"If-Match": '"another"'})[0].status_code == 412

    def test_answers_head_with_its_size_and_knows_no_parts_there(self, a_file):
        answer, body = asked_of(a_file, "HEAD", Range="bytes=0-9")
        assert answer.status_code == 200
        assert answer["Content-Length"] == str(a_file.stat().st_size)
        assert body == b""

    def test_is_for_members_and_kept_by_no_browser(self, file, as_charlie, as_visitor):
        answer = as_charlie.get(ADDRESS, headers={"Range": "bytes=0-6"})
        assert answer.status_code == 206
        assert answer.getvalue() == b"PMTiles"
        assert answer["Cache-Control"] == "private, no-store"
        assert as_visitor.get(ADDRESS).status_code == 302

    def test_is_nothing_where_there_is_none(self, as_charlie, settings):
        assert as_charlie.get(ADDRESS).status_code == 404
        settings.PARVIS_STREETS = "not-there.pmtiles"
        assert as_charlie.get(ADDRESS).status_code == 404

    def test_is_named_by_maps_alone(self, file, alice, at, as_alice, settings):
        venue = venue_of(alice, "Lulu", 46.5, 6.5, at)
        assert ADDRESS not in as_alice.get("/places/").text
        there(alice, venue, at)
        assert ADDRESS in as_alice.get("/places/").text
        settings.PARVIS_STREETS = ""
        assert ADDRESS not in as_alice.get("/places/").text


class TestTheCheck:
    def test_is_content_with_a_file_and_with_none(self, file, settings):
        assert list(streets_can_be_read(None)) == []
        settings.PARVIS_STREETS = ""
        assert list(streets_can_be_read(None)) == []

    def test_says_what_is_wrong(self, file, settings):
        file.write_bytes(b"something else")
        (error,) = streets_can_be_read(None)
        assert error.id == "parvis.E005"
        assert "is no PMTiles file" in error.msg
        settings.PARVIS_STREETS = str(file.with_name("absent"))
        (error,) = streets_can_be_read(None)
        assert "is not there" in error.msg


class TestThePolicy:
    @pytest.mark.parametrize(("allowed", "is_wider"), [("", False), ("no", False), ("yes", True)])
    def test_is_wider_only_where_the_owner_allowed_it(self, allowed, is_wider, tmp_path):
        script = "from parvis.config.settings import SECURE_CSP; print(*SECURE_CSP['img-src'])"
        told = subprocess.run(
            [sys.executable, "-c", script],
            env={"PARVIS_OPENSTREETMAP": allowed, "PARVIS_DATA": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        assert (OSM in told) == is_wider
        assert told[:2] == ["'self'", "data:"]

    def test_the_question_stands_on_maps_where_it_is_allowed(self, alice, at, as_alice, settings, file):
        venue = venue_of(alice, "Lulu", 46.5, 6.5, at)
        page = f"/places/at/{venue.public_id}/"
        settings.PARVIS_OPENSTREETMAP = True
        assert "openstreetmap" not in as_alice.get(page).text, "there is a file of one's own"
        settings.PARVIS_STREETS = ""
        assert 'data-openstreetmap="map-asks"' in as_alice.get(page).text
        settings.PARVIS_OPENSTREETMAP = False
        assert "openstreetmap" not in as_alice.get(page).text
