"""What a person may pick for their readers, and what they picked, before and after it is an expression."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Self

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Person
from parvis.lib.refusal import Refusal
from parvis.lib.text.search import fold

from .actions import Expression, connections_group, expression_of, one_person_group
from .holders import holders, within_reach
from .models import MEMBERS, NEVER, PUBLIC, Audience, Block, Group, GroupKind, Membership

type Width = Literal["everyone", "members", "connections", "circle", "me", "custom", "kept"]

CIRCLE = "circle:"
PERSON = "person:"


class NotYours(Refusal):
    """The same for what never was, what is someone else's, and whom one may not reach."""

    def __init__(self) -> None:
        super().__init__(_("Something you chose is not there to be chosen. Look at your choice again."))


@dataclass(frozen=True)
class AudienceChoice:
    """What was picked: how wide, then groups and people let in, then groups and people kept out, by their numbers.

    `groups` never names the connections' group, which may not have been made yet: `connections` stands for it.
    """

    width: Width
    groups: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()
    without_groups: frozenset[int] = frozenset()
    without_people: frozenset[int] = frozenset()
    connections: bool = False
    without_connections: bool = False
    kept: Expression = field(default_factory=Expression)

    @property
    def has_exceptions(self) -> bool:
        return bool(self.without_groups or self.without_people or self.without_connections)

    def expression(self, person: Person) -> Expression:
        """The expression this means when `person` says it; makes the groups it needs."""
        if self.width == "kept":
            return self.kept
        mine = connections_group(person).pk if self.connections or self.without_connections else 0
        return Expression(
            self.groups | alone(self.people) | ({mine} if self.connections else set()),
            self.without_groups
            | alone(self.without_people)
            | ({mine} if self.without_connections else set()),
        )

    def including(self, person: int) -> Self:
        """The same with this person let in, and not kept out by name; a group that is kept out still wins."""
        everybody = {PUBLIC, MEMBERS} & self.groups
        people = self.people if everybody else self.people | {person}
        width = self.width if everybody else width_of(self.groups, people, connections=self.connections)
        return replace(self, width=width, people=people, without_people=self.without_people - {person})

    @classmethod
    def simple(cls, width: str) -> Self:
        """One of the choices that need no group of one's own: everyone, members, connections, me."""
        match width:
            case "everyone" | "public":
                return cls("everyone", frozenset({PUBLIC}))
            case "members":
                return cls("members", frozenset({MEMBERS}))
            case "connections":
                return cls("connections", connections=True)
            case _:
                return cls("me")

    @classmethod
    def of(cls, audience: Audience, person: Person) -> Self:
        """The choice that an audience of this person was, or "kept" when the picker has no words for it any more."""
        return cls.meaning(expression_of(audience), person)

    @classmethod
    def meaning(cls, expression: Expression, person: Person) -> Self:
        """The choice that means this expression."""
        rows = Group.objects.in_bulk(expression.include | expression.exclude)
        own = {
            pk for pk, group in rows.items() if group.kind == GroupKind.PERSON and group.owner_id == person.pk
        }
        plus = sort_out((rows[pk] for pk in expression.include - own), person)
        minus = sort_out((rows[pk] for pk in expression.exclude), person)
        if plus is None or minus is None:
            return cls("kept", kept=expression)
        groups, people, connections = plus
        without_groups, without_people, without_connections = minus
        return cls(
            width_of(groups, people, connections=connections),
            groups,
            people,
            without_groups,
            without_people,
            connections,
            without_connections,
        )


type Sorted = tuple[frozenset[int], frozenset[int], bool]


def sort_out(groups: Iterable[Group], person: Person) -> Sorted | None:
    """(groups, people, connections) that the picker can show; None when it has no words for one of them."""
    whole, people, connections = set(), set(), False
    for group in groups:
        if group.kind == GroupKind.CONNECTIONS and group.owner_id == person.pk:
            connections = True
        elif group.kind == GroupKind.PERSON and group.owner_id is not None:
            people.add(group.owner_id)
        elif group.pk in {PUBLIC, MEMBERS} or is_open_circle(group, person):
            whole.add(group.pk)
        else:
            return None
    if people and Person.objects.filter(within_reach(person), pk__in=people).count() != len(people):
        return None
    return frozenset(whole), frozenset(people), connections


