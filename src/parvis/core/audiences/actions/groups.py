"""Groups and who is in them; whoever owns a fact that is a membership writes it here, in the same transaction."""

from datetime import datetime

from django.db import transaction

from parvis.core.people.models import Person

from ..models import NEVER, Group, GroupKind, Membership
from ..rule import microseconds


def group_of(*, kind: str, owner: Person | None, label: str = "", at: datetime) -> Group:
    """A new group of a room's own kind: a list's subscribers, a campaign's backers."""
    return Group.objects.create(kind=kind, owner=owner, label=label, made_at=at)


@transaction.atomic
def one_person_group(person: Person) -> Group:
    """The group that holds this person alone."""
    group, made = Group.objects.get_or_create(kind=GroupKind.PERSON, owner=person)
    if made:
        Membership.objects.create(group=group, person=person, added_at=person.joined_at)
    return group


def connections_group(person: Person) -> Group:
    """The group of all who are connected to this person."""
    return Group.objects.get_or_create(kind=GroupKind.CONNECTIONS, owner=person)[0]


def join(
    *, group: Group, person: Person, by: Person | None, at: datetime, opens_past: bool = True
) -> tuple[Membership, bool]:
    """Put a person into a group; `opens_past` also opens what was published to it before. Already there: no change.

    Whoever was only kept out by the group, since a block, is in it again.
    """
    chosen = {"opens_from": 0 if opens_past else microseconds(at), "added_by": by, "added_at": at}
    row, made = Membership.objects.get_or_create(group=group, person=person, defaults=chosen)
    if made or row.opens_from < NEVER:
        return row, made
    return Membership.objects.update_or_create(group=group, person=person, defaults=chosen)[0], True


def leave(*, group: Group, person: Person) -> bool:
    """Take a person out of a group; False when they were not in it."""
    return Membership.objects.filter(group=group, person=person).delete()[0] > 0
