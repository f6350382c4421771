"""Days by the clock on the wall, in every zone there is, and as hundreds of real campaigns ended."""

import csv
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.lib.funding import LONGEST, Deadline, NoSuchLength, after_days, at_local

ZONES = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("right/"))
NEW_YORK = "America/New_York"
A_DAY = timedelta(days=1)
AN_HOUR = timedelta(hours=1)
moments = st.integers(1_577_836_800, 2_051_222_400).map(lambda second: datetime.fromtimestamp(second, UTC))
lengths = st.integers(1, LONGEST)
zones = st.sampled_from(ZONES)


def wall(shown):
    """What clocks show."""
    return datetime.fromisoformat(shown)


class TestSoManyDays:
    def test_are_days_of_the_clock_when_it_is_put_forward(self):
        launched = datetime(2027, 3, 27, 9, 0, tzinfo=UTC)  # ten in Zurich, the day before summer time
        assert after_days(launched, 2, "Europe/Zurich").at == datetime(2027, 3, 29, 8, 0, tzinfo=UTC)

    def test_are_days_of_the_clock_when_it_is_put_back(self):
        launched = datetime(2027, 10, 30, 8, 0, tzinfo=UTC)
        assert after_days(launched, 2, "Europe/Zurich").at == datetime(2027, 11, 1, 9, 0, tzinfo=UTC)

    def test_end_later_where_the_hour_is_left_out(self):
        launched = datetime(2027, 3, 27, 1, 30, tzinfo=UTC)  # half past two, which the next day has not
        ended = after_days(launched, 1, "Europe/Zurich").at
        assert ended.astimezone(ZoneInfo("Europe/Zurich")).replace(tzinfo=None) == wall("2027-03-28 03:30")

    def test_end_the_first_time_where_the_hour_comes_twice(self):
        launched = datetime(2027, 10, 30, 0, 30, tzinfo=UTC)  # half past two, which the next day has twice
        assert after_days(launched, 1, "Europe/Zurich").at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)

    @given(moments, lengths, zones)
    def test_show_the_same_time_of_day_or_the_hour_that_was_left_out(self, launched, days, zone):
        ended = after_days(launched, days, zone).at
        here, there = (one.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for one in (launched, ended))
        late = there - (here + timedelta(days=days))
        offsets = [(ended + side).astimezone(ZoneInfo(zone)).utcoffset() for side in (-A_DAY, A_DAY)]
        assert late == timedelta() or late == offsets[1] - offsets[0] > timedelta()

    @given(moments, zones)
    def test_more_days_end_later(self, launched, zone):
        ends = [after_days(launched, days, zone).at for days in range(1, 8)]
        assert ends == sorted(set(ends))

    @pytest.mark.parametrize("days", [-1, 0, LONGEST + 1])
    def test_are_one_to_sixty(self, days):
        with pytest.raises(NoSuchLength):
            after_days(datetime(2027, 1, 1, tzinfo=UTC), days, "Europe/Zurich")

    def test_may_be_fewer_where_the_owners_say_so(self):
        with pytest.raises(NoSuchLength, match="30 days"):
            after_days(datetime(2027, 1, 1, tzinfo=UTC), 31, "Europe/Zurich", longest=30)


class TestAChosenEnd:
    def test_is_at_the_time_of_the_zone(self):
        launched = datetime(2027, 1, 1, tzinfo=UTC)
        found = at_local(launched, wall("2027-02-01 20:00"), "Asia/Kathmandu")
        assert found == Deadline(datetime(2027, 2, 1, 14, 15, tzinfo=UTC), "Asia/Kathmandu")

    @given(moments, lengths, zones)
    def test_may_be_as_far_as_days_may(self, launched, days, zone):
        chosen = launched.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + timedelta(days=days)
        assert at_local(launched, chosen, zone) == after_days(launched, days, zone)

    @pytest.mark.parametrize("chosen", ["2027-01-01", "2026-12-01", "2027-03-02 00:01"])
    def test_lies_ahead_and_not_too_far(self, chosen):
        with pytest.raises(NoSuchLength):
            at_local(datetime(2027, 1, 1, tzinfo=UTC), wall(chosen), "UTC")


class TestADeadline:
    def test_is_the_first_moment_that_is_too_late(self):
        ended = Deadline(datetime(2027, 1, 1, tzinfo=UTC), "UTC")
        assert ended.accepts(ended.at - timedelta(microseconds=1))
        assert not ended.accepts(ended.at)


@pytest.mark.data
class TestRealCampaigns:
    """Kickstarter reckons in the zone of New York; half of them ran across a change of the clocks."""

    def whole_days(self, spans):
        """(launch, end, days) of those whose length is a number of days, give or take the hour of a change of clocks."""
        for launched, ended in spans:
            days = round((ended - launched) / A_DAY)
            if abs(ended - launched - timedelta(days=days)) in {timedelta(), AN_HOUR}:
                yield launched, ended, days

    def test_end_to_the_second_as_they_did(self, shared_data):
        with (shared_data / "campaigns" / "kickstarter_500_timestamps.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        spans = [
            (datetime.fromisoformat(row["launched_at"]), datetime.fromisoformat(row["deadline"]))
            for row in rows
        ]
        found = list(self.whole_days(spans))
        right = [ended == after_days(at, days, NEW_YORK, longest=90).at for at, ended, days in found]
        elapsed = [ended == at + timedelta(days=days) for at, ended, days in found]
        assert len(rows) == 500
        assert (len(found), sum(right), sum(elapsed)) == (382, 382, 314)

    def test_of_games_end_so_but_for_a_few(self, shared_data):
        with (shared_data / "campaigns" / "kickstarter_2400_games_unix.csv").open(newline="") as file:
            spans = [
                (
                    datetime.fromtimestamp(int(row["Launched_at"]), UTC),
                    datetime.fromtimestamp(int(row["Deadline"]), UTC),
                )
                for row in csv.DictReader(file)
            ]
        found = list(self.whole_days(spans))
        right = [ended == after_days(at, days, NEW_YORK, longest=90).at for at, ended, days in found]
        assert (len(found), sum(right)) == (1388, 1380)
