"""What people answer under a publication."""

from django.db import models

from parvis.core.people.models import Person

from ..seen import SeenModel, SeenQuerySet
from .publication import Publication


class CommentQuerySet(SeenQuerySet["Comment"]):
    """Reads comments; the rule asks for what they stand under, too."""

    def under(self, subject: Publication) -> "CommentQuerySet":
        """Those written under a publication, the oldest first."""
        return self.filter(publication__under=subject).order_by("publication__ord")


class Comment(SeenModel):
    """An answer under a publication; itself a publication, for the audience under which it was written."""

    publication = models.OneToOneField(Publication, models.CASCADE, related_name="comment")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="answers")
    source = models.TextField()
    html = models.TextField()
    is_pending = models.BooleanField(default=False)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_in_sight(self) -> bool:
        """Neither waiting for a yes, nor put away, nor taken back."""
        return not self.is_pending and self.hidden_at is None and self.withdrawn_at is None
