"""What is told to the web at large of what is public here: to the pages it links to, and to the hub of its feeds."""

from django.db import models

from parvis.core.stream.models import Publication

from .copies import Copy
from .errands import Errand


class Told(Errand):
    """How much of a publication has been told outside: at which revision, and whether it was public then.

    A publication without such a row is told of at its first minute, or never (what an import brought).
    """

    publication = models.OneToOneField(Publication, models.CASCADE, related_name="+")
    revision = models.PositiveIntegerField(default=0)
    is_public = models.BooleanField(default=False)

    class Meta(Errand.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"#{self.pk} of {self.publication_id}, revision {self.revision}"


class SentMention(Errand):
    """A page elsewhere that a publication links to: it is told so, and told again when the text changes or goes.

    `source` is our page as it was first told; `endpoint` where that site takes mentions. `is_linked`: the text still
    leads there. `told_at` is when it last took a mention, None while it never did; `problem` says why it does not.
    """

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="+")
    target = models.CharField(max_length=2000)
    source = models.CharField(max_length=2000, default="", blank=True)
    endpoint = models.CharField(max_length=2000, default="", blank=True)
    is_linked = models.BooleanField(default=True)
    told_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=500, default="", blank=True)
    copy = models.ForeignKey(Copy, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta(Errand.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(name="sent_mention_once", fields=["publication", "target"])]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.publication_id}"


class HubPing(Errand):
    """A public feed of which the hub is to be told that it has changed (WebSub); gone once the hub knows."""

    topic = models.CharField(max_length=2000, unique=True)

    class Meta(Errand.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"#{self.pk} {self.topic}"
