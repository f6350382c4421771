"""What an owner may read of a mail that was not understood: what its sender says, never what we had sent to somebody."""

import re
from collections.abc import Iterable, Iterator

from parvis.core.stream.models import Publication
from parvis.lib.mail.bounces import starts_what_was_sent
from parvis.lib.mail.received import Received, decoded

from .actions.breaking import without_addresses
from .inbound import OF_A_TOKEN
from .links import ID, OF_A_MARK
from .models import Copy, Mail

HEADERS = ("From", "Subject", "Date", "Content-Type", "Auto-Submitted", "X-Mailer")
MOST_LINES, LONGEST_LINE = 25, 200
LONGEST_HEADER = 160
RUN = 4
"""Words in a row that are taken for ours when they stand so in what was sent."""
A_KEY = re.compile(
    rf"[a-z0-9]{{{ID}}}(?:[0-9a-f]{{{OF_A_MARK}}}|[a-z2-7]{{{OF_A_TOKEN - ID}}})", re.IGNORECASE
)
_WORD = re.compile(r"\w+")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,40}:\s")


def excerpt(received: Received, mail: Mail | None) -> str:
    """Some headers and the first lines, without addresses, keys of readers, and words of publications.

    Providers return what they could not deliver in a part of its own, or below a line that says so; both are cut. Where
    they do neither, what repeats our words is.
    """
    ours = Ours(mail)
    heads = [(name, received.header(name)[:LONGEST_HEADER]) for name in HEADERS]
    lines = [f"{name}: {ours.without(value)}" for name, value in heads if value]
    lines += ["", *ours.others(own_lines(received))]
    return A_KEY.sub("…", without_addresses("\n".join(lines)))


def own_lines(received: Received) -> Iterator[str]:
    """The first lines of what the sender says, up to where our mail begins."""
    part = next((one for one in received.parts if one.kind == "text/plain"), None)
    text = decoded(part) if part is not None else received.text
    count = 0
    for line in text.splitlines():
        words = " ".join(line[:LONGEST_LINE].split())
        if starts_what_was_sent(line) or (count and _HEADER.match(words)) or count == MOST_LINES:
            return
        if words and not words.startswith((">", "|")):
            count += 1
            yield words


class Ours:
    """The words of what a mail held, so that they can be told from those of others."""

    def __init__(self, mail: Mail | None) -> None:
        held = publications_in(mail) if mail is not None else []
        texts = [text for one in held for text in (one.title, one.text)]
        self.words = [[word.lower() for word in _WORD.findall(text)] for text in texts]
        self.runs = {run for words in self.words for run in runs(words, RUN)}

    def repeats(self, line: str) -> bool:
        """Whether a line says something that was ours: some words in a row, or all of a short line."""
        words = [word.lower() for word in _WORD.findall(line)]
        if len(words) >= RUN:
            return any(run in self.runs for run in runs(words, RUN))
        return bool(words) and any(tuple(words) in runs(text, len(words)) for text in self.words)

    def without(self, words: str) -> str:
        return "…" if self.repeats(words) or self.names(words) else words

    def names(self, words: str) -> bool:
        """Whether what was ours stands in it whole, as a short title in a subject."""
        said = [word.lower() for word in _WORD.findall(words)]
        return any(0 < len(text) < RUN and tuple(text) in runs(said, len(text)) for text in self.words)

    def others(self, lines: Iterable[str]) -> Iterator[str]:
        return (line for line in map(self.without, lines) if line != "…")


def runs(words: list[str], length: int) -> set[tuple[str, ...]]:
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


def publications_in(mail: Mail) -> list[Publication]:
    """What a mail held, by the ledger."""
    held = set(Copy.objects.filter(mail=mail).values_list("publication", flat=True)) | {mail.publication_id}
    rows = Publication.objects.unguarded("what a mail held is looked up so as not to be shown")
    return list(rows.filter(pk__in=[one for one in held if one is not None]))
