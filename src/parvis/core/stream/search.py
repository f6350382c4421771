"""Full-text search over what a viewer may see: words folded and stemmed in Python, so that both databases agree.

The filter is the one rule and stands before the limit, the count and the snippet: what one may not see changes nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from parvis.core.audiences.openness import openness_of
from parvis.core.audiences.rule import FOREVER, Viewer
from parvis.core.people.squares import the_square
from parvis.lib.text.search import index_words, query_words, snippet

from .audience_now import audiences_seen
from .cards import is_own, words_for
from .kinds import paths_of
from .models import Publication
from .seen import placed

LANGUAGES = ("fr", "en")

SQLITE = """SELECT p.id, p.ord FROM stream_words w CROSS JOIN stream_publication p ON p.ord = w.rowid
WHERE w.stream_words MATCH %s AND w.rowid < %s AND {more} {rule} ORDER BY w.rowid DESC LIMIT %s"""
POSTGRESQL = """SELECT p.id, p.ord FROM stream_publication p
WHERE p.ord = ANY(%s::bigint[]) AND {more} {rule} ORDER BY p.ord DESC LIMIT %s"""
NEWEST = """SELECT ord FROM stream_words /*unguarded: judged by the rule before anything is said of it*/
WHERE words @@ to_tsquery('simple', %s) AND ord < %s ORDER BY ord DESC LIMIT %s"""
OF_AN_OPEN_ROOM = (
    "p.kind NOT LIKE %s",
    "(p.under_id IS NULL OR (SELECT u.kind FROM stream_publication u WHERE u.id = p.under_id) NOT LIKE %s)",
)
TITLE = 100  # words of a title: all of them
FIRST_BATCH, LARGEST_BATCH = (
    60,
    4_000,
)  # PostgreSQL would judge every match of a common word before it takes the newest


@dataclass(frozen=True)
class Hit:
    """A publication found, where its page is, how open it is, and what says why it was found.

    `title` and `pieces` of its text come apart: (text, whether it matched).
    """

    publication: Publication
    path: str
    openness: str
    words: str
    is_mine: bool
    title: Sequence[tuple[str, bool]]
    pieces: Sequence[tuple[str, bool]]


@dataclass(frozen=True)
class Results:
    """Some hits, newest first; `before` is where the next ones begin, None when these are the last."""

    hits: Sequence[Hit]
    before: int | None


def batches(publications: Iterable[Publication], size: int = 200) -> Iterator[list[Publication]]:
    """The publications, some at a time."""
    rows = list(publications)
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def index(publications: Iterable[Publication]) -> None:
    """Make the words of these publications findable; what they were before is forgotten."""
    for some in batches(publications):
        forget(some)
        rows = [
            (row.ord, index_words(row.title, row.language), index_words(row.text, row.language))
            for row in some
            if row.deleted_at is None
        ]
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.executemany("INSERT INTO stream_words(rowid, title, text) VALUES (%s, %s, %s)", rows)
            else:
                cursor.executemany(
                    "INSERT INTO stream_words(ord, words) VALUES (%s, to_tsvector('simple', %s))",
                    [(ord, f"{title} {text}"[:200_000]) for ord, title, text in rows],
                )


def forget(publications: Iterable[Publication]) -> None:
    """Make these publications unfindable."""
    column = "rowid" if connection.vendor == "sqlite" else "ord"
    with connection.cursor() as cursor:
        cursor.executemany(
            f"DELETE FROM stream_words WHERE {column} = %s", [(row.ord,) for row in publications]
        )


def search(
    viewer: Viewer,
    asked: str,
    *,
    before: int = FOREVER,
    limit: int = 20,
    language: str = "",
    kind: str = "",
) -> Results:
    """What this viewer may see that holds these words, newest first; nothing for no words."""
    query = query_words(asked, LANGUAGES)
    if not query:
        return Results([], None)
    found = matching(
        viewer,
        query.fts5() if connection.vendor == "sqlite" else query.tsquery(),
        before,
        limit + 1,
        language,
        kind,
    )
    shown = found[:limit]
    rows = (
        Publication.objects.visible_to(viewer)
        .with_authors()
        .select_related("under")
        .defer("under__text")
        .in_bulk([pk for pk, _ord in shown])
    )
    seen = [rows[pk] for pk, _ord in shown if pk in rows]
    paths = paths_of(seen)
    audiences = audiences_seen(seen, viewer)
    openness = openness_of(audiences.values())
    words = words_for(seen, audiences, openness, viewer)
    hits = [
        Hit(
            publication=row,
            path=paths[row.pk],
            openness=openness.get(audiences.get(row.pk, 0), "me"),
            words=words.get(row.pk, ""),
            is_mine=is_own(row, viewer),
            title=snippet(row.title, query, row.language, TITLE),
            pieces=snippet(row.text, query, row.language),
        )
        for row in seen
    ]
    return Results(hits, shown[-1][1] if len(found) > limit else None)


def matching(
    viewer: Viewer, match: str, before: int, limit: int, language: str, kind: str
) -> list[tuple[int, int]]:
    """(number, ord) of the newest publications that match and may be seen."""
    rule, values = placed(
        viewer, publication="p.id", author="p.author_id", deleted="p.deleted_at", under="p.under_id"
    )
    filters: list[tuple[str, int | str]] = [("p.published_at IS NOT NULL AND p.ord <= %s", viewer.at)]
    filters += [("p.language = %s", language)] if language else []
    filters += [("p.kind = %s", kind)] if kind else []
    filters += [(test, f"{room}.%") for room in the_square().closed_rooms for test in OF_AN_OPEN_ROOM]
    more = "".join(f"{test} AND " for test, _value in filters)
    asked: list[Any] = [*(value for _test, value in filters), *values]
    start: list[Any] = [match, before]
    found: list[tuple[int, int]] = []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(SQLITE.format(more=more, rule=rule), [*start, *asked, limit])
            return pairs(cursor)
        # Two statements, so that the rule, which is long, is planned once and for all.
        batch = FIRST_BATCH
        while True:
            cursor.execute(NEWEST, [*start, batch])
            ords = [int(ord) for (ord,) in cursor.fetchall()]
            cursor.execute(POSTGRESQL.format(more=more, rule=rule), [ords, *asked, limit - len(found)])
            found += pairs(cursor)
            if len(found) == limit or len(ords) < batch:
                return found
            start, batch = [match, ords[-1]], min(4 * batch, LARGEST_BATCH)


def pairs(cursor: CursorWrapper) -> list[tuple[int, int]]:
    return [(int(pk), int(ord)) for pk, ord in cursor.fetchall()]
