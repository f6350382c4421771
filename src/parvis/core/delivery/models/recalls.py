"""Copies asked back: that an author asked, and under which title what is asked back had left."""

from django.db import models
from django.db.models import Q

from parvis.core.stream.models import Publication


class Recall(models.Model):
    """An author asks all who hold a mail with something of theirs, and may not read it any more, to delete it.

    `after` is the last copy that was seen to; copies that left after `at` are not meant.
    """

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="recalls")
    at = models.DateTimeField()
    after = models.BigIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="recall_one_open", fields=["publication"], condition=Q(done_at=None))
        ]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.publication_id}"


class Wording(models.Model):
    """The title under which a revision of a publication has left: what its readers know of it, whatever it is now."""

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="wordings")
    revision = models.PositiveIntegerField()
    title = models.CharField(max_length=400, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="wording_once", fields=["publication", "revision"])]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.publication_id}, revision {self.revision}"
