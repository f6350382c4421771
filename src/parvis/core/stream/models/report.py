"""What members ask the owners to look at."""

from django.db import models

from parvis.core.people.models import Person

from ..seen import SeenModel, SeenQuerySet
from .publication import Publication


class ReportQuerySet(SeenQuerySet["Report"]):
    def open(self) -> "ReportQuerySet":
        return self.filter(settled_at=None)


class Report(SeenModel):
    """A member asks the owners to look at a publication; the words in question are kept with it."""

    publication = models.ForeignKey(
        Publication, models.CASCADE, null=True, blank=True, related_name="reports"
    )
    about = models.ForeignKey(Person, models.CASCADE, related_name="+")
    by = models.ForeignKey(Person, models.CASCADE, related_name="reports_made")
    words = models.TextField()
    quoted = models.TextField(default="", blank=True)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=200, default="", blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        constraints = [models.UniqueConstraint(name="report_once", fields=["publication", "by"])]

    def __str__(self) -> str:
        return f"#{self.pk}"
