"""Which version of Parvis this is, and what each version changed."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from parvis.lib.markup import from_markdown, lower_headings

PACKAGE = Path(__file__).resolve().parents[2]
PLACES = (PACKAGE / "CHANGELOG.md", PACKAGE.parents[1] / "CHANGELOG.md")


def this_version() -> str:
    """The number of the version that runs."""
    try:
        return version("parvis")
    except PackageNotFoundError:
        return ""


def changes() -> str:
    """What each version changed, newest first, as HTML; empty when the notes did not travel with the program."""
    for place in PLACES:
        if place.is_file():
            return lower_headings(from_markdown(without_title(place.read_text(encoding="utf-8"))))
    return ""


def without_title(text: str) -> str:
    """The notes from their first version on."""
    start = text.find("\n## ")
    return text[start + 1 :] if start >= 0 else text
