"""How far the index of words has been written in the way that this version reads it."""

from django.db import models


class WordIndex(models.Model):
    """The one row that says which `lib.text.search.VERSION` the index of words is being made in.

    Every publication whose `ord` is `reached` or later is done; null means that all are.
    """

    version = models.PositiveIntegerField()
    reached = models.BigIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return f"version {self.version}"
