"""Pages elsewhere on the web that say they link to what stands here."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from parvis.core.people.models import Person, public_id
from parvis.core.stream.models import Publication
from parvis.core.stream.seen import SeenModel, SeenQuerySet

from .errands import Errand


class MentionState(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("a mention", "was not looked at yet")
    WAITING = "waiting", pgettext_lazy("a mention", "waits for your yes")
    SHOWN = "shown", pgettext_lazy("a mention", "is shown")
    DECLINED = "declined", pgettext_lazy("a mention", "is not shown")


class MentionKind(models.TextChoices):
    MENTION = "mention", pgettext_lazy("a mention", "mentions it")
    REPLY = "reply", pgettext_lazy("a mention", "answers it")
    LIKE = "like", pgettext_lazy("a mention", "likes it")
    REPOST = "repost", pgettext_lazy("a mention", "passes it on")
    BOOKMARK = "bookmark", pgettext_lazy("a mention", "keeps it")


class WebMentionQuerySet(SeenQuerySet["WebMention"]):
    paths = ("publication",)

    def shown(self) -> Self:
        return self.filter(state=MentionState.SHOWN)

    def waiting(self) -> Self:
        return self.filter(state=MentionState.WAITING)


class WebMention(SeenModel, Errand):
    """A page elsewhere that links to a publication, as it says itself; shown to nobody before somebody here says yes.

    `source` is that page, `target` the address here to which it links, `site` the host where it was read. What it says of itself is kept
    as plain text. `fresh_at` is when it last said something new.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    publication = models.ForeignKey(Publication, models.CASCADE, related_name="web_mentions")
    source = models.CharField(max_length=2000)
    target = models.CharField(max_length=2000)
    site = models.CharField(max_length=260)
    state = models.CharField(max_length=10, choices=MentionState, default=MentionState.RECEIVED)
    kind = models.CharField(max_length=10, choices=MentionKind, default=MentionKind.MENTION)
    author_name = models.CharField(max_length=100, default="", blank=True)
    author_url = models.CharField(max_length=500, default="", blank=True)
    title = models.CharField(max_length=200, default="", blank=True)
    text = models.CharField(max_length=400, default="", blank=True)
    written_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    fresh_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = WebMentionQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        constraints = [
            models.UniqueConstraint(name="web_mention_once_a_page", fields=["publication", "source"]),
            models.CheckConstraint(
                name="web_mention_state_known", condition=Q(state__in=MentionState.values)
            ),
            models.CheckConstraint(name="web_mention_kind_known", condition=Q(kind__in=MentionKind.values)),
        ]
        indexes = [
            models.Index(name="web_mention_of", fields=["publication", "state", "received_at"]),
            models.Index(name="webmention_due", fields=["due_at"], condition=~Q(due_at=None)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.publication_id}, {self.state}"

    @property
    def name(self) -> str:
        """What it is called where it is shown: its title, else its first words, else who says so, else where."""
        return self.title or self.text or self.author_name or self.site

    @property
    def moment(self) -> object:
        """When it was written, as it says, and else when it was told to us."""
        said = self.written_at
        return said if said is not None and said <= self.received_at else self.received_at


class WelcomeSite(models.Model):
    """A site whose mentions an author shows without being asked each time."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="welcome_sites")
    site = models.CharField(max_length=260)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="welcome_once", fields=["person", "site"])]

    def __str__(self) -> str:
        return f"#{self.pk} {self.site}"
