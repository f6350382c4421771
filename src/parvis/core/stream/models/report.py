"""What members ask the owners to look at."""

from django.db import models
from django.db.models import Q

from parvis.core.people.models import Person

from ..reportables import REPORTABLES, Reportable
from ..seen import SeenModel, SeenQuerySet
from .publication import Publication


class ReportQuerySet(SeenQuerySet["Report"]):
    def open(self) -> "ReportQuerySet":
        return self.filter(settled_at=None)


class Report(SeenModel):
    """A member asks the owners to look at a publication; the words in question are kept with it.

    What is no publication is named by its sort (`reportables`) and its public id, and has a reason; `about` is its
    author or maker, None for what is nobody's.
    """

    publication = models.ForeignKey(
        Publication, models.CASCADE, null=True, blank=True, related_name="reports"
    )
    thing = models.CharField(max_length=40, default="", blank=True)
    public_id = models.CharField(max_length=20, default="", blank=True)
    reason = models.CharField(max_length=20, default="", blank=True)
    about = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="+")
    by = models.ForeignKey(Person, models.CASCADE, related_name="reports_made")
    words = models.TextField()
    quoted = models.TextField(default="", blank=True)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=200, default="", blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        constraints = [
            models.UniqueConstraint(name="report_once", fields=["publication", "by"]),
            models.UniqueConstraint(
                name="report_open_once",
                fields=["thing", "public_id", "by"],
                condition=Q(settled_at=None) & ~Q(thing=""),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def kind(self) -> Reportable | None:
        """The sort of thing it is about; None for a publication."""
        return REPORTABLES.get(self.thing)

    @property
    def reason_words(self) -> object:
        """Why, in words; nothing for a publication."""
        return self.kind.reasons.get(self.reason, "") if self.kind is not None else ""

    @property
    def path(self) -> str:
        """The page of what was reported; nothing once there is none."""
        if self.kind is not None:
            return self.kind.path(self.public_id)
        is_there = self.publication is not None and self.publication.deleted_at is None
        return self.publication.get_absolute_url() if is_there and self.publication is not None else ""
