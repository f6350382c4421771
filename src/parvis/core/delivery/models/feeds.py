"""The key of a person's own feed."""

from django.db import models

from parvis.core.people.models import Person


class FeedKey(models.Model):
    """Opens one feed and nothing else; kept only as a hash. One that is closed says so to whoever still asks.

    `networks` are the last ones that asked, each as a keyed hash: many of them say that the address has been passed on.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="feed_keys")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    networks = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="feed_one_open", fields=["person"], condition=models.Q(closed_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.person_id}"
