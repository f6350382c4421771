"""The figures and circles that the picker of one person shows: all in one statement, for it stands on every home page."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from parvis.core.people.models import Person

from .choices import CIRCLE
from .models import NEVER

FIGURES = """SELECT 'members', '', '', count(*) FROM people_person
  WHERE suspended_at IS NULL AND erased_at IS NULL AND role <> 'guest' AND id <> %(person)s
UNION ALL SELECT 'connections', '', '', count(DISTINCT m.person_id) FROM audiences_group g
  JOIN audiences_membership m ON m.group_id = g.id AND m.opens_from < %(never)s
  JOIN people_person p ON p.id = m.person_id AND p.suspended_at IS NULL AND p.erased_at IS NULL
  WHERE g.kind = 'connections' AND g.owner_id = %(person)s AND p.id <> %(person)s
    AND NOT EXISTS (SELECT 1 FROM audiences_block b WHERE b.owner_id = %(person)s AND b.person_id = p.id)
UNION ALL SELECT 'circle', g.public_id, g.label,
  (SELECT count(*) FROM audiences_membership m WHERE m.group_id = g.id AND m.opens_from < %(never)s)
  FROM audiences_group g WHERE g.kind = 'circle' AND g.owner_id = %(person)s AND g.closed_at IS NULL
UNION ALL SELECT 'whole', '', '', count(*) FROM audiences_wholetext w WHERE w.author_id = %(person)s
  AND 2 = (SELECT count(*) FROM audiences_term t WHERE t.audience_id = w.audience_id)
  AND EXISTS (SELECT 1 FROM audiences_term t JOIN audiences_group g ON g.id = t.group_id
    WHERE t.audience_id = w.audience_id AND t.sign = 1 AND g.kind = 'connections' AND g.owner_id = %(person)s)
ORDER BY 1, 3, 2"""


@dataclass(frozen=True)
class CircleShown:
    """A circle as the picker names it; `value` is what its inputs send."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Figures:
    """How many other members the square has, how many connections read what is for them, and the circles by name.

    `is_whole`: what is for the connections leaves the house whole.
    """

    members: int
    connections: int
    circles: Sequence[CircleShown]
    is_whole: bool


def figures(person: Person) -> Figures:
    """What the picker of this person tells of groups. One query."""
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, {"person": person.pk, "never": NEVER})
        rows = cursor.fetchall()
    counts = {what: count for what, _id, _label, count in rows if what != "circle"}
    own = [
        CircleShown(f"{CIRCLE}{id_}", label, count) for what, id_, label, count in rows if what == "circle"
    ]
    return Figures(counts["members"], counts["connections"], own, counts["whole"] > 0)
