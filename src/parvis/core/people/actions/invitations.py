"""Invitations: a link that lets one person in; its secret is told once and kept only as a hash."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.lib.refusal import Refusal

from ..models import Invitation, JoinPolicy, Person, Role, Square
from ..models.square import InvitationQuerySet
from ..squares import the_square

VALID_FOR = timedelta(days=30)
MOST_OPEN = 50


class MayNotInvite(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Nobody new joins this square for now. Its owners can change that in its settings.")
        )


class NotYoursToGive(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Only those who run the square may invite someone to more than take part."))


class TooManyOpen(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Many of your invitations are still open. Withdraw some of them first."))


def hashed(code: str) -> str:
    """What is kept of an invitation's secret."""
    return hashlib.sha256(code.encode()).hexdigest()


@transaction.atomic
def invite(
    *, by: Person, square: Square, address: str = "", words: str = "", role: str = Role.MEMBER, at: datetime
) -> tuple[Invitation, str]:
    """Hold the door open for one person for thirty days; the code of the link is told this once (192 bits).

    Raises MayNotInvite when the square is closed to all but its owners, NotYoursToGive, TooManyOpen.
    """
    if not by.is_member or (square.join == JoinPolicy.CLOSED and not by.is_owner):
        raise MayNotInvite
    if role != Role.MEMBER and not by.is_owner:
        raise NotYoursToGive
    if not by.is_owner and open_invitations(by, at).count() >= MOST_OPEN:
        raise TooManyOpen
    code = secrets.token_urlsafe(24)
    invitation = Invitation.objects.create(
        code_hash=hashed(code), address=address, words=words, role=role, by=by, at=at, until=at + VALID_FOR
    )
    return invitation, code


def open_invitations(person: Person, at: datetime) -> InvitationQuerySet:
    """Their invitations that still let someone in, the newest first."""
    return Invitation.objects.open().filter(by=person, until__gt=at).order_by("-at")


def invitation_for(code: str, at: datetime) -> Invitation | None:
    """The invitation of this link, while it still lets someone in and whoever made it could make it today."""
    found = (
        Invitation.objects.open().select_related("by").filter(code_hash=hashed(code), until__gt=at).first()
    )
    return found if found is not None and may_give(found.by, found.role, the_square()) else None


def may_give(by: Person, role: str, square: Square) -> bool:
    """Whether this person may invite to this role now: an invitation holds no longer than the right to make it."""
    return by.is_owner or (by.is_member and role == Role.MEMBER and square.join != JoinPolicy.CLOSED)


def withdraw_invitation(*, invitation: Invitation, at: datetime) -> bool:
    """Close the door again; False when somebody has come in by it already."""
    return bool(Invitation.objects.open().filter(pk=invitation.pk).update(withdrawn_at=at))


def accept_invitation(*, invitation: Invitation, person: Person, at: datetime) -> bool:
    """Use an invitation up; of two who try at once, one is let in."""
    still = Invitation.objects.open().filter(pk=invitation.pk, until__gt=at)
    return bool(still.update(used_at=at, used_by=person))
