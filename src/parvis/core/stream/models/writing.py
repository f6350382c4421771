"""What is being written: the short status, and the working copy that never touches what is published."""

from django.db import models

from ..seen import SeenModel, SeenQuerySet
from .publication import Publication


class StatusQuerySet(SeenQuerySet["Status"]):
    """Reads statuses."""


class Status(SeenModel):
    """A few words said from home."""

    publication = models.OneToOneField(Publication, models.CASCADE, related_name="status")
    source = models.TextField()
    html = models.TextField()

    objects = StatusQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        verbose_name_plural = "statuses"

    def __str__(self) -> str:
        return f"#{self.pk}"


class WorkingCopyQuerySet(SeenQuerySet["WorkingCopy"]):
    """Reads working copies."""


class WorkingCopy(SeenModel):
    """The text under the author's pen: saved by itself, shown to nobody else, kept beside what is published."""

    publication = models.OneToOneField(Publication, models.CASCADE, related_name="working_copy")
    fields = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    objects = WorkingCopyQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        verbose_name_plural = "working copies"

    def __str__(self) -> str:
        return f"#{self.pk} version {self.version}"
