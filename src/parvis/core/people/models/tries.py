"""How often something was tried, for the limits."""

from django.db import models


class Tries(models.Model):
    """A count that begins anew at `until`; `key` is a digest of what is counted and of whose tries they are."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="tries_until", fields=["until"])]

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.count}"
