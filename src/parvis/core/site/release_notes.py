"""Which version of Parvis this is, and what each version changed."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from parvis.lib.markup import from_markdown, lower_headings

PACKAGE = Path(__file__).resolve().parents[2]
PLACES = (PACKAGE, PACKAGE.parents[1])
NAMES = {"en": "CHANGELOG.md", "fr": "CHANGELOG.fr.md"}


def this_version() -> str:
    """The number of the version that runs."""
    try:
        return version("parvis")
    except PackageNotFoundError:
        return ""


def changes(language: str) -> tuple[str, str]:
    """What each version changed, newest first, as HTML in this language if there is one; and the language it is in.

    Both are empty when the notes did not travel with the program.
    """
    for name, speaks in dict.fromkeys([(NAMES.get(language, NAMES["en"]), language), (NAMES["en"], "en")]):
        for place in PLACES:
            if (place / name).is_file():
                text = (place / name).read_text(encoding="utf-8")
                return lower_headings(from_markdown(without_title(text))), speaks
    return "", ""


def without_title(text: str) -> str:
    """The notes from their first version on."""
    start = text.find("\n## ")
    return text[start + 1 :] if start >= 0 else text
