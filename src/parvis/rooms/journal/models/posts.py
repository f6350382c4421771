"""A post of the journal, its notes in other languages, its dated updates, and where it came out first."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from parvis.core.audiences.rule import microseconds
from parvis.core.stream.models import Attachment, Publication
from parvis.core.stream.seen import SeenModel, SeenQuerySet

from .terms import Category, Tag


class PostQuerySet(SeenQuerySet["Post"]):
    """Reads posts; only `visible_to` shows them to anyone."""

    def out(self, now: int) -> Self:
        """Those that have come out by `now` (microseconds since 1970): no drafts, nothing scheduled, nothing deleted."""
        return self.exclude(publication__published_at=None).filter(
            publication__ord__lte=now, publication__deleted_at=None
        )

    def articles(self) -> Self:
        return self.filter(kind="post")

    def newest_first(self) -> Self:
        return self.order_by("-publication__ord")

    def readable_in(self, language: str) -> Self:
        """Written in this language, or with a note in it."""
        noted = PostNote.objects.unguarded("narrows a query that asks the rule").filter(language=language)
        return self.filter(Q(publication__language=language) | Q(pk__in=noted.values("post")))


class Post(SeenModel):
    """A post, or a page, of the journal. `source` is what its author wrote, `html` what it became when published."""

    publication = models.OneToOneField(Publication, models.CASCADE, related_name="post")
    kind = models.CharField(max_length=10, default="post", choices=[("post", _("post")), ("page", _("page"))])
    slug = models.CharField(max_length=200, default="", blank=True)
    form = models.CharField(
        max_length=10, default="markdown", choices=[("markdown", "Markdown"), ("html", "HTML")]
    )
    source = models.TextField(default="", blank=True)
    html = models.TextField(default="", blank=True)
    excerpt = models.TextField(default="", blank=True)
    guid = models.CharField(max_length=500, unique=True)
    is_pinned = models.BooleanField(default=False)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="children")
    position = models.IntegerField(default=0)
    lead_picture = models.ForeignKey(Attachment, models.SET_NULL, null=True, blank=True, related_name="+")
    categories = models.ManyToManyField(Category, blank=True, related_name="posts", through="InCategory")
    tags = models.ManyToManyField(Tag, blank=True, related_name="posts", through="Tagged")
    extra = models.JSONField(default=dict, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        indexes = [
            models.Index(name="post_slug", fields=["slug"]),
            models.Index(name="post_pinned", fields=["publication"], condition=Q(is_pinned=True)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.slug}"

    def get_absolute_url(self) -> str:
        return self.publication.get_absolute_url()


class InCategory(models.Model):
    """A post is in a category."""

    post = models.ForeignKey(Post, models.CASCADE)
    category = models.ForeignKey(Category, models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(name="post_in_category_once", fields=["post", "category"])]
        indexes = [models.Index(name="category_posts", fields=["category", "post"])]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Tagged(models.Model):
    """A post has a tag."""

    post = models.ForeignKey(Post, models.CASCADE)
    tag = models.ForeignKey(Tag, models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(name="post_tagged_once", fields=["post", "tag"])]
        indexes = [models.Index(name="tag_posts", fields=["tag", "post"])]

    def __str__(self) -> str:
        return f"#{self.pk}"


class OfPostQuerySet[M: models.Model](SeenQuerySet[M]):
    """Rows that belong to a post."""

    paths = ("post__publication",)


class PostNoteQuerySet(OfPostQuerySet["PostNote"]):
    """Reads notes."""


class PostNote(SeenModel):
    """A few words about a post, in another language, for those who do not read its own."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="notes")
    language = models.CharField(max_length=10)
    text = models.TextField()

    objects = PostNoteQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        constraints = [models.UniqueConstraint(name="note_once_a_language", fields=["post", "language"])]

    def __str__(self) -> str:
        return f"#{self.pk} {self.language}"


class DatedUpdateQuerySet(OfPostQuerySet["DatedUpdate"]):
    """Reads updates."""


class DatedUpdate(SeenModel):
    """Something added to a post later, with its date."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="updates")
    at = models.DateTimeField()
    source = models.TextField()
    html = models.TextField()

    objects = DatedUpdateQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        indexes = [models.Index(name="update_of_post", fields=["post", "at"])]

    def __str__(self) -> str:
        return f"#{self.pk} {self.at:%Y-%m-%d}"

    @property
    def moment(self) -> int:
        """What its post calls it, in microseconds since 1970."""
        return microseconds(self.at)


class OriginalQuerySet(OfPostQuerySet["Original"]):
    """Reads where posts came out first."""


class Original(SeenModel):
    """Where a post came out first. Proposed by an import until its author confirms it."""

    post = models.OneToOneField(Post, models.CASCADE, related_name="original")
    url = models.URLField(max_length=1000)
    publication_name = models.CharField(max_length=200, default="", blank=True)
    published_on = models.DateField(null=True, blank=True)
    gone_on = models.DateField(null=True, blank=True)
    is_confirmed = models.BooleanField(default=True)

    objects = OriginalQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="original_gone_after",
                condition=Q(gone_on=None) | Q(published_on=None) | Q(gone_on__gte=F("published_on")),
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
