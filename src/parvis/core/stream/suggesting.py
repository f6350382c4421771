"""A circle worth making: the people whom one has chosen by name, together, again and again."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from parvis.core.audiences.holders import names, within_reach
from parvis.core.audiences.models import Group, GroupKind, Membership, Term
from parvis.core.people.models import Person

from .models import Publication

TIMES = 3
LOOKED_AT = 20


@dataclass(frozen=True)
class Suggestion:
    """These people were chosen together so many times."""

    people: Sequence[Person]
    times: int


def suggestion(person: Person) -> Suggestion | None:
    """The people chosen most often, two at least and without anybody kept out, who are no circle of theirs yet."""
    mine = Publication.objects.unguarded("whom one chose oneself").filter(
        author=person, audience__owner=person
    )
    out = mine.filter(deleted_at=None).exclude(published_at=None).exclude(kind="stream.comment")
    often = out.values("audience").annotate(times=Count("pk")).filter(times__gte=TIMES)
    times = dict(often.order_by("-times", "audience").values_list("audience", "times")[:LOOKED_AT])
    if not times:
        return None
    chosen: dict[int, set[int]] = {audience: set() for audience in times}
    rows = Term.objects.filter(audience__in=times).values_list(
        "audience", "sign", "group__kind", "group__owner"
    )
    for audience, sign, kind, owner in rows:
        if sign == 1 and kind == GroupKind.PERSON:
            chosen.get(audience, set()).add(owner)
        else:
            chosen.pop(audience, None)
    known = circles_as_sets(person)
    reach = set(Person.objects.filter(within_reach(person)).values_list("pk", flat=True))
    for audience, people in chosen.items():
        others = frozenset(people - {person.pk})
        if len(others) > 1 and others <= reach and others not in known:
            return Suggestion(list(names(others)), times[audience])
    return None


def circles_as_sets(person: Person) -> set[frozenset[int]]:
    """Who is in each of their circles."""
    held: dict[int, set[int]] = {}
    circles = Group.objects.circles_of(person)
    rows = Membership.objects.letting_in().filter(group__in=circles)
    for group, member in rows.values_list("group_id", "person_id"):
        held.setdefault(group, set()).add(member)
    return {frozenset(members) for members in held.values()}
