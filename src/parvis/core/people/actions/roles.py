"""What a person may do here, and putting someone out of the square; all of it acts at once."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.lib.refusal import Refusal

from ..models import Person, Role


class LastOwner(Refusal):
    def __init__(self) -> None:
        super().__init__(_("A square needs someone to run it. Give that role to another person first."))


def refuse_last_owner(person: Person) -> None:
    """Raise LastOwner when nobody else runs the square."""
    if person.is_owner and not Person.objects.owners().select_for_update().exclude(pk=person.pk).exists():
        raise LastOwner


@transaction.atomic
def change_role(*, person: Person, role: str) -> Person:
    """Give a person another role. Raises LastOwner."""
    if role != Role.OWNER:
        refuse_last_owner(person)
    person.role = Role(role)
    person.save(update_fields=["role"])
    return person


@transaction.atomic
def suspend(*, person: Person, because: str, at: datetime) -> Person:
    """Put a person out: their sessions end, and what they wrote stays where it is. Raises LastOwner."""
    refuse_last_owner(person)
    person.suspended_at, person.suspended_because = at, because
    person.save(update_fields=["suspended_at", "suspended_because"])
    for session in UserSession.objects.filter(user=person):
        session.end()
    return person


def reinstate(*, person: Person) -> Person:
    """Let a suspended person in again, as they were."""
    person.suspended_at, person.suspended_because = None, ""
    person.save(update_fields=["suspended_at", "suspended_because"])
    return person
