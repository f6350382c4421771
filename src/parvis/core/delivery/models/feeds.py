"""The keys of a person's own feeds."""

from django.db import models
from django.utils.translation import pgettext_lazy

from parvis.core.people.models import Person


class Holds(models.TextChoices):
    ALL = "", pgettext_lazy("a feed", "all that one follows")
    CHOSEN = "chosen", pgettext_lazy("a feed", "what one chose for it")


class FeedKey(models.Model):
    """Opens one feed and nothing else: all that its person follows, or what they chose for it; kept only as a hash. One that is closed says so to whoever still asks.

    `networks` are the last ones that asked, each as a keyed hash: many of them say that the address has been passed on.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="feed_keys")
    holds = models.CharField(max_length=6, choices=Holds, default=Holds.ALL, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    networks = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="feed_one_open", fields=["person", "holds"], condition=models.Q(closed_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.person_id}"
