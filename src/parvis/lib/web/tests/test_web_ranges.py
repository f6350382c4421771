"""Parts of files: what is asked for is what a slice of the file is."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from parvis.lib.web.ranges import Unsatisfiable, asked_range

numbers = st.integers(0, 400)
sizes = st.integers(0, 300)


def part(header: str, size: int) -> bytes:
    """What of a file of so many different bytes is sent."""
    asked = asked_range(header, size)
    assert asked is not None
    return (bytes(range(256)) * 2)[:size][asked.start : asked.stop]


def sliced(size: int, start: int, stop: int | None) -> bytes:
    return (bytes(range(256)) * 2)[:size][start:stop]


class TestARange:
    @settings(deadline=None)
    @given(first=numbers, length=numbers, size=sizes)
    def test_is_a_slice(self, first, length, size):
        expected = sliced(size, first, first + length + 1)
        header = f"bytes={first}-{first + length}"
        if expected:
            assert part(header, size) == expected
        else:
            with pytest.raises(Unsatisfiable):
                asked_range(header, size)

    @settings(deadline=None)
    @given(first=numbers, size=sizes)
    def test_without_an_end_goes_to_the_end(self, first, size):
        assume(first < size)
        assert part(f"bytes={first}-", size) == sliced(size, first, None)

    @settings(deadline=None)
    @given(last=numbers, size=sizes)
    def test_without_a_beginning_is_the_last_bytes(self, last, size):
        if last and size:
            assert part(f"bytes=-{last}", size) == sliced(size, -last, None)
        else:
            with pytest.raises(Unsatisfiable):
                asked_range(f"bytes=-{last}", size)

    @pytest.mark.parametrize(
        "header",
        [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=5-2",
            "bytes=0-1,3-4",
            "items=0-1",
            "bytes=a-b",
            "bytes=１-２",
        ],
    )
    def test_is_passed_over_when_it_is_none(self, header):
        assert asked_range(header, 10) is None

    @settings(deadline=None)
    @given(st.text(max_size=40), sizes)
    def test_is_never_outside_of_the_file(self, header, size):
        try:
            asked = asked_range(header, size)
        except Unsatisfiable:
            return
        assert asked is None or (0 <= asked.start < asked.stop <= size)

    def test_knows_its_unit_in_any_case(self):
        assert asked_range("Bytes=0-1", 10) == range(2)
