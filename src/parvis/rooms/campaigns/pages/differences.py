"""What changed between two versions of a text, by words, with only the paragraphs in which something did."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

WORDS = re.compile(r"\s+|[^\s]+")
LONGEST = 4_000
"""Words of a paragraph that are compared one by one; a longer one is shown as gone and written anew."""


@dataclass(frozen=True)
class Piece:
    """Some words that stayed (`same`), went (`gone`) or came (`new`)."""

    kind: str
    text: str


type Paragraph = Sequence[Piece]


def changed(before: str, after: str) -> list[Paragraph]:
    """The paragraphs that are another, were added or taken away, in their order."""
    old, new = paragraphs(before), paragraphs(after)
    found: list[Paragraph] = []
    for kind, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        both = min(end - start, last - first)
        found += [by_words(old[start + one], new[first + one]) for one in range(both)]
        found += [[Piece("gone", text)] for text in old[start + both : end]]
        found += [[Piece("new", text)] for text in new[first + both : last]]
    return found


def paragraphs(text: str) -> list[str]:
    """The lines of a text that hold something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def by_words(before: str, after: str) -> Paragraph:
    """A paragraph with what went and what came marked."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    if len(old) + len(new) > LONGEST:
        return [Piece("gone", before), Piece("new", after)]
    return list(joined(old, new))


def joined(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    """The pieces, with what went before what came instead of it; words that changed side by side are one piece."""
    gone, came = "", ""
    for kind, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        text = "".join(old[start:end])
        if kind != "equal":
            gone, came = gone + text, came + "".join(new[first:last])
        elif gone and came and not text.strip():
            gone, came = gone + text, came + text
        else:
            yield from changes(gone, came)
            yield Piece("same", text)
            gone, came = "", ""
    yield from changes(gone, came)


def changes(gone: str, came: str) -> list[Piece]:
    """What went and what came, as far as there is any."""
    return [Piece(kind, text) for kind, text in (("gone", gone), ("new", came)) if text]
