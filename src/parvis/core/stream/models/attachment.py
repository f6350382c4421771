"""Pictures and files that hang on a publication, served only through the rule."""

from django.db import models

from parvis.core.people.models import Person, public_id

from ..seen import SeenModel, SeenQuerySet
from .publication import Publication


class AttachmentQuerySet(SeenQuerySet["Attachment"]):
    def pictures(self) -> "AttachmentQuerySet":
        return self.exclude(width=None)


class Attachment(SeenModel):
    """A picture or a file of a publication. Sizes are in bytes and pixels; `alt` holds a text for each language."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    publication = models.ForeignKey(Publication, models.CASCADE, related_name="attachments")
    owner = models.ForeignKey(Person, models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=200)
    mime = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.CharField(max_length=200)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    widths = models.JSONField(default=list, blank=True)
    alt = models.JSONField(default=dict, blank=True)
    caption = models.TextField(default="", blank=True)
    position = models.PositiveIntegerField(default=0)
    added_at = models.DateTimeField()

    objects = AttachmentQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        indexes = [models.Index(name="attachment_of", fields=["publication", "position"])]

    def __str__(self) -> str:
        return f"#{self.pk} {self.mime}"

    @property
    def is_picture(self) -> bool:
        return self.width is not None
