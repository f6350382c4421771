"""The characters a bill may hold, and plain ones in place of those it may not."""

import re
import unicodedata
from collections.abc import Container

from .typeface import drawable

PAYABLE = frozenset(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x180)])) | frozenset("ȘșȚț€")
"""What the code of a bill may hold (Implementation Guidelines QR-bill 2.3, §4.1.1): 324 characters.

Kept for EPC codes too: banks take no more there, and often less.
"""

_PLAIN = {
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "ʼ": "'", "′": "'", "‹": "'", "›": "'",
    "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
    "•": "-", "…": "...", "ẞ": "SS",
}  # fmt: skip
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Sk", "So"})
"""Emoji, their joiners and skins, marks without a letter: words can do without them."""
_SOFT_HYPHEN = "\xad"
_BLANKS = re.compile(r"[ \t\n\r\f\v]+")


def payable(text: str) -> tuple[str, str]:
    """(`text` as the code may hold it, the characters that cannot be written so).

    On one line, with single spaces. Typographic marks become plain; a letter whose accent the guidelines do not know
    loses it; emoji are left out. Letters of other scripts cannot be written so.
    """
    plain, foreign = _within(" ".join(text.split()), PAYABLE)
    return " ".join(plain.split()), foreign


def printable(text: str) -> tuple[str, str]:
    """(`text` as a letter shows it, the letters that its typeface lacks): with its no-break spaces, without emoji."""
    shown, foreign = _within(_BLANKS.sub(" ", text), drawable())
    return _BLANKS.sub(" ", shown).strip(" "), foreign


def _within(text: str, allowed: Container[str]) -> tuple[str, str]:
    written, foreign = [], {}
    for char in unicodedata.normalize("NFC", text).replace(_SOFT_HYPHEN, ""):
        plain = char if char in allowed else _PLAIN.get(char) or _bare(char, allowed)
        written.append(plain)
        if not plain and unicodedata.category(char) not in _UNSEEN:
            foreign[char] = True
    return "".join(written), "".join(foreign)


def _bare(char: str, allowed: Container[str]) -> str:
    """A letter without its accents, a ligature as its letters; empty when that is not allowed either."""
    pieces = [one for one in unicodedata.normalize("NFKD", char) if not unicodedata.combining(one)]
    return "".join(pieces) if all(one in allowed for one in pieces) else ""
