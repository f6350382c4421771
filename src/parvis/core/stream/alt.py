"""Pictures that say nothing to those who cannot see them: found in a Markdown text, and given their words."""

import re
from collections.abc import Mapping, Sequence

BARE = re.compile(r'!\[\s*\]\((/media/([a-z0-9]{20})/[^)\s]*)((?:\s+"[^"]*")?)\)')


def without_words(text: str) -> Sequence[str]:
    """The names of the pictures of a text that have no alternative text, each once."""
    return list(dict.fromkeys(found[2] for found in BARE.finditer(text)))


def with_words(text: str, words: Mapping[str, str]) -> str:
    """The text with these words, by the names of pictures, where a picture had none."""

    def said(found: re.Match[str]) -> str:
        alt = " ".join(words.get(found[2], "").split()).replace("[", "(").replace("]", ")")
        return f"![{alt}]({found[1]}{found[3]})" if alt else found[0]

    return BARE.sub(said, text)
