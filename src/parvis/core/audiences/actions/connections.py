"""Connections: what two people agreed to, and the two memberships that follow from it."""

from datetime import datetime

from django.db import transaction

from parvis.core.people.models import Connection, ConnectionRequest, Person

from ..models import GroupKind, Membership
from .groups import connections_group, join


@transaction.atomic
def connect(*, one: Person, other: Person, at: datetime) -> Connection:
    """Connect two people: each sees, from now on and from before, what the other shows to connections."""
    first, second = sorted((one, other), key=lambda person: person.pk)
    connection, _made = Connection.objects.get_or_create(first=first, second=second, defaults={"since": at})
    join(group=connections_group(first), person=second, by=first, at=at)
    join(group=connections_group(second), person=first, by=second, at=at)
    ConnectionRequest.objects.filter(asker__in=[first, second], asked__in=[first, second]).delete()
    return connection


@transaction.atomic
def disconnect(*, one: Person, other: Person) -> bool:
    """End a connection, for both, at once. False when there was none."""
    Membership.objects.filter(
        group__kind__in=[GroupKind.CONNECTIONS], group__owner__in=[one, other], person__in=[one, other]
    ).delete()
    return Connection.objects.between(one, other).delete()[0] > 0
