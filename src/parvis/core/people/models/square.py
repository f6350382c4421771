"""The square itself: its name, its languages, who may join, and the invitations that are out."""

from collections.abc import Sequence

from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from .person import Person, Role


class JoinPolicy(models.TextChoices):
    """Who may become a member."""

    OPEN = "open", _("Anyone may join")
    INVITATION = "invitation", _("Only people who were invited")
    CLOSED = "closed", _("Nobody new for now")


class Square(models.Model):
    """What the owner decides about the whole house; there is one row."""

    name = models.CharField(max_length=100, default="Parvis")
    tagline = models.JSONField(default=dict, blank=True)
    url = models.URLField(default="", blank=True)
    language = models.CharField(max_length=10, default="fr")
    languages = models.JSONField(default=list)
    zone = models.CharField(max_length=50, default="Europe/Zurich")
    join = models.CharField(max_length=10, choices=JoinPolicy, default=JoinPolicy.INVITATION)
    accent = models.CharField(max_length=20, default="", blank=True)
    menu = models.JSONField(default=list, blank=True)
    closed_rooms = models.JSONField(default=list, blank=True)
    web_mentions = models.BooleanField(default=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="square_is_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.name

    def all_languages(self) -> Sequence[str]:
        """The square's languages, its own first."""
        return [self.language, *(code for code in self.languages if code != self.language)]

    def tagline_in(self, language: str) -> str:
        return str(self.tagline.get(language) or self.tagline.get(self.language) or "")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        return self.filter(used_at=None, withdrawn_at=None)


class Invitation(models.Model):
    """A door held open for one person; the link's secret is kept only as a hash."""

    code_hash = models.CharField(max_length=64, unique=True)
    address = models.EmailField(default="", blank=True)
    words = models.TextField(default="", blank=True)
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    by = models.ForeignKey(Person, models.CASCADE, related_name="invitations")
    at = models.DateTimeField()
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def mark(self) -> str:
        """What a form calls it: neither its number, which would count others', nor what opens the door."""
        return salted_hmac("parvis.invitation", self.code_hash, algorithm="sha256").hexdigest()[:20]
