"""Who can see a publication, or would see a draft: everyone by name, with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from parvis.core.audiences.actions import Expression, expression_of
from parvis.core.audiences.holders import holders
from parvis.core.audiences.models import PUBLIC, Group
from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Person

from .models import Placement, Publication


@dataclass(frozen=True)
class Reader:
    """A person who can read it, and the groups because of which they can."""

    person: Person
    because: Sequence[Group]


@dataclass(frozen=True)
class Who:
    """Everyone (`is_public`), or these people besides the author."""

    is_public: bool
    readers: Sequence[Reader]

    @property
    def count(self) -> int:
        """How many people read it besides the author."""
        return len(self.readers)


def who_can_see(publication: Publication, viewer: Viewer) -> Who:
    """Who reads this publication at the viewer's moment; only its author may ask, which the caller sees to."""
    now = viewer.at
    rows = Placement.objects.unguarded("who can see asks about its own placements").filter(
        publication=publication, visible_from__lte=now, visible_until__gt=now
    )
    let_in: dict[int, set[int]] = {}
    for placement in rows.select_related("stream__audience"):
        if placement.stream.audience_id == PUBLIC:
            return Who(True, [])
        for holder in holders(
            expression_of(placement.stream.audience), author=publication.author, ord=placement.ord
        ):
            let_in.setdefault(holder.person, set()).update(holder.because)
    return Who(False, named(let_in))


def who_would_see(expression: Expression, *, author: Person, at: int) -> Who:
    """Who would read what `author` publishes now for this expression."""
    if PUBLIC in expression.include:
        return Who(True, [])
    return Who(False, named({h.person: set(h.because) for h in holders(expression, author=author, ord=at)}))


def named(let_in: dict[int, set[int]]) -> list[Reader]:
    """The people and groups behind these numbers, in the order of their names."""
    groups = Group.objects.in_bulk({group for because in let_in.values() for group in because})
    people = Person.objects.filter(pk__in=let_in).order_by("name", "pk")
    return [
        Reader(person, [groups[pk] for pk in sorted(let_in[person.pk]) if pk in groups]) for person in people
    ]
