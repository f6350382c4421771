"""Names mentioned in a text: what stands after an @ that begins a word."""

import re

from .search import fold

LONGEST = 60
MOST = 20
_AFTER_AT = re.compile(rf"(?<![\w@/.+-])@(?=[^\W\d_])([^\n@]{{1,{LONGEST}}})")


def mentions(text: str) -> list[str]:
    """What follows each @ of a text, each once; where a name ends is not known yet. Addresses of mail are passed over."""
    if "@" not in text:
        return []
    return list(dict.fromkeys(found[1] for found in _AFTER_AT.finditer(text)))[:MOST]


def name_words(text: str) -> tuple[str, ...]:
    """The words of a name or of what might begin with one, without accents and cases."""
    return tuple(re.findall(r"\w+", fold(text)))
