"""The index of what venues are called, and of their tags: words folded in Python, so that both databases find the same.

Beside the words stands for whom a venue is offered, so that the index itself leaves out what is not for its reader.
"""

from collections.abc import Iterable, Sequence
from itertools import batched

from django.db import connection, transaction

from parvis.core.audiences.rule import Viewer
from parvis.lib.text.search import VERSION, Query, fold, index_words, query_words

from .models import Venue

AT_ONCE = 500
A_MINUTE = 20_000

SQLITE = "SELECT rowid FROM places_venue_words WHERE places_venue_words MATCH %s LIMIT %s"
A_FEW = 5_000
"""Venues that are read one by one: of a word that many hold, enough are among them."""

SOME = f"""SELECT venue_id FROM (SELECT venue_id, words FROM places_venue_words LIMIT {A_FEW}) few
WHERE words @@ (CAST(%s AS tsquery) && to_tsquery('simple', %s)) LIMIT %s"""
# PostgreSQL takes every beginning of a word for one that many hold, and would read all venues to find the few that hold
# it. Where it plans for all of them it asks the index, which in turn finds no end with a word that many hold.
ALL = """WITH every AS MATERIALIZED (SELECT venue_id FROM places_venue_words
  WHERE words @@ (CAST(%s AS tsquery) && to_tsquery('simple', %s))) SELECT venue_id FROM every LIMIT %s"""


def asked(text: str) -> Query:
    """What somebody typed to find a venue."""
    return query_words(text, ())


def words_of(venue: Venue) -> str:
    """All by which a venue is found: its names are no text in a language; what follows an apostrophe is a word, too."""
    text = " ".join(filter(None, [venue.name, venue.name_fr, venue.name_en, *venue.tags]))
    folded = fold(text)
    return " ".join(index_words(words, "") for words in dict.fromkeys([folded, folded.replace("'", " ")]))


def whose(venue: Venue) -> str:
    """For whom it is offered: for all members, or for who made it."""
    return "shared" if venue.is_shared else f"by{venue.made_by_id or 0}"


def index(venues: Iterable[Venue]) -> None:
    """Make these venues findable by their names, as they are now."""
    for some in batched(venues, AT_ONCE):
        index_some(some)


@transaction.atomic
def index_some(venues: Sequence[Venue]) -> None:
    numbers = [venue.pk for venue in venues]
    forget(numbers)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(
                "INSERT INTO places_venue_words(rowid, whose, words) VALUES (%s, %s, %s)",
                [(venue.pk, whose(venue), words_of(venue)) for venue in venues],
            )
        else:
            cursor.executemany(
                """INSERT INTO places_venue_words(venue_id, words)
                VALUES (%s, array_to_tsvector(ARRAY[%s]) || to_tsvector('simple', %s))""",
                [(venue.pk, f"={whose(venue)}", words_of(venue)) for venue in venues],
            )
    Venue.objects.filter(pk__in=numbers).update(words_version=VERSION)


def forget(numbers: Sequence[int]) -> None:
    """Make venues unfindable by name."""
    column = "rowid" if connection.vendor == "sqlite" else "venue_id"
    with connection.cursor() as cursor:
        cursor.executemany(
            f"DELETE FROM places_venue_words WHERE {column} = %s", [(number,) for number in numbers]
        )


def index_missing(*, most: int = A_MINUTE) -> int:
    """Index those that came in without, or whose words were written by another version; how many were."""
    done = 0
    while done < most:
        rows = list(Venue.objects.filter(words_version__lt=VERSION).order_by("words_version")[:AT_ONCE])
        if not rows:
            break
        index(rows)
        done += len(rows)
    return done


def found(query: Query, viewer: Viewer, limit: int) -> Sequence[int]:
    """The numbers of some venues so called that are offered to this viewer, in no order."""
    if not query:
        return []
    tokens = [*(["shared"] if viewer.is_member else []), f"by{viewer.person_id or 0}"]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            mine = " OR ".join(f'"{token}"' for token in tokens)
            cursor.execute(SQLITE, [f"whose : ({mine}) AND words : ({query.fts5()})", limit])
        else:
            mine = " | ".join(f"'={token}'" for token in tokens)
            cursor.execute(SOME, [mine, query.tsquery(), limit])
            if cursor.rowcount < limit:
                cursor.execute(ALL, [mine, query.tsquery(), limit])
        return [int(number) for (number,) in cursor.fetchall()]
