"""The last part of an address, made of a title."""

import re
import unicodedata

from parvis.lib.text.search import fold

_LONGEST = 100
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_WORD = re.compile(r"[^\W_]+")


def slug(text: str, *, words: int = 12) -> str:
    """The first words of `text` in small ASCII letters, joined by hyphens; empty when none remain."""
    return _joined(_ASCII_WORD.findall(fold(text))[:words])


def readable(text: str) -> str:
    """The words of `text` in their own letters, small, joined by hyphens: for addresses made elsewhere."""
    return _joined(_WORD.findall(unicodedata.normalize("NFC", text.lower())))


def _joined(words: list[str]) -> str:
    """The words joined by hyphens, as many as fit whole into 100 characters."""
    joined = ""
    for word in words:
        longer = f"{joined}-{word}" if joined else word[:_LONGEST]
        if len(longer) > _LONGEST:
            break
        joined = longer
    return joined
