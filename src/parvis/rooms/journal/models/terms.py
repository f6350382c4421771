"""Categories, which are themes that one can follow, and tags."""

from django.db import models
from django.db.models import F, Q

from parvis.core.stream.models import Source


class Labelled(models.Model):
    """Something named in several languages: `names` and `descriptions` hold a text for each."""

    slug = models.CharField(max_length=200, unique=True)
    names = models.JSONField(default=dict)
    descriptions = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"#{self.pk} {self.slug}"

    def name_in(self, language: str) -> str:
        """Its name in this language, or in one it has."""
        return str(self.names.get(language) or next(iter(self.names.values()), self.slug))

    def description_in(self, language: str) -> str:
        return str(self.descriptions.get(language) or "")


class Category(Labelled):
    """A theme of the journal, perhaps within another; it can be followed by itself."""

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    source = models.OneToOneField(Source, models.PROTECT, related_name="category")
    position = models.PositiveIntegerField(default=0)

    class Meta(Labelled.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                name="category_not_its_parent", condition=Q(parent=None) | ~Q(parent=F("id"))
            )
        ]


class FormerCategory(models.Model):
    """The slug of a category that was merged into another, whose address leads there."""

    slug = models.CharField(max_length=200, unique=True)
    category = models.ForeignKey(Category, models.CASCADE, related_name="former")

    def __str__(self) -> str:
        return f"#{self.pk} {self.slug}"


class Tag(Labelled):
    """A word that gathers posts."""

    class Meta(Labelled.Meta):
        abstract = False
