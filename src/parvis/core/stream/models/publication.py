"""A publication, and the placements that say in which stream it stands, from when, until when."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from parvis.core.audiences.models import Audience
from parvis.core.audiences.rule import FOREVER, Viewer, moment
from parvis.core.people.models import ONLY_ON_A_PAGE, Person, public_id

from ..kinds import KINDS, Kind
from ..seen import SeenModel, SeenQuerySet
from .reading import Stream


class PublicationQuerySet(SeenQuerySet["Publication"]):
    """Reads publications; only `visible_to` shows them to anyone."""

    paths = ("",)

    def published(self, viewer: Viewer) -> Self:
        """Those that have come out by the viewer's moment: no drafts, nothing scheduled."""
        return self.exclude(published_at=None).filter(ord__lte=viewer.at)

    def of_kind(self, *kinds: str) -> Self:
        return self.filter(kind__in=kinds)

    def newest_first(self) -> Self:
        return self.order_by("-ord")

    def with_authors(self) -> Self:
        """With their authors, but for what these say only on a page of their own."""
        return self.select_related("author").defer(*(f"author__{name}" for name in ONLY_ON_A_PAGE))

    def for_lists(self) -> Self:
        """With their authors, without their words."""
        return self.with_authors().defer("text")


class Publication(SeenModel):
    """Something a person put out: a post, a status, a comment; read through the one rule and nothing else.

    `ord` is its moment in microseconds since 1970, made unique: the order of every list.
    `audience_at` is when its author last said for whom it is; `withdrawn_at`, when they took it back to a draft.
    `public_until` is when it stopped being open to everyone; None while it is, and for what never was.
    `out_until` is when it goes back to its author alone; None for what stays.
    `text` is what the search finds, in plain words. What stands `under` another is seen by whoever sees both.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    kind = models.CharField(max_length=50)
    author = models.ForeignKey(Person, models.CASCADE, related_name="publications")
    audience = models.ForeignKey(Audience, models.PROTECT, null=True, blank=True, related_name="+")
    audience_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=10, default="fr")
    title = models.CharField(max_length=400, default="", blank=True)
    text = models.TextField(default="", blank=True)
    under = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="beneath")
    ord = models.BigIntegerField(unique=True)
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    was_public = models.BooleanField(default=False)
    public_until = models.DateTimeField(null=True, blank=True)
    out_until = models.DateTimeField(null=True, blank=True)
    comments_closed_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)

    objects = PublicationQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        indexes = [
            models.Index(name="publication_author", fields=["author", "-ord"]),
            models.Index(name="publication_kind", fields=["kind", "-ord"]),
            models.Index(name="publication_deleted", fields=["kind"], condition=Q(deleted_at__isnull=False)),
            models.Index(
                name="publication_edited", fields=["edited_at"], condition=Q(edited_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"

    def declared(self) -> Kind:
        """What the register says of its kind."""
        return KINDS[self.kind]

    def get_absolute_url(self) -> str:
        return KINDS[self.kind].addresses([self])[self.pk]

    @property
    def ord_at(self) -> datetime:
        """The moment by which it is ordered."""
        return moment(self.ord)

    @property
    def is_draft(self) -> bool:
        return self.published_at is None and self.deleted_at is None


class Opening(models.Model):
    """For whom something that was out had been, until its author said that it is for others: who reads it only since then.

    `at` is in microseconds since 1970.
    """

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="openings")
    before = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    at = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(name="opening_at", fields=["at"])]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.publication_id}"


class PlacementQuerySet(SeenQuerySet["Placement"]):
    paths = ("publication",)


class Placement(SeenModel):
    """A publication stands in a stream from `visible_from` until `visible_until`, in microseconds since 1970."""

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="placements")
    stream = models.ForeignKey(Stream, models.CASCADE, related_name="placements")
    ord = models.BigIntegerField()
    visible_from = models.BigIntegerField()
    visible_until = models.BigIntegerField(default=FOREVER)

    objects = PlacementQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="placement_in_time", condition=Q(visible_from__lt=F("visible_until"))
            ),
        ]
        indexes = [
            models.Index(
                name="placement_stream",
                fields=["stream", "ord", "visible_from", "visible_until", "publication"],
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {moment(self.visible_from):%Y-%m-%d}"
