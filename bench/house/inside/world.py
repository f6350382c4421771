"""A whole square in the house's own tables: its people, then as many publications as wanted, by bulk statements."""

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from itertools import accumulate, islice
from typing import Any

from django.db import connection, models

from parvis.core.audiences.models import Audience, Block, Group, Membership, Term
from parvis.core.audiences.rule import FOREVER, moment
from parvis.core.people.models import Person
from parvis.core.stream.models import Follow, Placement, Publication, Source, Stream
from parvis.lib.text.search import index_words

from .people import AT, BEGAN, NOW, Society

A_YEAR = 365 * 24 * 3600 * 10**6
IN_THEMES = 0.05
NARROWED = 0.10
APART = 16  # no two batches use the same place in the order
SYLLABLES = [a + b for a in "bcdfglmnprstv" for b in ("a", "e", "i", "o", "u")]
VOCABULARY = 3000
WORDS_IN_A_TEXT = 60


def fill(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], **same: Any
) -> None:
    """Write rows of a model as fast as the database takes them; columns nobody names get their field's default."""
    meta = model._meta
    rest = [f for f in meta.concrete_fields if f.column not in columns and not f.primary_key]
    values = [f.get_db_prep_save(same.get(str(f.column), f.get_default()), connection) for f in rest]
    names = [*columns, *(f.column for f in rest)]
    whole = ((*row, *values) for row in rows)
    quoted = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {meta.db_table} ({quoted}) FROM STDIN") as copy:
                for row in whole:
                    copy.write_row(row)
        else:
            places = ", ".join(["?"] * len(names))
            cursor.cursor.connection.executemany(
                f"INSERT INTO {meta.db_table} ({quoted}) VALUES ({places})", whole
            )


def name(letter: str, number: int) -> str:
    """A public id of the usual length."""
    return f"{letter}{number:019d}"


