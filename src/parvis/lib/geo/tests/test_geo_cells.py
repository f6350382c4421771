"""Cells, and the nearest by them, held against looking at everything."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.lib.geo.cells import ALL, Neighbour, cell_of, nearest, ranges, ranges_of
from parvis.lib.geo.earth import FARTHEST_M, Box, Point, distance

anywhere = st.builds(Point, st.floats(-90, 90), st.floats(-180, 179.999999))
edges = st.builds(
    Point,
    st.sampled_from([-90, -89.9999, -45, 0, 45.0, 89.9999, 90]),
    st.sampled_from([-180, -179.9999, 0, 90.0, 179.9999]),
)
crowd = st.builds(
    lambda base, north, east: Point(max(-90, min(90, base.lat + north)), base.lon + east),
    st.sampled_from([Point(46.2, 6.15), Point(-17.8, 180), Point(90, 0), Point(-90, 0), Point(0, 0)]),
    st.floats(-0.01, 0.01),
    st.floats(-0.01, 0.01),
)
points = st.one_of(anywhere, edges, crowd)


class Shelf:
    """Places in a list, read by ranges of cells as a database would, counting what was read."""

    def __init__(self, places):
        self.rows = sorted(
            (cell_of(point), number, point.lat, point.lon) for number, point in enumerate(places)
        )
        self.asked = 0

    def __call__(self, wanted):
        self.asked += 1
        for cell, number, lat, lon in self.rows:
            if any(low <= cell <= high for low, high in wanted):
                yield number, lat, lon


def by_looking_at_all(places, center, count, most_m=FARTHEST_M):
    away = sorted((distance(center, point), number) for number, point in enumerate(places))
    return [Neighbour(number, metres) for metres, number in away if metres <= most_m][:count]


class TestCell:
    @given(points)
    def test_fits_a_signed_bigint(self, point):
        assert 0 <= cell_of(point) < 2**62

    def test_ends_at_the_corners(self):
        assert cell_of(Point(-90, -180)) == ALL[0]
        assert cell_of(Point(90, 179.9999999999)) == ALL[1]

    def test_never_changes(self):
        """Databases hold these numbers."""
        assert cell_of(Point(0, 0)) == 3 << 60
        assert cell_of(Point(46.2022, 6.1457)) == 3749345570559773456

    @given(points)
    def test_tells_centimetres_apart(self, point):
        if abs(point.lat) < 89:
            assert cell_of(point) != cell_of(Point(point.lat + 2e-7, point.lon))


class TestRanges:
    @given(points, points, st.floats(0, FARTHEST_M))
    def test_cover_the_disc(self, center, other, radius):
        if distance(center, other) <= radius:
            assert any(low <= cell_of(other) <= high for low, high in ranges(center, radius))

    @given(points, st.floats(0, FARTHEST_M))
    def test_are_few_sorted_and_apart(self, center, radius):
        found = ranges(center, radius)
        assert 1 <= len(found) <= 32
        assert all(low <= high for low, high in found)
        assert all(before[1] + 1 < after[0] for before, after in pairwise(found))

    def test_of_a_small_disc_leave_most_of_the_world_out(self):
        held = sum(high - low + 1 for low, high in ranges(Point(46.2, 6.15), 1_000))
        assert held / 2**62 < 1e-7

    def test_of_half_a_turn_hold_everything(self):
        assert ranges(Point(12, 34), FARTHEST_M) == (ALL,)

    @given(points, points, points)
    def test_of_a_box_cover_it(self, one, another, third):
        box = Box(min(one.lat, another.lat), one.lon, max(one.lat, another.lat), another.lon)
        if box.holds(third):
            assert any(low <= cell_of(third) <= high for low, high in ranges_of(box))


class TestNearest:
    @settings(max_examples=300, deadline=None)
    @given(st.lists(points, max_size=40), points, st.integers(0, 50))
    def test_is_what_looking_at_everything_finds(self, places, center, count):
        assert nearest(Shelf(places), center, count=count) == by_looking_at_all(places, center, count)

    @settings(max_examples=200, deadline=None)
    @given(st.lists(points, max_size=40), points, st.integers(1, 50), st.floats(0, FARTHEST_M))
    def test_goes_no_farther_than_told(self, places, center, count, most_m):
        found = nearest(Shelf(places), center, count=count, most_m=most_m)
        assert found == by_looking_at_all(places, center, count, most_m)

    @pytest.mark.parametrize(
        "center",
        [
            Point(-17.8, 179.99),
            Point(-17.8, -179.99),
            Point(65.5, -179.5),
            Point(78.22, 15.63),
            Point(89.999, 12),
            Point(-90, 0),
        ],
    )
    def test_is_exact_in_a_thick_crowd_at_the_worlds_edges(self, center):
        dice = random.Random(7)
        places = [
            Point(max(-90, min(90, center.lat + dice.gauss(0, 0.05))), center.lon + dice.gauss(0, 0.1))
            for _ in range(2_000)
        ]
        assert nearest(Shelf(places), center, count=30) == by_looking_at_all(places, center, 30)

    def test_of_an_empty_world_is_nothing(self):
        assert nearest(Shelf([]), Point(1, 2), count=30) == []

    def test_of_ten_thousand_in_one_tower_takes_the_lowest_ids(self):
        tower = [Point(25.0339, 121.5645)] * 10_000
        shelf = Shelf(tower)
        found = nearest(shelf, Point(25.034, 121.564), count=30)
        assert [one.id for one in found] == list(range(30))
        assert shelf.asked == 1

    def test_of_more_than_there_are_gives_all(self):
        places = [Point(46.2, 6.15), Point(-33.9, 151.2), Point(64.1, -21.9)]
        assert [one.id for one in nearest(Shelf(places), Point(45, 5), count=99)] == [0, 2, 1]

    def test_reaches_the_antipode_in_few_steps(self):
        shelf = Shelf([Point(-46.2, -173.85)])
        assert [one.id for one in nearest(shelf, Point(46.2, 6.15), count=1)] == [0]
        assert shelf.asked <= 20

    def test_of_none_asks_nothing(self):
        shelf = Shelf([Point(0, 0)])
        assert nearest(shelf, Point(0, 0), count=0) == []
        assert shelf.asked == 0
