"""Pages of a stream: the newest publications a viewer may see among some sources, exactly, at any size.

The k newest among many streams are found without any stored inbox (research: audiences §2.4): if a stream gives an
item to the first k, fewer than k streams have a newer head, so its head is among the k best heads; and once k heads
are at or above tau, nothing older than tau is in the first k. The cost follows the streams a reader follows, never
the number of publications.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from parvis.core.audiences.rule import FOREVER, MARK, RESOLVED_TEST, Viewer, bind, resolved

from .models import Publication

FOLLOWED = """SELECT source_id AS id FROM stream_follow WHERE person_id = :person
  UNION SELECT id FROM stream_source WHERE person_id = :person"""
OPEN = (
    "{row}.ord < :before AND {row}.ord >= {since} AND {row}.visible_from <= :now AND {row}.visible_until > :now"
    "{{of_kind_{row}}}"
)
OF_KIND = """ AND EXISTS (SELECT 1 FROM stream_publication x
  WHERE x.id = {row}.publication_id AND x.kind = :kind)"""
ALLOWED = RESOLVED_TEST.format(audience="s.audience_id", author="s.author_id")

SQLITE = f"""{MARK} WITH {{resolved}}, wanted(id) AS MATERIALIZED ({{wanted}}),
heads AS MATERIALIZED (SELECT s.id AS id, let_in.opens AS opens, (SELECT p.ord FROM stream_placement p INDEXED BY placement_stream
    WHERE p.stream_id = s.id AND {OPEN.format(row="p", since="let_in.opens")} ORDER BY p.ord DESC LIMIT 1) AS top
  FROM wanted CROSS JOIN stream_stream s ON s.source_id = wanted.id CROSS JOIN let_in ON let_in.id = s.audience_id WHERE {ALLOWED}),
best AS MATERIALIZED (SELECT id, opens, top FROM heads WHERE top IS NOT NULL ORDER BY top DESC LIMIT :k),
tau(least) AS MATERIALIZED (SELECT CASE WHEN count(*) = :k THEN min(top) ELSE 0 END FROM best)
SELECT p.publication_id, p.ord FROM tau CROSS JOIN best CROSS JOIN stream_placement p ON p.id IN (
  SELECT q.id FROM stream_placement q INDEXED BY placement_stream
  WHERE q.stream_id = best.id AND {OPEN.format(row="q", since="max(best.opens, tau.least)")} ORDER BY q.ord DESC LIMIT :k)
ORDER BY p.ord DESC LIMIT :k"""

POSTGRESQL = f"""{MARK} WITH {{resolved}}, wanted(id) AS MATERIALIZED ({{wanted}}),
heads AS MATERIALIZED (SELECT s.id AS id, let_in.opens AS opens, head.ord AS top
  FROM wanted CROSS JOIN LATERAL (SELECT s.id, s.audience_id, s.author_id FROM stream_stream s
    WHERE s.source_id = wanted.id OFFSET 0) s JOIN let_in ON let_in.id = s.audience_id
  CROSS JOIN LATERAL (SELECT p.ord FROM stream_placement p WHERE p.stream_id = s.id
    AND {OPEN.format(row="p", since="let_in.opens")} ORDER BY p.ord DESC LIMIT 1) head WHERE {ALLOWED}),
best AS MATERIALIZED (SELECT id, opens, top FROM heads ORDER BY top DESC LIMIT :k),
tau(least) AS MATERIALIZED (SELECT CASE WHEN count(*) = :k THEN min(top) ELSE 0 END FROM best)
SELECT found.publication_id, found.ord FROM best CROSS JOIN tau CROSS JOIN LATERAL (
  SELECT q.publication_id, q.ord FROM stream_placement q
  WHERE q.stream_id = best.id AND {OPEN.format(row="q", since="greatest(best.opens, tau.least)")}
  ORDER BY q.ord DESC LIMIT :k) found
ORDER BY found.ord DESC LIMIT :k"""

# OFFSET 0 keeps PostgreSQL from turning the look-up of each source into one reading of all streams.
TEXT = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


@dataclass(frozen=True)
class Page:
    """Some publications, newest first; `before` is where the next page begins, None when this is the last."""

    publications: Sequence[Publication]
    before: int | None


def home(viewer: Viewer, *, before: int = FOREVER, limit: int = 20) -> Page:
    """What the viewer follows and may see, with what is their own."""
    return page(viewer, FOLLOWED, before=before, limit=limit)


def page_of(
    viewer: Viewer,
    sources: Sequence[int],
    *,
    before: int = FOREVER,
    limit: int = 20,
    known: Mapping[int, Publication] | None = None,
) -> Page:
    """What the viewer may see of these sources; `known` are rows that were read before, by number."""
    numbers = ", ".join(str(int(source)) for source in sources)
    wanted = f"SELECT id FROM stream_source WHERE id IN ({numbers})" if numbers else "SELECT 0"
    return page(viewer, wanted, before=before, limit=limit, known=known)


def page(
    viewer: Viewer,
    wanted: str,
    *,
    before: int,
    limit: int,
    known: Mapping[int, Publication] | None = None,
    kind: str = "",
) -> Page:
    """One page of the sources that the SQL `wanted` selects, or of what there is of one kind.

    The rule is asked of each, whether its row is known or not. What is of another kind is passed over one by one:
    `wanted` leaves out sources that have nothing of it.
    """
    found = numbers(viewer, wanted, before=before, limit=limit + 1, kind=kind)
    shown = found[:limit]
    rows = {pk: known[pk] for pk, _ord in shown if known and pk in known}
    unread = [pk for pk, _ord in shown if pk not in rows]
    if unread:
        rows |= Publication.objects.visible_to(viewer).for_lists().in_bulk(unread)
    return Page([rows[pk] for pk, _ord in shown if pk in rows], shown[-1][1] if len(found) > limit else None)


def numbers(viewer: Viewer, wanted: str, *, before: int, limit: int, kind: str = "") -> list[tuple[int, int]]:
    """(number, ord) of the newest `limit` publications. One that stands in several sources counts once."""
    k = 2 * limit
    while True:
        rows = select(viewer, wanted, before=before, k=k, kind=kind)
        distinct = dict(rows)
        if len(distinct) >= limit or len(rows) < k:
            return list(distinct.items())[:limit]
        k *= 2


def select(viewer: Viewer, wanted: str, *, before: int, k: int, kind: str = "") -> list[tuple[int, int]]:
    """The first k rows of the streams, newest first, a publication once for each stream it stands in."""
    text = TEXT[connection.vendor].format(
        resolved=resolved(viewer, connection.vendor),
        wanted=wanted,
        of_kind_p=OF_KIND.format(row="p") if kind else "",
        of_kind_q=OF_KIND.format(row="q") if kind else "",
    )
    values = viewer.values() | {"before": before, "k": k} | ({"kind": kind} if kind else {})
    with connection.cursor() as cursor:
        cursor.execute(*bind(text, values))
        return [(int(pk), int(ord)) for pk, ord in cursor.fetchall()]