class World:
    """A society, the streams it uses, and what it has published so far."""

    def __init__(self, people: int) -> None:
        self.society = Society(people)
        self.random = random.Random(11)
        self.streams: dict[tuple[int, int, int], int] = {}
        self.count = 0
        self.batches = 0
        society = self.society
        self.firsts = iter([(p, choice.audience) for p in society.everyone for choice in society.choices[p]])
        self.louder = list(accumulate(society.voices))
        self.weights = {p: list(accumulate(c.weight for c in some)) for p, some in society.choices.items()}
        syllables = [a + b + c for a in SYLLABLES for b in SYLLABLES[::7] for c in SYLLABLES[::9]]
        self.words = syllables[:: len(syllables) // VOCABULARY][:VOCABULARY]
        self.indexed = [index_words(word, "fr") for word in self.words]
        self.often = list(accumulate(1 / rank for rank in range(1, len(self.words) + 1)))

    def settle(self) -> None:
        """The people, their groups, audiences and what they follow."""
        s = self.society
        people = [(p, name("p", p), f"Person {p}", "", "member") for p in [*s.everyone, *s.newcomers]]
        fill(Person, ["id", "public_id", "name", "password", "role"], people, joined_at=AT)
        fill(
            Group,
            ["id", "public_id", "kind", "owner_id", "label"],
            ((g, name("g", g), k, p, f"g{g}") for g, k, p in s.groups),
        )
        fill(Membership, ["group_id", "person_id", "opens_from"], s.memberships(), added_at=AT)
        both = [pair for one, other in sorted(s.blocks) for pair in ((other, one, one), (one, other, one))]
        fill(Block, ["person_id", "owner_id", "by_id"], both, at=AT)
        fill(
            Audience,
            ["id", "canon", "owner_id"],
            ((a, c, s.owners[a]) for c, a in s.audiences.items() if a > 2),
        )
        fill(Term, ["audience_id", "sign", "group_id"], s.terms)
        sources = [(p, name("s", p), "person", p) for p in [*s.everyone, *s.newcomers]]
        sources += [(one.source, name("s", one.source), "themed", None) for one in s.themed]
        fill(Source, ["id", "public_id", "kind", "person_id"], sources)
        fill(Follow, ["person_id", "source_id"], s.follows(), at=AT)

    def publish(self, count: int, *, words: bool = False) -> None:
        """So many more publications, spread over five years; with `words`, with texts that the search finds."""
        known = set(self.streams)
        rows, places = [], []
        for number, (ord_, author, source, audience) in enumerate(
            self.happenings(count), start=self.count + 1
        ):
            text, indexed = self.text() if words else ("", "")
            rows.append((number, name("b", number), author, audience, ord_, written(ord_), text, indexed))
            places += self.placed(number, ord_, author, source, audience)
        new = [(number, *key) for key, number in self.streams.items() if key not in known]
        fill(Stream, ["id", "source_id", "audience_id", "author_id"], new)
        columns = ["id", "public_id", "author_id", "audience_id", "ord", "published_at", "title", "text"]
        shown = ((*row[:6], f"Publication {row[0]}", row[6]) for row in rows)
        fill(Publication, columns, shown, kind="stream.status", made_at=AT)
        columns = ["publication_id", "stream_id", "ord", "visible_from", "visible_until"]
        fill(Placement, columns, places)
        if words:
            index((row[4], row[7]) for row in rows)
        self.count += count
        self.batches += 1

    def happenings(self, count: int) -> Iterator[tuple[int, int, int, int]]:
        """(ord, author, source, audience) of publications, oldest first; the years before were quieter."""
        r = self.random
        spans = sorted(int(r.random() ** 0.5 * (NOW - BEGAN)) // APART * APART for _ in range(count))
        who = list(islice(self.firsts, count))
        who += [self.somebody() for _ in range(count - len(who))]
        r.shuffle(who)
        last = 0
        for span, (author, audience) in zip(spans, who, strict=True):
            last = max(last + APART, BEGAN + span + self.batches)
            if r.random() < IN_THEMES:
                theme = r.choice(self.society.themed)
                yield last, theme.owner, theme.source, theme.audience
            else:
                yield last, author, author, audience

    def somebody(self) -> tuple[int, int]:
        """An author, the talkative more often, and one of the audiences they use."""
        author = self.random.choices(self.society.everyone, cum_weights=self.louder)[0]
        choice = self.random.choices(self.society.choices[author], cum_weights=self.weights[author])[0]
        return author, choice.audience

    def placed(
        self, number: int, ord_: int, author: int, source: int, audience: int
    ) -> list[tuple[int, ...]]:
        """Its placements: one, or two for what only its author sees after a year."""
        stream = self.stream(source, audience, author)
        if source != author or self.random.random() >= NARROWED:
            return [(number, stream, ord_, ord_, FOREVER)]
        later = self.stream(source, self.society.alone(author), author)
        return [(number, stream, ord_, ord_, ord_ + A_YEAR), (number, later, ord_, ord_ + A_YEAR, FOREVER)]

    def stream(self, source: int, audience: int, author: int) -> int:
        return self.streams.setdefault((source, audience, author), len(self.streams) + 1)

    def text(self) -> tuple[str, str]:
        """Some words, the common ones often, and the same as the index holds them."""
        chosen = self.random.choices(range(len(self.words)), cum_weights=self.often, k=WORDS_IN_A_TEXT)
        return " ".join(self.words[n] for n in chosen), " ".join(self.indexed[n] for n in chosen)


def written(ord_: int) -> str:
    """A moment as both databases read it."""
    return f"{moment(ord_).astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


def index(rows: Iterable[tuple[int, str]]) -> None:
    """Put texts, already folded and stemmed, into the index of words."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            insert = "INSERT INTO stream_words(rowid, title, text) VALUES (?, '', ?)"
            cursor.cursor.connection.executemany(insert, rows)
        else:
            cursor.execute("CREATE TEMPORARY TABLE coming (ord bigint, words text)")
            with cursor.copy("COPY coming (ord, words) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute("INSERT INTO stream_words SELECT ord, to_tsvector('simple', words) FROM coming")
            cursor.execute("DROP TABLE coming")
