"""Who can see a publication, or would see a draft: everyone by name, with the reason."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from parvis.core.audiences.actions import Expression, expression_of
from parvis.core.audiences.holders import holders, keys_among
from parvis.core.audiences.models import PUBLIC, Group, GroupKind, Membership
from parvis.core.audiences.rule import Viewer
from parvis.core.audiences.words import listed, of_keys, of_people
from parvis.core.people.models import Person

from .models import Placement, Publication

ONE_BY_ONE = {GroupKind.PERSON, GroupKind.MEMBERS}


@dataclass(frozen=True)
class Reader:
    """A person who can read it, and the groups because of which they can."""

    person: Person
    because: Sequence[Group]


@dataclass(frozen=True)
class Newcomers:
    """People who came into a group after the author had chosen it, and who read it because of that alone."""

    group: Group
    people: Sequence[Person]

    @property
    def count(self) -> int:
        return len(self.people)


@dataclass(frozen=True)
class Who:
    """Everyone (`is_public`), or these people besides the author; among them, by group, those who came since.

    `keys` are the links and passwords that open it: whoever holds one reads it, and nobody can name them.
    """

    is_public: bool
    readers: Sequence[Reader]
    newcomers: Sequence[Newcomers] = ()
    keys: Sequence[Group] = ()

    @property
    def came_since(self) -> int:
        """How many of them came since the author chose the readers."""
        return sum(one.count for one in self.newcomers)

    @property
    def count(self) -> int:
        """How many people, of those that can be named, read it besides the author."""
        return len(self.readers)

    @property
    def in_short(self) -> str:
        """Who reads it, in a few words to its author."""
        if self.is_public:
            return _("Everyone, search engines included")
        people = [of_people(self.count)] if self.readers else []
        return listed([*people, *of_keys(self.keys)]) or _("Nobody but you")


def who_can_see(publication: Publication, viewer: Viewer) -> Who:
    """Who reads this publication at the viewer's moment; only its author may ask, which the caller sees to."""
    now = viewer.at
    rows = Placement.objects.unguarded("who can see asks about its own placements").filter(
        publication=publication, visible_from__lte=now, visible_until__gt=now
    )
    let_in: dict[int, set[int]] = {}
    groups: set[int] = set()
    for placement in rows.select_related("stream__audience"):
        if placement.stream.audience_id == PUBLIC:
            return Who(True, [])
        expression = expression_of(placement.stream.audience)
        groups |= expression.include
        for holder in holders(expression, author=publication.author, ord=placement.ord):
            let_in.setdefault(holder.person, set()).update(holder.because)
    readers = named(let_in)
    return Who(False, readers, newcomers(publication, readers), keys_among(groups))


def newcomers(publication: Publication, readers: Sequence[Reader]) -> Sequence[Newcomers]:
    """Those whom only groups let in that they joined since the author last chose the readers; members join freely."""
    moments = [moment for moment in (publication.published_at, publication.audience_at) if moment is not None]
    groups = {
        group.pk: group for reader in readers for group in reader.because if group.kind not in ONE_BY_ONE
    }
    if not moments or not groups:
        return []
    rows = Membership.objects.filter(group__in=groups, added_at__gt=max(moments))
    joined = set(rows.values_list("person_id", "group_id"))
    came: dict[int, list[Person]] = {}
    for reader in readers if joined else ():
        if all((reader.person.pk, group.pk) in joined for group in reader.because):
            came.setdefault(reader.because[0].pk, []).append(reader.person)
    return [Newcomers(groups[pk], people) for pk, people in came.items()]


def readers_among(publication: Publication, people: Collection[int], at: int) -> set[int]:
    """Of these people, those who may read this publication at a moment, in microseconds; a block shuts out, even here."""
    rows = Placement.objects.unguarded("who can see asks about its own placements").filter(
        publication=publication, visible_from__lte=at, visible_until__gt=at
    )
    asked, found = set(people), set[int]()
    for placement in rows.select_related("stream__audience"):
        if placement.stream.audience_id == PUBLIC:
            return asked
        expression = expression_of(placement.stream.audience)
        let_in = holders(expression, author=publication.author, ord=placement.ord)
        found |= {holder.person for holder in let_in} | {publication.author_id}
    return found & asked


def who_would_see(expression: Expression, *, author: Person, at: int) -> Who:
    """Who would read what `author` publishes now for this expression."""
    if PUBLIC in expression.include:
        return Who(True, [])
    return Who(False, named({h.person: set(h.because) for h in holders(expression, author=author, ord=at)}))


def named(let_in: dict[int, set[int]]) -> list[Reader]:
    """The people and groups behind these numbers, in the order of their names."""
    groups = Group.objects.in_bulk({group for because in let_in.values() for group in because})
    people = Person.objects.filter(pk__in=let_in).for_lists().order_by("name", "pk")
    return [
        Reader(person, [groups[pk] for pk in sorted(let_in[person.pk]) if pk in groups]) for person in people
    ]
