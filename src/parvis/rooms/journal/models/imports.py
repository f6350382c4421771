"""What was brought from elsewhere: one row an import, one row an item with what became of it and why."""

from django.db import models

from parvis.core.audiences.rule import microseconds
from parvis.core.people.models import Person
from parvis.core.stream.models import Publication


class Import(models.Model):
    """The coming of one old blog, known by its address; running it again continues, or finds nothing to change."""

    source = models.CharField(max_length=500, unique=True)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=400, default="", blank=True)
    zone = models.CharField(max_length=50, default="", blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"#{self.pk} {self.source}"

    @property
    def moment(self) -> int:
        """What addresses call it, in microseconds since 1970."""
        return microseconds(self.began_at)


class ImportItem(models.Model):
    """One item of an import: a post, page, comment, attachment, category, tag or author, and what became of it.

    `reason` names a sentence (bringing/reasons.py), `detail` is what that sentence is about. `digest` tells whether
    the item is another one in a later file; `revision` whether its post has been edited here since.
    """

    import_of = models.ForeignKey(Import, models.CASCADE, related_name="items")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=200)
    state = models.CharField(max_length=10)
    reason = models.CharField(max_length=40, default="", blank=True)
    detail = models.TextField(default="", blank=True)
    digest = models.CharField(max_length=64, default="", blank=True)
    title = models.CharField(max_length=400, default="", blank=True)
    publication = models.ForeignKey(Publication, models.SET_NULL, null=True, blank=True, related_name="+")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    target = models.BigIntegerField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="import_item_once", fields=["import_of", "kind", "key"])]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind} {self.key}"
