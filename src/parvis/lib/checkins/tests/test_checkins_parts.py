"""Moments, points and stays: what a file may write, and what is refused."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parvis.lib.checkins.moments import BadMoment, minutes_or_none, moment, offset_of
from parvis.lib.checkins.points import point, point_e7, point_in_words
from parvis.lib.checkins.staying import Trail
from parvis.lib.geo.earth import BadPoint, Point

AT = datetime(2024, 11, 24, 4, 28, 50, tzinfo=UTC)
CAFE = Point(46.5196, 6.6322)


class TestMoment:
    @pytest.mark.parametrize(
        "written",
        [
            "2024-11-24 04:28:50.000000",
            "2024-11-24T04:28:50Z",
            "2024-11-24T04:28:50.000Z",
            "2024-11-24T05:28:50+01:00",
            "2024-11-24 05:28:50 +0100",
            "2024-11-24T04:28:50.000000000Z",
            1732422530,
            "1732422530",
            1732422530000,
            "1732422530000",
            1732422530000000,
        ],
        ids=repr,
    )
    def test_is_read_as_it_is_written_anywhere(self, written):
        assert moment(written) == AT

    @pytest.mark.parametrize(
        "written",
        [None, "", True, "yesterday", 0, "0", -5, float("nan"), 1e300, "9999-12-31", [], {}],
        ids=repr,
    )
    def test_is_refused_where_there_is_none(self, written):
        with pytest.raises(BadMoment):
            moment(written)

    def test_tells_how_far_the_clock_there_was_from_utc(self):
        assert offset_of("2024-11-24T05:28:50+01:00") == 60
        assert offset_of("2024-11-24 05:28:50 -0730") == -450
        assert offset_of("2024-11-24T05:28:50Z") is None
        assert minutes_or_none("-360") == -360
        assert minutes_or_none(10_000) is None

    @settings(deadline=None)
    @given(st.text() | st.floats() | st.integers() | st.none())
    def test_is_a_moment_or_refused(self, anything):
        try:
            assert moment(anything).tzinfo is UTC
        except BadMoment:
            return


class TestPoint:
    def test_is_read_from_numbers_and_from_words(self):
        assert point("48.8566", "2.3522") == point(48.8566, 2.3522) == Point(48.8566, 2.3522)
        assert point_in_words("48.8566°, 2.3522°") == Point(48.8566, 2.3522)
        assert point_in_words("geo:-27.720022,97.347951") == Point(-27.720022, 97.347951)

    def test_in_ten_millionths_may_have_lost_its_sign(self):
        assert point_e7(355831402, -1193393903) == Point(35.5831402, -119.3393903)
        assert point_e7(2**32 - 338688000, 2**32 - 704000000) == Point(-33.8688, -70.4)
        assert point_e7("488566000", "23522000") == Point(48.8566, 2.3522)

    @pytest.mark.parametrize(
        "pair",
        [(100.5, 13.7), (0, 0), (48, 181), (48, -300), ("x", "y"), (None, 1), (True, 1), (float("nan"), 1)],
    )
    def test_that_is_nowhere_is_refused_and_not_turned_round(self, pair):
        with pytest.raises(BadPoint):
            point(*pair)

    @pytest.mark.parametrize("words", ["", "48.8", "geo:1", "91.0, 2.0", "1e5,2", None, 3, "9" * 500])
    def test_in_words_that_say_none_is_refused(self, words):
        with pytest.raises(BadPoint):
            point_in_words(words)


def stays(*steps, least=timedelta(minutes=3)):
    """The stays of a trail of (minutes, metres to the north)."""
    trail = Trail(least)
    found = []
    for minutes, north in steps:
        found += trail.take(AT + timedelta(minutes=minutes), Point(CAFE.lat + north / 111_195, CAFE.lon))
    return [*found, *trail.end()]


class TestTrail:
    def test_finds_a_stay_and_its_middle(self):
        (stay,) = stays((0, 0), (5, 10), (10, 20), (12, 900), (14, 2000))
        assert (stay.at, stay.until, stay.count) == (AT, AT + timedelta(minutes=10), 3)
        assert stay.point.lat == pytest.approx(CAFE.lat + 10 / 111_195, abs=1e-7)
        assert stay.point.lon == pytest.approx(CAFE.lon)

    def test_wants_two_positions_three_minutes_and_no_gap_of_half_an_hour(self):
        assert stays((0, 0)) == []
        assert stays((0, 0), (2, 0)) == []
        assert stays((0, 0), (31, 0)) == []
        assert len(stays((0, 0), (30, 0))) == 1

    def test_reaches_farther_the_longer_it_lasts(self):
        step = [(minutes, 0) for minutes in range(0, 130, 10)]
        assert len(stays(*step, (125, 90))) == 1
        assert len(stays((0, 0), (5, 0), (6, 90), (12, 90))) == 2

    def test_ends_where_time_jumps_back(self):
        assert len(stays((0, 0), (5, 0), (-60, 0), (-50, 0))) == 2

    def test_stands_across_the_meridian_of_the_date(self):
        trail = Trail()
        for minutes, lon in ((0, 179.9999), (5, -179.9999), (10, -179.9999)):
            assert list(trail.take(AT + timedelta(minutes=minutes), Point(10, lon))) == []
        (stay,) = trail.end()
        assert abs(stay.point.lon) > 179.9998

    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 2_000)), max_size=40))
    def test_never_counts_a_position_twice(self, steps):
        found = stays(*sorted(steps))
        assert sum(stay.count for stay in found) <= len(steps)
        assert all(before.until <= after.at for before, after in pairwise(found))
