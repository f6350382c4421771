"""The one rule, written once: which audiences hold a viewer, as SQL for SQLite and PostgreSQL.

A viewer sees a placement when its audience has no "−" group that holds the viewer, when its author and the viewer
have not shut the door to one another (unless it is public), and when some "+" group holds the viewer since no later
than the placement's `ord`. Everything else in the house asks through the fragments of this module.
Names such as :person are bound by `bind`; columns and tables of the asker are put in with `str.format`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from parvis.core.people.models import Person

from .models import MEMBERS, NEVER, PUBLIC

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FOREVER = NEVER
MARK = "/*the rule*/"


def microseconds(moment: datetime) -> int:
    """A moment as whole microseconds since 1970, the unit of `ord`, `opens_from` and placements."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment(count: int) -> datetime:
    """The moment that `microseconds` counted."""
    return EPOCH + timedelta(microseconds=count)


LATEST = microseconds(datetime(9999, 1, 1, tzinfo=UTC))
"""The last moment that an address may name."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, and when: all that the rule knows of them.

    `at` is in microseconds since 1970; `held` are the groups of links and passwords that this visit has opened.
    """

    at: int
    person_id: int | None = None
    is_member: bool = False
    held: tuple[int, ...] = ()

    @classmethod
    def of(cls, person: Person | None, at: datetime, held: tuple[int, ...] = ()) -> "Viewer":
        """The viewer that a person is; None, a suspended or an erased person is a passer-by."""
        if person is None or not person.is_active:
            return cls(at=microseconds(at), held=held)
        return cls(at=microseconds(at), person_id=person.pk, is_member=person.is_member, held=held)

    @property
    def is_anonymous(self) -> bool:
        return self.person_id is None

    def when(self, at: datetime) -> "Viewer":
        return replace(self, at=microseconds(at))

    def values(self) -> dict[str, int]:
        """What the fragments' names stand for."""
        return {"person": self.person_id or 0, "now": self.at}

    def always(self) -> list[int]:
        """The groups this viewer is in without a membership row."""
        return [PUBLIC, *([MEMBERS] if self.is_member else []), *map(int, self.held)]


# For one placement: probes the terms of its audience. Columns: {audience} {author} {ord}; {always} is a list of numbers.
PROBE = """(NOT EXISTS (SELECT 1 FROM audiences_term kept CROSS JOIN audiences_membership k
    WHERE kept.audience_id = {audience} AND kept.sign = -1 AND k.group_id = kept.group_id AND k.person_id = :person)
  AND ({audience} = 1 OR NOT EXISTS (SELECT 1 FROM audiences_block shut WHERE shut.person_id = :person AND shut.owner_id = {author}))
  AND EXISTS (SELECT 1 FROM audiences_term led WHERE led.audience_id = {audience} AND led.sign = 1 AND (led.group_id IN ({always})
    OR EXISTS (SELECT 1 FROM audiences_membership l WHERE l.group_id = led.group_id AND l.person_id = :person AND l.opens_from <= {ord}))))"""

# For a passer-by with nothing in hand, every clause of PROBE but one is settled beforehand.
PROBE_PASSER_BY = "{audience} = 1"

# For many streams at once: resolves the viewer's audiences. {indexed} names the partial index for SQLite (see docs/dev/architecture.md).
RESOLVED = """held(id, opens) AS MATERIALIZED (SELECT group_id, opens_from FROM audiences_membership WHERE person_id = :person {always}),
let_in(id, opens) AS MATERIALIZED (SELECT t.audience_id, min(held.opens) FROM held CROSS JOIN audiences_term t
    WHERE t.group_id = held.id AND t.sign = 1 GROUP BY t.audience_id),
kept_out(id) AS MATERIALIZED (SELECT t.audience_id FROM audiences_membership m CROSS JOIN audiences_term t {indexed}
    WHERE t.group_id = m.group_id AND t.sign = -1 AND m.person_id = :person),
shut(id) AS MATERIALIZED (SELECT owner_id FROM audiences_block WHERE person_id = :person)"""

RESOLVED_TEST = """{audience} NOT IN (SELECT id FROM kept_out) AND ({audience} = 1 OR {author} NOT IN (SELECT id FROM shut))"""


def probe(viewer: Viewer, *, audience: str, author: str, ord: str) -> str:
    """The test of one placement for this viewer; names still to be bound."""
    passes_by = viewer.is_anonymous and not viewer.held and not viewer.is_member
    text = PROBE_PASSER_BY if passes_by else PROBE
    return text.format(audience=audience, author=author, ord=ord, always=", ".join(map(str, viewer.always())))


def resolved(viewer: Viewer, vendor: str) -> str:
    """The common tables of `RESOLVED` for this viewer; names still to be bound."""
    always = " ".join(f"UNION ALL SELECT {group}, 0" for group in viewer.always())
    return RESOLVED.format(always=always, indexed="INDEXED BY term_deny" if vendor == "sqlite" else "")


def bind[T](sql: str, values: Mapping[str, T]) -> tuple[str, list[T]]:
    """Turn :names into the cursor's %s and the values they stand for, in order."""
    names = re.findall(r":(\w+)", sql)
    return re.sub(r":\w+", "%s", sql), [values[name] for name in names]
