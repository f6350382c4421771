"""Becoming someone here: as a guest by an address alone, or as a member by showing that the address is one's own."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.lib.refusal import Refusal

from ..models import Address, Invitation, JoinPolicy, Person, Role, Square
from .addresses import add_address
from .invitations import accept_invitation

UNFINISHED_FOR = timedelta(days=1)


class NotLetIn(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Joining needs an invitation here. Ask someone who takes part for one."))


@transaction.atomic
def guest(*, name: str, address: str | None, at: datetime, language: str = "fr", zone: str = "") -> Person:
    """Someone known here without a login: who comments by mail, or wrote in a journal that was brought here."""
    person = Person(name=name[:100], role=Role.GUEST, language=language, joined_at=at)
    person.zone = zone or person.zone
    person.set_unusable_password()
    person.save()
    if address:
        add_address(person=person, value=address, at=at)
    return person


@transaction.atomic
def sign_up(*, person: Person, name: str, address: str, language: str, zone: str, at: datetime) -> Person:
    """Write down who asks to join. They take part once the address is shown to be theirs (`join_square`)."""
    forget_unfinished(at=at)
    person.name, person.language, person.zone = name[:100], language, zone
    person.role, person.joined_at = Role.GUEST, at
    person.save()
    add_address(person=person, value=address, at=at)
    return person


def is_waiting(person: Person) -> bool:
    """Whether this person signed up and has not shown any address to be theirs yet."""
    if person.role != Role.GUEST or not person.has_usable_password() or person.last_login is not None:
        return False
    return not Address.objects.filter(person=person).exclude(verified_at=None).exists()


def forget_unfinished(*, at: datetime) -> int:
    """Drop sign-ups of more than a day ago whose address was never verified; how many rows went."""
    waiting = Person.objects.filter(role=Role.GUEST, last_login=None, joined_at__lt=at - UNFINISHED_FOR)
    verified = Address.objects.exclude(verified_at=None).values("person")
    rows: int = (
        waiting.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).exclude(pk__in=verified).delete()[0]
    )
    return rows


@transaction.atomic
def join_square(*, person: Person, square: Square, invitation: Invitation | None, at: datetime) -> Person:
    """Make a member of someone whose address is verified. Raises NotLetIn."""
    if invitation is not None and accept_invitation(invitation=invitation, person=person, at=at):
        person.role = invitation.role
    elif square.join == JoinPolicy.OPEN:
        person.role = Role.MEMBER
    else:
        raise NotLetIn
    person.joined_at = at
    person.save(update_fields=["role", "joined_at"])
    return person
