"""What the owners decide about people, and the line by which those people learn of it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.people import actions as people
from parvis.core.people.models import Notice, Person, Role
from parvis.lib.refusal import Refusal


class NotYourself(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("You cannot suspend yourself. Another owner can, or you can leave from your own settings.")
        )


class GuestHasNoRole(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("A guest has no login. Invite them first; the invitation says what they may do here.")
        )


@transaction.atomic
def give_role(*, person: Person, role: str, by: Person, at: datetime) -> Person:
    """What a person may do here from the next page they open. Raises GuestHasNoRole, people's LastOwner."""
    if person.role == role:
        return person
    if Role.GUEST in {person.role, role}:
        raise GuestHasNoRole
    people.change_role(person=person, role=role)
    if person != by:
        Notice.objects.create(person=person, kind="site.role", about={"role": role}, at=at)
    return person


@transaction.atomic
def shut_out(*, person: Person, by: Person, because: str, at: datetime) -> Person:
    """Suspend a person from their next request on. Raises NotYourself, people's LastOwner."""
    if person == by:
        raise NotYourself
    return people.suspend(person=person, because=because, at=at)


@transaction.atomic
def let_back_in(*, person: Person, at: datetime) -> Person:
    """Let a suspended person in again; they log in anew, and are told."""
    if person.suspended_at is not None:
        people.reinstate(person=person)
        Notice.objects.create(person=person, kind="site.reinstated", at=at)
    return person
