"""A person, with or without a login, and the addresses by which they are reached."""

import secrets
import string
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

ALPHABET = string.ascii_lowercase + string.digits


def public_id() -> str:
    """A name for addresses on the web that tells nothing and cannot be guessed (103 bits)."""
    number, name = secrets.randbelow(len(ALPHABET) ** 20), ""
    for _place in range(20):
        number, letter = divmod(number, len(ALPHABET))
        name += ALPHABET[letter]
    return name


class Role(models.TextChoices):
    """What a person may do here, in four words."""

    OWNER = "owner", _("runs the square")
    AUTHOR = "author", _("publishes in the journal")
    MEMBER = "member", _("takes part")
    GUEST = "guest", _("has only a mail address here")


class Link(TypedDict):
    """A link on a person's page."""

    label: str
    url: str


ONLY_ON_A_PAGE = ("password", "last_login", "zone", "theme", "about", "links", "suspended_because")


class PersonQuerySet(models.QuerySet["Person"]):
    def for_lists(self) -> "PersonQuerySet":
        """Without what lists of people never show."""
        return self.defer(*ONLY_ON_A_PAGE)

    def active(self) -> "PersonQuerySet":
        """Those who have not been suspended, nor left."""
        return self.filter(suspended_at=None, erased_at=None)

    def members(self) -> "PersonQuerySet":
        """Those who take part: owners, authors and members; never guests."""
        return self.active().exclude(role=Role.GUEST)

    def owners(self) -> "PersonQuerySet":
        return self.active().filter(role=Role.OWNER)

    def reached_by(self, address: str) -> "PersonQuerySet":
        """Those who have shown that this mail address is theirs."""
        known = Address.objects.filter(kind="mail", canonical=canonical(address)).exclude(verified_at=None)
        return self.filter(addresses__in=known)


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    """Finds persons; login asks it by public id, for there are no user names."""


class Person(AbstractBaseUser):
    """Someone known here: an owner, an author, a member, or a guest who only has a mail address."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    language = models.CharField(max_length=10, default="fr")
    zone = models.CharField(max_length=50, default="Europe/Zurich")
    theme = models.CharField(max_length=5, default="", blank=True)
    about = models.JSONField(default=dict, blank=True)
    links = models.JSONField(default=list, blank=True)
    portrait = models.CharField(max_length=64, default="", blank=True)
    is_listed = models.BooleanField(default=False)
    joined_at = models.DateTimeField()
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_because = models.TextField(default="", blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "public_id"
    REQUIRED_FIELDS = ["name"]

    objects = PersonManager()

    class Meta:
        constraints = [models.CheckConstraint(name="person_role_known", condition=Q(role__in=Role.values))]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.suspended_at is None and self.erased_at is None

    @property
    def is_member(self) -> bool:
        return self.is_active and self.role != Role.GUEST

    @property
    def is_author(self) -> bool:
        return self.is_active and self.role in {Role.AUTHOR, Role.OWNER}

    @property
    def is_owner(self) -> bool:
        return self.is_active and self.role == Role.OWNER

    @property
    def initials(self) -> str:
        words = [word for word in self.name.split() if word[0].isalpha()] or [self.name or "?"]
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()

    def about_in(self, language: str) -> tuple[str, str]:
        """(language, text) of what they say of themselves, in this language if they wrote it, else in the other."""
        about: Mapping[str, str] = self.about
        for code in [language, *about]:
            if about.get(code):
                return code, about[code]
        return language, ""

    def links_list(self) -> Sequence[Link]:
        return list(self.links)

    def here(self, moment: datetime) -> datetime:
        """The moment as this person's clock shows it."""
        return moment.astimezone(ZoneInfo(self.zone))


def canonical(address: str) -> str:
    """A mail address as it is compared: spaces cut, upper and lower case alike."""
    return address.strip().casefold()


class Address(models.Model):
    """A way to reach a person; only a verified one says that it is theirs."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="addresses")
    kind = models.CharField(
        max_length=10, default="mail", choices=[("mail", _("mail")), ("phone", _("phone"))]
    )
    value = models.CharField(max_length=254)
    canonical = models.CharField(max_length=254, editable=False)
    is_primary = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="address_verified_once", fields=["kind", "canonical"], condition=~Q(verified_at=None)
            ),
            models.UniqueConstraint(name="address_once_a_person", fields=["person", "kind", "canonical"]),
            models.UniqueConstraint(
                name="address_one_primary", fields=["person"], condition=Q(is_primary=True)
            ),
        ]
        indexes = [models.Index(name="address_canonical", fields=["canonical"])]

    def __str__(self) -> str:
        return f"#{self.pk} {self.value}"
