"""Points, distances, boxes."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.lib.geo.earth import FARTHEST_M, BadPoint, Box, Point, distance

GENEVA = Point(46.2022, 6.1457)
LYON = Point(45.7485, 4.8467)

points = st.builds(Point, st.floats(-90, 90), st.floats(-180, 179.999999))


class TestPoint:
    @pytest.mark.parametrize(
        ("lat", "lon"),
        [
            (math.nan, 0),
            (0, math.nan),
            (math.inf, 0),
            (0, -math.inf),
            (90.0001, 0),
            (-91, 0),
            (0, 541),
            ("north", 0),
            (None, 0),
        ],
    )
    def test_refuses_what_is_no_place(self, lat, lon):
        with pytest.raises(BadPoint):
            Point(lat, lon)

    @pytest.mark.parametrize(
        ("lon", "normal"),
        [(180, -180), (-180, -180), (190, -170), (-190, 170), (360, 0), (540, -180), (-540, -180)],
    )
    def test_brings_a_longitude_home(self, lon, normal):
        assert Point(0, lon).lon == normal

    def test_never_ends_up_at_180_by_rounding(self):
        assert Point(0, math.nextafter(-180, -181)).lon == -180

    @given(st.floats(-180, 180, exclude_max=True))
    def test_keeps_a_normal_longitude_to_the_last_bit(self, lon):
        assert Point(0, lon).lon == lon

    def test_is_a_value(self):
        assert Point(1, 2) == Point(1.0, 362.0)
        with pytest.raises(AttributeError):
            GENEVA.lat = 3


class TestDistance:
    def test_agrees_with_what_is_known(self):
        assert distance(GENEVA, LYON) == pytest.approx(112_300, rel=0.01)
        assert distance(Point(0, 0), Point(0, 1)) == pytest.approx(111_195, abs=1)

    def test_crosses_the_date_line(self):
        assert distance(Point(0, 179.5), Point(0, -179.5)) == pytest.approx(111_195, abs=1)

    def test_is_the_same_from_any_meridian_at_a_pole(self):
        assert distance(Point(90, 0), Point(90, 123)) == pytest.approx(0, abs=1e-6)
        assert distance(Point(90, 0), Point(-90, 77)) == pytest.approx(FARTHEST_M)

    @given(points, points)
    def test_is_symmetric_and_bounded(self, a, b):
        assert distance(a, b) == distance(b, a)
        assert 0 <= distance(a, b) <= FARTHEST_M
        assert distance(a, a) == 0


class TestBox:
    @given(points, points, st.floats(0, FARTHEST_M))
    def test_around_holds_the_whole_disc(self, center, other, radius):
        if distance(center, other) <= radius:
            assert Box.around(center, radius + 1).holds(other)

    def test_around_crosses_the_date_line(self):
        box = Box.around(Point(-17.8, 179.99), 5_000)
        assert box.west > box.east
        assert box.holds(Point(-17.8, -179.99))
        assert not box.holds(Point(-17.8, 0))

    def test_around_a_pole_has_all_longitudes(self):
        assert Box.around(Point(89.99, 10), 5_000).holds(Point(89.99, -170))

    def test_of_points_takes_the_shorter_way_round(self):
        box = Box.of([Point(0, 170), Point(5, -170), Point(-5, 179)])
        assert box == Box(-5, 170, 5, -170)
        assert box.width == 20
        assert box.center == Point(0, 180)

    def test_of_points_that_span_europe(self):
        assert Box.of([GENEVA, LYON]) == Box(LYON.lat, LYON.lon, GENEVA.lat, GENEVA.lon)

    def test_of_one_point_has_no_size(self):
        box = Box.of([GENEVA])
        assert (box.width, box.height) == (0, 0)

    def test_of_nothing_is_none(self):
        assert Box.of([]) is None

    @given(st.lists(points, min_size=1, max_size=8))
    def test_of_points_holds_them(self, some):
        assert all(Box.of(some).holds(point) for point in some)

    @pytest.mark.parametrize("edges", [(2, 0, 1, 1), (0, 0, 91, 1), (0, -181, 1, 1), (math.nan, 0, 1, 1)])
    def test_refuses_edges_that_make_no_box(self, edges):
        with pytest.raises(BadPoint):
            Box(*edges)
