"""Every setting is documented, and every documented setting is read."""

import re
from pathlib import Path

import pytest

import parvis
from parvis.conftest import skip_or_fail

SOURCE = Path(parvis.__file__).parent
DOCS = SOURCE.parents[1] / "docs"
READ = re.compile(
    r"""(?:env\.(?:text|number|truth)|variables\.get|environ\.get)\(\s*["'](PARVIS_[A-Z_]+)["']"""
)
ROW = re.compile(r"^\| `(PARVIS_[A-Z_]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def read_somewhere() -> set[str]:
    """The settings that the program asks for, wherever it does."""
    files = [
        path for path in SOURCE.rglob("*.py") if "tests" not in path.parts and path.name != "conftest.py"
    ]
    return {name for path in files for name in READ.findall(path.read_text(encoding="utf-8"))}


@pytest.fixture(autouse=True)
def documentation() -> None:
    """The documentation does not travel with the program."""
    if not DOCS.is_dir():
        skip_or_fail("the documentation is absent")


class TestSettings:
    def test_are_all_documented_and_none_is_made_up(self) -> None:
        documented = [row[0] for row in ROW.findall((DOCS / "settings.md").read_text(encoding="utf-8"))]
        assert sorted(documented) == sorted(read_somewhere())

    def test_have_a_type_and_a_default(self) -> None:
        rows = ROW.findall((DOCS / "settings.md").read_text(encoding="utf-8"))
        assert all(part.strip() for row in rows for part in row)

    @pytest.mark.parametrize("name", ["run.en.md", "run.fr.md"])
    def test_named_in_the_guides_exist(self, name: str) -> None:
        named = set(re.findall(r"PARVIS_[A-Z_]+", (DOCS / name).read_text(encoding="utf-8")))
        assert named <= read_somewhere()

    def test_are_found_by_this_test_at_all(self) -> None:
        assert {"PARVIS_URL", "PARVIS_DATA", "PARVIS_WEB_WORKERS", "PARVIS_STRICT"} <= read_somewhere()
