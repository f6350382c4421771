"""Results kept by content: found again for equal values, never for others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.lib.kept import Kept

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary(),
    lambda inner: st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.lists(plain).map(tuple), st.lists(plain).map(tuple))
def test_two_questions_share_a_result_only_if_they_are_the_same(
    one: tuple[object], other: tuple[object]
) -> None:
    kept: Kept[str] = Kept(10)
    assert kept.get(one, lambda: "first") == "first"
    assert kept.get(one, lambda: "again") == "first"
    assert (kept.get(other, lambda: "second") == "first") == (repr(one) == repr(other))


def test_the_oldest_result_goes_first() -> None:
    kept: Kept[int] = Kept(2)
    for number in (1, 2, 1, 3):
        kept.get((number,), lambda number=number: number)  # type: ignore[misc]
    assert len(kept) == 2
    assert [kept.get((number,), lambda: 0) for number in (1, 3)] == [1, 3]
    assert kept.get((2,), lambda: 0) == 0


def test_what_has_no_content_is_refused() -> None:
    with pytest.raises(ValueError, match="unmarshallable"):
        Kept[int](1).get((object(),), lambda: 1)
