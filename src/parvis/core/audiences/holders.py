"""Who is in an audience, by name and with the reason; the same answer before publishing and after."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from parvis.core.people.models import Person

from .actions.expressions import Expression
from .models import MEMBERS, PUBLIC, Block, Group, GroupKind, Membership


@dataclass(frozen=True)
class Holder:
    """A person in an audience, and the groups that let them in."""

    person: int
    because: tuple[int, ...]


def holders(expression: Expression, *, author: Person, ord: int) -> list[Holder]:
    """Everyone with a name whom this expression lets read what `author` publishes at `ord`, without the author.

    Whoever is suspended reads nothing but what is public, and is not named. For everyone (the public group) the list is empty: names would say nothing.
    """
    if PUBLIC in expression.include:
        return []
    let_in: dict[int, list[int]] = {}
    rows = Membership.objects.filter(
        group__in=expression.include, opens_from__lte=ord, person__in=Person.objects.active()
    )
    for group, person in rows.order_by("group_id").values_list("group_id", "person_id"):
        let_in.setdefault(person, []).append(group)
    if MEMBERS in expression.include:
        for person in Person.objects.members().values_list("pk", flat=True):
            let_in.setdefault(person, []).insert(0, MEMBERS)
    kept_out = set(
        Membership.objects.filter(group__in=expression.exclude).values_list("person_id", flat=True)
    )
    shut = set(Block.objects.filter(owner=author).values_list("person_id", flat=True))
    return [
        Holder(person, tuple(groups))
        for person, groups in let_in.items()
        if person not in kept_out | shut and person != author.pk
    ]


def keys_among(groups: Collection[int]) -> Sequence[Group]:
    """The links and passwords among these groups that still open: nobody knows who holds them."""
    keys = Group.objects.filter(kind__in=[GroupKind.LINK, GroupKind.PASSWORD], pk__in=groups, closed_at=None)
    return list(keys.order_by("made_at", "pk"))


def kept_out_otherwise_in(expression: Expression, *, author: Person, ord: int) -> list[int]:
    """Those whom the exceptions keep out and who would read otherwise."""
    if not expression.exclude:
        return []
    without = Expression(expression.include)
    stay = {holder.person for holder in holders(expression, author=author, ord=ord)}
    return [h.person for h in holders(without, author=author, ord=ord) if h.person not in stay]


def within_reach(person: Person) -> Q:
    """The people whom `person` may name, find, exclude or invite: members with whom no door is shut."""
    shut = Block.objects.filter(person=person).values("owner")
    return Q(pk__in=Person.objects.members().values("pk")) & ~Q(pk__in=shut) & ~Q(pk=person.pk)


def names(people: Collection[int]) -> Iterable[Person]:
    """These people, in the order of their names."""
    found: Iterable[Person] = Person.objects.filter(pk__in=people).order_by("name", "pk")
    return found
