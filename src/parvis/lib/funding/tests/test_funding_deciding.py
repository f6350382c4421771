"""What decides, on the real ends of five hundred campaigns; and who may still step back in the last day."""

import csv
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.lib.funding import LAST_DAY, Outcome, may_change, outcome

DEADLINE = datetime(2027, 3, 1, 20, 0, tzinfo=UTC)
amounts = st.integers(1, 10**9)


class TestAnOutcome:
    @given(amounts)
    def test_is_success_at_the_very_goal_and_failure_one_unit_below(self, goal):
        assert outcome(goal, goal) is Outcome.SUCCESSFUL
        assert outcome(goal - 1, goal) is Outcome.FAILED

    @pytest.mark.data
    def test_is_that_of_every_real_campaign_in_its_own_currency(self, shared_data):
        with (shared_data / "campaigns" / "kickstarter_500_timestamps.csv").open(newline="") as file:
            ended = [row for row in csv.DictReader(file) if row["state"] in set(Outcome)]
        wrong = [
            row["id"]
            for row in ended
            if outcome(int(Decimal(row["pledged"]) * 100), int(Decimal(row["goal"]) * 100)) != row["state"]
        ]
        assert len(ended) > 400
        assert wrong == []


class TestThePledgesOfTheLastDay:
    @given(total=amounts, change=st.integers(0, 10**9), goal=amounts, before=st.integers(0, 10**7))
    def test_may_always_grow(self, total, change, goal, before):
        now = DEADLINE - timedelta(seconds=before)
        assert may_change(total=total, change=change, goal=goal, deadline_at=DEADLINE, now=now)

    @given(total=amounts, change=st.integers(-(10**9), -1), goal=amounts)
    def test_may_shrink_freely_a_day_before(self, total, change, goal):
        now = DEADLINE - LAST_DAY - timedelta(microseconds=1)
        assert may_change(total=total, change=change, goal=goal, deadline_at=DEADLINE, now=now)

    @given(total=amounts, change=st.integers(-(10**9), -1), goal=amounts)
    def test_never_take_away_a_goal_that_was_reached(self, total, change, goal):
        allowed = may_change(
            total=total, change=change, goal=goal, deadline_at=DEADLINE, now=DEADLINE - LAST_DAY
        )
        assert allowed == (outcome(total, goal) == outcome(total + change, goal))

    def test_may_shrink_where_the_goal_is_far_anyway(self):
        now = DEADLINE - timedelta(minutes=1)
        assert may_change(total=99, change=-50, goal=100, deadline_at=DEADLINE, now=now)
        assert not may_change(total=100, change=-1, goal=100, deadline_at=DEADLINE, now=now)
        assert may_change(total=101, change=-1, goal=100, deadline_at=DEADLINE, now=now)
