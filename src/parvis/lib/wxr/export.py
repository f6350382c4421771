"""Reads the exports of one site, item by item."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from parvis.lib.wxr import fields
from parvis.lib.wxr.dates import Clocks
from parvis.lib.wxr.languages import bilingual
from parvis.lib.wxr.markup import DAMAGED, UNREADABLE, Markup, declared_namespaces
from parvis.lib.wxr.outside import Outside
from parvis.lib.wxr.records import Analysis, Author, Channel, Item, Problem, Term
from parvis.lib.wxr.scan import Cutter, Piece
from parvis.lib.wxr.source import opened

FILE = "file"
CUT_SHORT = "The compressed file is damaged or ends early; what stands before was read."
NO_ITEM = "The file holds no item."
SEEN_BEFORE = "An item with this number was read before."
ANOTHER_SITE = "The files come from different sites."
ODD_PREFIX = "The prefix “{prefix}” is not declared as WordPress does; the usual meaning was taken."


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What one step of the reading gave: an item, or the outside of a file that has been read."""

    item: Item | None = None
    outside: Outside | None = None


class Export:
    """One export, in one file or several; each may be gzip.

    Reading it raises NotWordPressExport when a file is something else, and OSError when it cannot be opened;
    whatever is wrong inside a file becomes a Problem and never an exception.
    """

    def __init__(self, path: Path | str, *more: Path | str) -> None:
        self.paths = tuple(Path(each) for each in (path, *more))
        self.problems: list[Problem] = []
        self.textual_items = 0
        self._zone: str | None = None
        self._zone_is_known = False

    def items(self) -> Iterator[Item]:
        """Each item of each file, in their order. `problems` is emptied first and filled on the way.

        When an item lacks its date in UTC, the files are read once before to find the zone of the site.
        """
        for seen in self._stream():
            if seen.item is not None:
                yield seen.item

    def analyse(self, look: Callable[[Item], object] = bool) -> Analysis:
        """Reads everything once and counts it; `look` is shown each item on the way."""
        counts: Counter[tuple[str, str]] = Counter()
        meta_keys: Counter[str] = Counter()
        languages: Counter[str] = Counter()
        comments = 0
        outsides: list[Outside] = []
        for seen in self._stream():
            if seen.outside is not None:
                outsides.append(seen.outside)
            if (item := seen.item) is None:
                continue
            look(item)
            counts[item.type, item.status] += 1
            meta_keys.update(key for key, _ in item.meta)
            comments += len(item.comments)
            if language := bilingual(item, ()).language:
                languages[language] += 1
        channel, authors, terms = self._merge(outsides)
        return Analysis(
            channel=channel,
            authors=authors,
            terms=terms,
            items=counts.total(),
            counts=dict(counts),
            comments=comments,
            textual_items=self.textual_items,
            meta_keys=dict(meta_keys),
            zone=self.zone(),
            languages=dict(languages),
            problems=tuple(self.problems),
        )

    def zone(self) -> str | None:
        """The IANA zone that the dates of the site point to; reads the files when that is not known yet."""
        if not self._zone_is_known:
            clocks = Clocks()
            for path in self.paths:
                with opened(path) as source:
                    for piece in Cutter(source.read).pieces():
                        if piece.is_item:
                            clocks.add_written(piece.data)
            self._zone, self._zone_is_known = clocks.zone(), True
        return self._zone

    def _stream(self) -> Iterator[_Seen]:
        self.problems = []
        self.textual_items = 0
        numbers: set[int] = set()
        clocks = Clocks()
        for path in self.paths:
            for seen in self._stream_file(path, clocks):
                if seen.item is not None and (number := seen.item.id) is not None:
                    if number in numbers:
                        self._report(described(seen.item, self.textual_items), SEEN_BEFORE)
                    numbers.add(number)
                yield seen
        self._zone, self._zone_is_known = clocks.zone(), True

    def _stream_file(self, path: Path, clocks: Clocks) -> Iterator[_Seen]:
        with opened(path) as source:
            outside = Outside()
            markup: Markup | None = None
            before = self.textual_items
            for piece in Cutter(source.read).pieces():
                if not piece.is_item:
                    outside.add(piece.data)
                    continue
                if markup is None:
                    markup = self._markup(outside.head, source.encoding)
                self.textual_items += 1
                clocks.add_written(piece.data)
                if (item := self._read(piece, markup)) is not None:
                    yield _Seen(item=item)
            if source.cut_short:
                self._report(FILE, CUT_SHORT)
            if self.textual_items == before:
                self._report(FILE, NO_ITEM)
            markup = markup or self._markup(outside.head, source.encoding)
            for flaw in outside.read(markup):
                self._report(FILE, flaw)
            yield _Seen(outside=outside)

    def _markup(self, head: bytes, encoding: str) -> Markup:
        namespaces, odd = declared_namespaces(head)
        for prefix in odd:
            if f"<{prefix}:".encode() in head or prefix == "wp":
                self._report(FILE, ODD_PREFIX.format(prefix=prefix))
        return Markup(namespaces, encoding)

    def _read(self, piece: Piece, markup: Markup) -> Item | None:
        """The item of a piece, None when nothing of it could be read. Every flaw is reported."""
        flaws = [piece.flaw] if piece.flaw else []
        item = None
        if not piece.is_lost:
            item, more = self._parse(piece, markup)
            flaws += more
        where = described(item, self.textual_items)
        for flaw in flaws:
            self._report(where, flaw)
        return item

    def _parse(self, piece: Piece, markup: Markup) -> tuple[Item | None, list[str]]:
        root, flaws = markup.read(piece.data)
        element = next(root.iterchildren("*"), None) if root is not None else None
        if element is None:
            return None, [*(flaw for flaw in flaws if flaw != UNREADABLE), UNREADABLE]
        reading = fields.Reading()
        is_damaged = DAMAGED in flaws
        item = fields.read_item(element, reading, is_damaged=is_damaged)
        if reading.used_local:
            reading = fields.Reading(zone=self.zone())
            item = fields.read_item(element, reading, is_damaged=is_damaged)
        return item, [*flaws, *reading.flaws]

    def _merge(self, outsides: list[Outside]) -> tuple[Channel, tuple[Author, ...], tuple[Term, ...]]:
        """What the files say outside their items, the first that says it counting."""
        authors: dict[str, Author] = {}
        terms: dict[tuple[str, str], Term] = {}
        channel = outsides[0].channel
        for outside in outsides:
            for author in outside.authors:
                authors.setdefault(author.login, author)
            for term in outside.terms:
                terms.setdefault((term.taxonomy, term.slug), term)
            if outside.channel.base_blog_url != channel.base_blog_url:
                self._report(FILE, ANOTHER_SITE)
        return channel, tuple(authors.values()), tuple(terms.values())

    def _report(self, where: str, reason: str) -> None:
        self.problems.append(Problem(item=where, reason=reason))


def described(item: Item | None, position: int) -> str:
    """Words that let a person find an item again: « post 41 “title” », or its place in the file."""
    if item is None:
        return f"item {position} of the file"
    name = f"{item.type or 'item'} {item.id}" if item.id is not None else f"item {position} of the file"
    title = item.title_text[:80]
    return f"{name} “{title}”" if title else name
