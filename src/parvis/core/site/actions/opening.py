"""Setting a new square up: its name, its languages, who may join, and who runs it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.people.actions import verify_address
from parvis.core.people.models import JoinPolicy, Person, Role, Square
from parvis.lib.refusal import Refusal
from parvis.lib.text.lines import one_line


class AlreadyOpen(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This square has been set up already. Log in to change its settings."))


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What a new square needs to know. Without a password its owner logs in by a link or a mailed code."""

    owner_name: str
    address: str
    password: str = field(default="", repr=False)
    name: str = "Parvis"
    language: str = "fr"
    languages: Sequence[str] = ("fr", "en")
    join: str = JoinPolicy.INVITATION
    zone: str = "Europe/Zurich"
    url: str = ""


class Nameless(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("The square, and whoever runs it, need a name of one line. Type it, then send again.")
        )


@transaction.atomic
def open_square(*, opening: Opening, at: datetime) -> Person:
    """Set the square up and return the person who runs it; raises AlreadyOpen, Nameless.

    The address counts as the owner's, for whoever sets a square up stands at its machine.
    """
    name, owner_name = one_line(opening.name), one_line(opening.owner_name)
    if not name or not owner_name:
        raise Nameless
    Square.objects.get_or_create(pk=1, defaults={"languages": list(opening.languages)})
    square = Square.objects.select_for_update().get(pk=1)
    if Person.objects.owners().exists():
        raise AlreadyOpen
    square.name, square.language, square.languages = name, opening.language, list(opening.languages)
    square.join, square.zone, square.url = opening.join, opening.zone, opening.url or square.url
    square.opened_at, square.version = at, square.version + 1
    square.save()
    return first_owner(replace(opening, owner_name=owner_name), at)


def first_owner(opening: Opening, at: datetime) -> Person:
    """The owner; somebody already known by this address keeps what is theirs."""
    owner: Person | None = Person.objects.reached_by(opening.address).first()
    if owner is None:
        owner = Person(joined_at=at, language=opening.language, zone=opening.zone)
    owner.name, owner.role = opening.owner_name, Role.OWNER
    if opening.password:
        owner.set_password(opening.password)
    elif not owner.password:
        owner.set_unusable_password()
    owner.save()
    verify_address(person=owner, value=opening.address, at=at)
    return owner
