"""What every test of the house may ask for."""

import os
from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def skip_or_fail(reason: str) -> None:
    """Skip a test that cannot run here; where nothing may be missing (`PARVIS_TEST_REQUIRE=all`), fail."""
    if os.environ.get("PARVIS_TEST_REQUIRE") == "all":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def shared_data() -> Path:
    """The folder of real files from the wild."""
    if not SHARED_DATA.is_dir():
        skip_or_fail("the real files of ../shared/data are absent")
    return SHARED_DATA
