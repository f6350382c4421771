"""How fast mails go to one provider."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.conftest import AT
from parvis.core.delivery.pace import LONGEST_REST, REST, TRIES, Pace, domain_of

MINUTE = timedelta(minutes=1)


class TestAMinute:
    @given(
        per_minute=st.integers(1, 5),
        seconds=st.lists(st.tuples(st.integers(0, 400), st.sampled_from("ab")), max_size=60),
    )
    def test_has_no_more_than_so_many_for_each(self, per_minute: int, seconds: list[tuple[int, str]]):
        pace, gone = Pace(per_minute), Counter[tuple[str, datetime]]()
        for second, domain in sorted(seconds):
            at = AT + timedelta(seconds=second)
            if pace.held_until(domain, at) is None:
                gone[domain, at.replace(second=0, microsecond=0)] += 1
        assert all(count <= per_minute for count in gone.values())

    def test_that_is_full_lets_the_others_wait_in_turn(self):
        pace, start = Pace(2), AT.replace(second=0, microsecond=0)
        asked = [pace.held_until("a.example", AT) for _number in range(7)]
        after = [start + MINUTE, start + MINUTE, start + 2 * MINUTE, start + 2 * MINUTE, start + 3 * MINUTE]
        assert asked == [None, None, *after]
        assert pace.held_until("b.example", AT) is None
        assert pace.held_until("a.example", start + MINUTE) is None

    def test_has_no_end_unless_the_owner_says(self):
        pace = Pace()
        assert all(pace.held_until("a.example", AT) is None for _number in range(1_000))


class TestAProviderThatPutsUsOff:
    def test_is_left_alone_after_some_in_a_row_and_longer_each_time(self):
        pace, at, rests = Pace(), AT, []
        for _time in range(8):
            for _number in range(TRIES):
                assert pace.held_until("a.example", at) is None
                pace.was_put_off("a.example", at)
            until = pace.held_until("a.example", at)
            assert until is not None
            rests.append(until - at)
            at = until
        assert rests[:3] == [REST, 2 * REST, 4 * REST]
        assert rests[-1] == LONGEST_REST

    def test_is_not_while_it_takes_some(self):
        pace = Pace()
        for _number in range(3 * TRIES):
            pace.was_put_off("a.example", AT)
            pace.took("a.example")
        assert pace.held_until("a.example", AT) is None

    def test_is_no_other(self):
        pace = Pace()
        for _number in range(TRIES):
            pace.was_put_off("a.example", AT)
        assert pace.held_until("b.example", AT) is None


@pytest.mark.parametrize("address", ["bob@Free.Example", '"a@b"@free.example'])
def test_a_provider_is_the_domain(address: str):
    assert domain_of(address) == "free.example"
