"""Serialised PHP values come back as they were, and nothing else does."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.lib.wxr.php import PhpFormatError, loads


def dumps(value) -> str:
    """What PHP's serialize() writes for plain values."""
    if value is None:
        return "N;"
    if isinstance(value, bool):
        return f"b:{int(value)};"
    if isinstance(value, int):
        return f"i:{value};"
    if isinstance(value, float):
        return f"d:{value!r};"
    if isinstance(value, str):
        return f's:{len(value.encode())}:"{value}";'
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    return f"a:{len(value)}:{{{''.join(dumps(key) + dumps(each) for key, each in pairs)}}}"


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, min_size=1, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


class TestLoads:
    @settings(derandomize=True, deadline=None)
    @given(VALUES)
    def test_gives_back_what_was_written(self, value):
        assert loads(dumps(value)) == value
        assert loads(dumps(value).encode()) == value

    def test_counts_bytes_and_not_letters(self):
        assert loads('s:5:"été";') == "été"
        with pytest.raises(PhpFormatError):
            loads('s:3:"été";')

    def test_lets_quotes_and_semicolons_stand_in_a_text(self):
        assert loads('a:1:{i:3;s:9:"a";s:1:"b";}') == {3: 'a";s:1:"b'}

    def test_makes_a_list_of_keys_from_zero_on(self):
        assert loads('a:2:{i:0;s:1:"a";i:1;s:1:"b";}') == ["a", "b"]
        assert loads('a:2:{i:1;s:1:"a";i:2;s:1:"b";}') == {1: "a", 2: "b"}
        assert loads("a:0:{}") == {}

    def test_reads_numbers_that_are_no_numbers(self):
        assert loads("d:INF;") == math.inf
        assert math.isnan(loads("d:NAN;"))

    @pytest.mark.parametrize(
        "text",
        ['O:8:"stdClass":0:{}', 'C:1:"A":0:{}', 'a:1:{i:0;O:1:"A":0:{}}', "a:1:{i:0;R:1;}", "r:1;"],
    )
    def test_refuses_objects_and_references(self, text):
        with pytest.raises(PhpFormatError, match="refused"):
            loads(text)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "plain text",
            "a:1:{",
            'a:9:{s:1:"a";i:1;}',
            "i:1",
            "i:1;i:2;",
            "b:2;",
            "a:1:{N;i:1;}",
            "d:1.2.3;",
            's:-1:"";',
        ],
    )
    def test_refuses_what_is_no_value(self, text):
        with pytest.raises(PhpFormatError):
            loads(text)

    def test_refuses_depth_and_size_that_no_site_has(self):
        with pytest.raises(PhpFormatError, match="deeply"):
            loads("a:1:{i:0;" * 500 + "N;" + "}" * 500)
        with pytest.raises(PhpFormatError, match="longer"):
            loads("a:999999999:{}")

    @settings(derandomize=True, deadline=None)
    @given(st.text(max_size=40) | st.text('asidbN:;{}"0123456789', max_size=60), st.booleans())
    def test_raises_nothing_else(self, text, lenient):
        try:
            loads(text, lenient=lenient)
        except PhpFormatError:
            return

    def test_reads_a_text_whose_line_ends_were_changed_on_the_way(self):
        written = dumps({"fr": "une\r\ndeux", "en": "one"}).replace("\r\n", "\n")
        with pytest.raises(PhpFormatError):
            loads(written)
        assert loads(written, lenient=True) == {"fr": "une\ndeux", "en": "one"}
