"""Accounts elsewhere at which people announce what they say here, and what was announced there."""

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from parvis.core.audiences.models import Audience
from parvis.core.people.models import Person
from parvis.core.stream.models import Publication

from .copies import Copy
from .errands import Errand


class ReadThere(models.TextChoices):
    """Who reads it there: `visibility` of a status of Mastodon."""

    PUBLIC = "public", pgettext_lazy("on Mastodon", "everyone, in public lists too")
    UNLISTED = "unlisted", pgettext_lazy("on Mastodon", "everyone, but not in public lists")
    FOLLOWERS = "private", pgettext_lazy("on Mastodon", "whoever follows you there")


class MastodonApp(models.Model):
    """What a server of Mastodon calls this square; `secret_sealed` opens with the key of the house alone."""

    server = models.CharField(max_length=300, unique=True)
    redirect = models.CharField(max_length=500)
    client = models.CharField(max_length=300)
    secret_sealed = models.TextField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.server


class MastodonAccount(models.Model):
    """A person's account at a server of Mastodon, at which the house may post for them until they end it.

    `token_sealed` opens with the key of the house alone. `problem`: the server takes it no more.
    """

    person = models.OneToOneField(Person, models.CASCADE, related_name="+")
    server = models.CharField(max_length=300)
    name = models.CharField(max_length=200)
    token_sealed = models.TextField()
    visibility = models.CharField(max_length=10, choices=ReadThere, default=ReadThere.FOLLOWERS)
    made_at = models.DateTimeField()
    problem = models.CharField(max_length=300, default="", blank=True)

    def __str__(self) -> str:
        return f"#{self.pk}"


class Announcement(Errand):
    """A publication that is announced at its author's account elsewhere, for as long as it stands as it stood then.

    `audience` is for whom it was here when its author said yes to announcing it; `told_at` when it was announced,
    `revision` with which words, and `remote` what it is called there. `doubtful_since`: an answer never came, so that
    nobody knows whether it stands there.
    """

    publication = models.OneToOneField(Publication, models.CASCADE, related_name="+")
    account = models.ForeignKey(MastodonAccount, models.CASCADE, related_name="announcements")
    key = models.CharField(max_length=40, unique=True)
    visibility = models.CharField(max_length=10, choices=ReadThere)
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=0)
    remote = models.CharField(max_length=100, default="", blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    doubtful_since = models.DateTimeField(null=True, blank=True)
    copy = models.ForeignKey(Copy, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta(Errand.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                name="announcement_visibility_known", condition=Q(visibility__in=ReadThere.values)
            ),
            models.CheckConstraint(
                name="announcement_told_has_a_name", condition=Q(told_at=None) | ~Q(remote="")
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.publication_id}"
