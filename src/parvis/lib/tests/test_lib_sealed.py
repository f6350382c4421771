"""Sealed texts open with their own key and purpose, and with nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.lib.sealed import Unsealable, seal, unseal


@given(st.text(st.characters(codec="utf-8")))
def test_what_was_sealed_is_given_back(text: str) -> None:
    sealed = seal(text, key="key", purpose="test")

    assert unseal(sealed, key="key", purpose="test") == text
    assert len(text) < 8 or text not in sealed


@pytest.mark.parametrize(("key", "purpose"), [("other", "test"), ("key", "other")])
def test_no_other_key_and_no_other_purpose_opens_it(key: str, purpose: str) -> None:
    sealed = seal("token", key="key", purpose="test")

    with pytest.raises(Unsealable):
        unseal(sealed, key=key, purpose=purpose)


@pytest.mark.parametrize("broken", ["", "é", "gAAAA", "x" * 100])
def test_what_is_broken_opens_not(broken: str) -> None:
    with pytest.raises(Unsealable):
        unseal(broken, key="key", purpose="test")
