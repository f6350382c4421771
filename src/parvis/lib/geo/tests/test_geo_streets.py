"""Files of street maps: read by their heads, and refused for a reason that can be told."""

import os
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pmtiles.tile import Compression, TileType

from parvis.lib.geo.earth import Box
from parvis.lib.geo.streets import NotStreets, Trouble, read_streets
from parvis.lib.geo.tests.street_files import street_file


def trouble(path) -> Trouble:
    with pytest.raises(NotStreets) as caught:
        read_streets(path)
    return caught.value.trouble


class TestAFile:
    def test_says_where_it_has_streets_and_whom_they_are_owed_to(self, tmp_path):
        path = street_file(tmp_path / "a.pmtiles", attribution="<a href='https://x.example'>© A &amp; B</a>")

        found = read_streets(path)

        assert found.box == Box(46.0, 6.0, 47.0, 7.0)
        assert (found.farthest, found.closest) == (0, 1)
        assert found.credit == "© A & B"
        assert found.size == path.stat().st_size

    def test_has_another_tag_once_it_has_changed(self, tmp_path):
        path = street_file(tmp_path / "a.pmtiles")
        before = read_streets(path).etag
        assert read_streets(path).etag == before

        street_file(path, attribution="© Somebody else")
        os.utime(path, ns=(1, 1))

        assert read_streets(path).etag != before
        assert read_streets(path).credit == "© Somebody else"

    def test_that_is_not_there_is_refused(self, tmp_path):
        assert trouble(tmp_path / "none.pmtiles") == Trouble.ABSENT
        assert trouble(tmp_path) in {Trouble.ABSENT, Trouble.OTHER}

    def test_with_pictures_is_refused(self, tmp_path):
        assert trouble(street_file(tmp_path / "a", tile_type=TileType.PNG)) == Trouble.PICTURES

    def test_that_browsers_cannot_unpack_is_refused(self, tmp_path):
        assert trouble(street_file(tmp_path / "a", tile_compression=Compression.ZSTD)) == Trouble.PACKED

    def test_of_another_version_is_refused(self, tmp_path):
        path = street_file(tmp_path / "a")
        raw = bytearray(path.read_bytes())
        raw[7] = 2
        path.write_bytes(raw)
        assert trouble(path) == Trouble.OLD

    def test_that_is_cut_short_is_refused(self, tmp_path):
        path = street_file(tmp_path / "a")
        path.write_bytes(path.read_bytes()[:-1])
        assert trouble(path) == Trouble.CUT

    def test_from_beyond_the_earth_is_refused(self, tmp_path):
        assert trouble(street_file(tmp_path / "a", max_lat_e7=1_000_000_000)) == Trouble.OTHER

    @settings(deadline=None)
    @given(junk=st.binary(max_size=300))
    def test_of_anything_else_is_refused(self, tmp_path_factory, junk):
        path = tmp_path_factory.mktemp("junk") / "a"
        path.write_bytes(junk)
        assert trouble(path) == Trouble.OTHER

    @settings(deadline=None)
    @given(at=st.integers(8, 126), byte=st.integers(0, 255))
    def test_with_a_spoilt_head_is_read_or_refused(self, tmp_path_factory, at, byte):
        path = street_file(tmp_path_factory.mktemp("spoilt") / "a")
        raw = bytearray(path.read_bytes())
        raw[at] = byte
        path.write_bytes(raw)
        with suppress(NotStreets):
            read_streets(path)
