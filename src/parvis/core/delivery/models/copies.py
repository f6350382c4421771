"""The ledger: each copy that goes out of the house is a row before it goes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from parvis.core.audiences.models import Audience
from parvis.core.people.models import Person
from parvis.core.stream.models import Publication

from .mails import Mail


class CopyState(models.TextChoices):
    QUEUED = "queued", pgettext_lazy("a copy", "waits")
    CANCELLED = "cancelled", pgettext_lazy("a copy", "did not leave")
    LEFT = "left", pgettext_lazy("a copy", "has left")
    UNKNOWN = "unknown", pgettext_lazy("a copy", "nobody knows whether it has left")
    ASKED = "asked", pgettext_lazy("a copy", "was asked back")
    CONFIRMED = "confirmed", pgettext_lazy("a copy", "was taken back, they say")
    REFUSED = "refused", pgettext_lazy("a copy", "was refused")
    UNANSWERED = "unanswered", pgettext_lazy("a copy", "was asked back, without an answer")


class Copy(models.Model):
    """A copy of a publication that left, or is to leave, the house: by which channel, to whom, in which words.

    `revision` and `audience` are those of the moment it was made; `is_whole` says whether the text itself goes, or
    only its title and a link. `feed` says by which feed of its reader's own it left (`FeedKey.holds`).
    """

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="copies", db_index=False)
    revision = models.PositiveIntegerField()
    channel = models.CharField(max_length=10)
    feed = models.CharField(max_length=6, default="", db_default="", blank=True)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    mail = models.ForeignKey(Mail, models.SET_NULL, null=True, blank=True, related_name="copies")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    is_whole = models.BooleanField()
    queued_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=CopyState, default=CopyState.QUEUED)
    state_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="copy_state_known", condition=Q(state__in=CopyState.values)),
            models.UniqueConstraint(name="copy_once_a_mail", fields=["mail", "publication"]),
        ]
        indexes = [
            models.Index(name="copy_of", fields=["publication", "channel", "state"]),
            models.Index(name="copy_of_reader", fields=["publication", "person"]),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.publication_id} by {self.channel}, {self.state}"
