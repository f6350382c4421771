"""Small maps: drawn within their frame, named, small, and no more exact than what they were given."""

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.lib.geo.clip import MARGIN, clip_line, clip_ring
from parvis.lib.geo.earth import Point
from parvis.lib.geo.minimap import mini_map
from parvis.lib.geo.precision import Precision, snapped

GENEVA = Point(46.2022213, 6.1456987)
LAUSANNE = Point(46.5196, 6.6322)
SVG = "{http://www.w3.org/2000/svg}"


def drawn(*points, precision="town", **how):
    return mini_map([snapped(point, precision) for point in points], label="Where", **how)


def classes(svg):
    return [element.get("class") for element in ET.fromstring(svg).iter() if element.get("class")]


def corners(path):
    """All places a path of M and l goes to."""
    for start in re.findall(r"M[^M]+", path):
        numbers = [int(number) for number in re.findall(r"-?\d+", start)]
        x, y = numbers[:2]
        yield x, y
        for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = x + dx, y + dy
            yield x, y


class TestMiniMap:
    def test_is_an_image_with_a_name(self):
        root = ET.fromstring(mini_map([snapped(GENEVA, "town")], label="Map: <Café> & co"))
        assert root.tag == SVG + "svg"
        assert root.get("role") == "img"
        assert root[0].tag == SVG + "title"
        assert root[0].text == "Map: <Café> & co"

    def test_that_is_bare_has_the_name_without_a_word_in_it(self):
        root = ET.fromstring(mini_map([snapped(GENEVA, "town")], label='"Café" <b> & co', is_bare=True))
        assert root.get("aria-label") == '"Café" <b> & co'
        assert "".join(root.itertext()) == ""

    def test_has_land_borders_towns_and_the_place(self):
        assert {"map-land", "map-border", "map-town", "map-name", "map-place"} <= set(
            classes(drawn(GENEVA, precision="venue"))
        )

    def test_names_towns_in_the_readers_language(self):
        assert ">Genève<" in drawn(LAUSANNE, language="fr")
        assert ">Geneva<" in drawn(LAUSANNE, language="en")

    def test_of_neighbours_has_the_same_land_beneath(self):
        maps = [drawn(Point(46.2, east), precision="venue") for east in (6.14, 6.16)]
        land, others = (re.search(r'<path class="map-land".*?/>', svg) for svg in maps)
        assert land
        assert others
        assert land[0] == others[0]

    @given(
        points=st.lists(st.builds(Point, st.floats(-60, 70), st.floats(-180, 179)), min_size=1, max_size=4),
    )
    @settings(max_examples=30, deadline=None)
    def test_shows_every_place_whole(self, points):
        svg = ET.fromstring(drawn(*points, precision="venue"))
        marks = [one for one in svg.iter() if one.get("class") == "map-place"]
        assert len(marks) == len(points)
        assert all(5 <= int(one.get("cx")) <= 315 and 5 <= int(one.get("cy")) <= 195 for one in marks)

    def test_of_a_country_shows_the_country_and_not_a_dot(self):
        svg = drawn(Point(46, 3), precision="country")
        assert "map-around" in svg
        assert "map-place" not in svg
        assert svg == drawn(Point(48, -1), precision="country")

    def test_of_a_tiny_country_rings_it(self):
        assert '<circle class="map-around"' in drawn(Point(43.738, 7.424), precision="country", zoom=4)

    def test_of_nothing_is_the_world(self):
        assert "map-place" not in drawn()
        assert "map-land" in drawn()

    def test_in_the_open_sea_is_only_sea_and_the_place(self):
        assert set(classes(drawn(Point(-45, -130), precision="venue", zoom=8))) == {
            "map",
            "map-sea",
            "map-place",
        }

    @pytest.mark.parametrize(
        ("point", "precision"),
        [
            (GENEVA, "venue"),
            (Point(45.75, 4.85), "quarter"),
            (Point(78.22, 15.63), "town"),
            (Point(-17.8, 179.99), "town"),
            (Point(66, -175), "venue"),
            (Point(60, 90), "country"),
            (Point(46, 3), "country"),
            (Point(62, 10), "country"),
            (Point(-80, 30), "country"),
            (Point(90, 0), "venue"),
        ],
    )
    @pytest.mark.parametrize("zoom", [None, 1, 4, 11])
    def test_is_small(self, point, precision, zoom):
        assert len(drawn(point, precision=precision, zoom=zoom)) <= 8_192

    def test_shows_places_on_both_sides_of_the_date_line_close_together(self):
        svg = drawn(Point(-17.8, 179.4), Point(-13.8, -171.7))
        marks = [
            mark for mark in ET.fromstring(svg).iter(SVG + "circle") if mark.get("class") == "map-around"
        ]
        assert len(marks) == 2
        assert all(20 < int(mark.get("cx")) < 300 for mark in marks)

    def test_draws_a_disc_as_large_as_its_radius(self):
        svg = drawn(GENEVA, precision="town", zoom=11)
        [mark] = [
            mark for mark in ET.fromstring(svg).iter(SVG + "circle") if mark.get("class") == "map-around"
        ]
        metres_a_pixel = 40_075_017 * 0.6921 / (256 * 2**11)
        assert int(mark.get("r")) == pytest.approx(5_000 / metres_a_pixel, abs=1.5)

    @settings(max_examples=40, deadline=None)
    @given(
        st.floats(-85, 85),
        st.floats(-180, 179.9),
        st.sampled_from(list(Precision)),
        st.sampled_from([None, 3, 9]),
    )
    def test_has_whole_pixels_within_its_frame_and_no_degrees(self, lat, lon, precision, zoom):
        root = ET.fromstring(drawn(Point(lat, lon), precision=precision, zoom=zoom))
        for element in root.iter():
            for name in ("cx", "cy", "x", "y", "r", "d"):
                assert "." not in element.get(name, "")
            for x, y in corners(element.get("d", "").replace("z", "")):
                assert -MARGIN - 1 <= x <= 320 + MARGIN + 1
                assert -MARGIN - 1 <= y <= 200 + MARGIN + 1

    def test_tells_nothing_of_where_in_a_cell(self):
        here, there = Point(46.2002, 6.1502), Point(46.2018, 6.1513)
        for precision in ("street", "quarter", "town", "country"):
            assert drawn(here, precision=precision, zoom=11) == drawn(there, precision=precision, zoom=11)

    def test_has_no_style_for_a_strict_policy_to_refuse(self):
        assert "style" not in drawn(GENEVA)
        assert "href" not in drawn(GENEVA)


class TestClip:
    def test_ring_round_the_frame_is_the_frame(self):
        ring = clip_ring([(-50, -50), (150, -50), (150, 150), (-50, 150)], 100, 100)
        assert set(ring) == {(-MARGIN, -MARGIN), (102, -MARGIN), (102, 102), (-MARGIN, 102)}

    def test_ring_outside_is_nothing(self):
        assert clip_ring([(200, 0), (300, 0), (300, 50)], 100, 100) == []

    def test_line_in_and_out_is_in_pieces(self):
        line = [(-50, 50), (50, 50), (50, 150), (80, 150), (80, 50)]
        assert list(clip_line(line, 100, 100)) == [[(-2, 50), (50, 50), (50, 102)], [(80, 102), (80, 50)]]

    def test_line_past_the_corner_is_nothing(self):
        assert list(clip_line([(-50, 40), (40, -50)], 100, 100)) == []
