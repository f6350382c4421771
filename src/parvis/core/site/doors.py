"""Doors that open once: a link that logs its bearer in, made by whoever stands at the machine."""

import hashlib
import secrets
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.auth import login
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Person
from parvis.core.people.proving import note_proof
from parvis.core.people.request import Request
from parvis.lib.refusal import Refusal

from .models import OneTimeDoor

GOOD_FOR = timedelta(hours=1)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class DoorIsShut(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("This link has been used, or its hour has passed. Ask for another one, or log in as usual.")
        )


def fingerprint(token: str) -> str:
    """What is kept of a link's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def one_time_link(person: Person, at: datetime) -> str:
    """The path of a page that logs this person in, once, within the hour; earlier links of theirs are shut."""
    OneTimeDoor.objects.filter(person=person, used_at=None).delete()
    token = secrets.token_urlsafe(24)
    OneTimeDoor.objects.create(person=person, token_hash=fingerprint(token), at=at, until=at + GOOD_FOR)
    return reverse("enter", args=[token])


def stands_open(token: str, at: datetime) -> bool:
    """Whether this link would let somebody in now."""
    return OneTimeDoor.objects.filter(Q(until__gt=at), token_hash=fingerprint(token), used_at=None).exists()


@transaction.atomic
def go_through(*, token: str, at: datetime) -> Person:
    """Use the link up; raises DoorIsShut. Two who come at once do not both pass."""
    door = OneTimeDoor.objects.filter(token_hash=fingerprint(token)).select_related("person").first()
    usable = OneTimeDoor.objects.filter(token_hash=fingerprint(token), used_at=None, until__gt=at)
    if door is None or not door.person.is_active or not usable.update(used_at=at):
        raise DoorIsShut
    return door.person


def let_in(request: Request, person: Person) -> None:
    """Log a person in on this browser, as the login page does."""
    login(request, person, backend=BACKEND)
    request.session.set_expiry(None)
    note_proof(request, person, "door")
    UserSession.objects.create_from_request(request)
