"""Badges that the owners of the square have added."""

from django.db import models

from parvis.core.people.models import Person


class OwnBadge(models.Model):
    """A badge of the square's own: `row` is what `game.loading.load` reads, and names it as `slug` does."""

    slug = models.SlugField(max_length=40, unique=True)
    row = models.JSONField()
    made_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.slug
