"""Circles: groups of people that their owner names for themselves and nobody else ever reads the name of."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Person
from parvis.lib.refusal import Refusal

from ..models import Block, Group, GroupKind, Membership, Term
from .groups import group_of, join, leave


class CircleNameTaken(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(
            _("You already have a circle named “%(name)s”. Choose another name.") % {"name": name}
        )


class NotToBeAdded(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(_("%(name)s cannot be added to a circle of yours.") % {"name": name})


def unused(owner: Person, name: str, but: Group | None = None) -> str:
    """The name, tidied; raises CircleNameTaken."""
    tidy = " ".join(name.split())
    others = Group.objects.circles_of(owner).filter(label__iexact=tidy)
    if (others.exclude(pk=but.pk) if but else others).exists():
        raise CircleNameTaken(tidy)
    return tidy


@transaction.atomic
def make_circle(*, owner: Person, name: str, at: datetime, people: Iterable[Person] = ()) -> Group:
    """A new circle, empty or of these people. Raises CircleNameTaken, NotToBeAdded."""
    circle = group_of(kind=GroupKind.CIRCLE, owner=owner, label=unused(owner, name), at=at)
    for person in people:
        add_to_circle(circle=circle, person=person, at=at, opens_past=True)
    return circle


@transaction.atomic
def rename_circle(*, circle: Group, name: str) -> Group:
    """Another name; nobody but its owner ever saw the old one."""
    assert circle.owner is not None
    circle.label = unused(circle.owner, name, but=circle)
    circle.save(update_fields=["label"])
    return circle


@transaction.atomic
def add_to_circle(*, circle: Group, person: Person, at: datetime, opens_past: bool) -> Membership:
    """Put someone into a circle; `opens_past` also opens what was published to it before.

    Raises NotToBeAdded for oneself and across a shut door.
    """
    assert circle.owner is not None
    shut = Block.objects.filter(person=person, owner=circle.owner).exists()
    if shut or person == circle.owner or not person.is_active:
        raise NotToBeAdded(person.name)
    return join(group=circle, person=person, by=circle.owner, at=at, opens_past=opens_past)[0]


def remove_from_circle(*, circle: Group, person: Person) -> bool:
    """Take someone out; what was published to the circle closes to them at once."""
    return leave(group=circle, person=person)


@transaction.atomic
def archive_circle(*, circle: Group, at: datetime) -> bool:
    """Put a circle away. Nothing published changes its readers; a circle never used is deleted. True when deleted."""
    if not Term.objects.filter(group=circle).exists():
        circle.delete()
        return True
    circle.closed_at = at
    circle.label = f"{circle.label[:55]} · {circle.public_id}"
    circle.save(update_fields=["closed_at", "label"])
    return False