def is_open_circle(group: Group, person: Person) -> bool:
    return group.kind == GroupKind.CIRCLE and group.owner_id == person.pk and group.closed_at is None


def width_of(groups: frozenset[int], people: frozenset[int], *, connections: bool) -> Width:
    """Which radio stands for these groups and people."""
    if people or len(groups) + connections > 1:
        return "custom"
    if connections:
        return "connections"
    if not groups:
        return "me"
    known: Mapping[int, Width] = {PUBLIC: "everyone", MEMBERS: "members"}
    return known.get(next(iter(groups)), "circle")


def alone(people: Iterable[int]) -> set[int]:
    """The groups that hold each of these people alone."""
    return {one_person_group(person).pk for person in Person.objects.filter(pk__in=people)}


def circles(person: Person) -> Sequence[Group]:
    """Their circles in use, by name, with `count` people in each."""
    rows = Group.objects.circles_of(person).filter(closed_at=None)
    return list(
        rows.annotate(count=Count("memberships", Q(memberships__opens_from__lt=NEVER))).order_by("label")
    )


def named(person: Person, names: Iterable[str]) -> dict[str, list[int]]:
    """For each name, the people within this person's reach who bear it; accents and case do not matter."""
    wanted = {name: fold(name) for name in names}
    if not wanted:
        return {}
    known = Person.objects.filter(within_reach(person)).values_list("pk", "name")
    folded = [(pk, fold(name)) for pk, name in known]
    return {name: [pk for pk, other in folded if other == as_folded] for name, as_folded in wanted.items()}


def begins(name: Sequence[str], words: Sequence[str]) -> bool:
    """Whether each word begins some part of the name; both folded."""
    return all(any(part.startswith(word) for part in name) for word in words)


def people_called(person: Person, words: Sequence[str], limit: int) -> Sequence[Person]:
    """People within reach whose names these words begin, connections first; for no words, connections alone."""
    mine = Group.objects.filter(kind=GroupKind.CONNECTIONS, owner=person)
    near = Membership.objects.filter(group__in=mine).values("person")
    reach = Person.objects.filter(within_reach(person)).annotate(is_near=Q(pk__in=near))
    if not words:
        return list(reach.filter(is_near=True).order_by("name", "pk")[:limit])
    known = reach.order_by("-is_near", "name", "pk").values_list("pk", "name")
    found = [pk for pk, name in known if begins(fold(name).split(), words)][:limit]
    rows = reach.in_bulk(found)
    return [rows[pk] for pk in found if pk in rows]


def readers(choice: AudienceChoice, author: Person, at: int) -> set[int]:
    """Who would read what `author` publishes now for this choice, besides themselves; writes nothing.

    A person who was never named before has no group yet; they are added and taken away by hand, as the rule would.
    """
    if choice.width == "kept":
        return {holder.person for holder in holders(choice.kept, author=author, ord=at)}
    groups = Group.objects.filter(kind=GroupKind.PERSON, owner__in=choice.people | choice.without_people)
    of_person = {group.owner_id: group.pk for group in groups}
    mine = Group.objects.filter(kind=GroupKind.CONNECTIONS, owner=author).values_list("pk", flat=True)
    plus = choice.groups | {of_person[pk] for pk in choice.people if pk in of_person}
    minus = choice.without_groups | {of_person[pk] for pk in choice.without_people if pk in of_person}
    plus |= set(mine) if choice.connections else set()
    minus |= set(mine) if choice.without_connections else set()
    found = {holder.person for holder in holders(Expression(plus, minus), author=author, ord=at)}
    new = {pk for pk in choice.people if pk not in of_person}
    if new:
        kept_out = Membership.objects.filter(group__in=minus, person__in=new).values_list(
            "person_id", flat=True
        )
        shut = Block.objects.filter(owner=author, person__in=new).values_list("person_id", flat=True)
        found |= new - set(kept_out) - set(shut)
    return found - choice.without_people
