"""Rows that say what is still to be done on the network: when, how often it was tried, and who is at it."""

from django.db import models
from django.db.models import Q


class Errand(models.Model):
    """`due_at` is when it is next to be done, None for nothing to do; `locked_until` and `claimed_by` are those of the
    worker that has taken it. Asking for it anew while it is under way gives it another `due_at`.
    """

    due_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=20, default="", blank=True)

    class Meta:
        abstract = True
        indexes = [models.Index(name="%(class)s_due", fields=["due_at"], condition=~Q(due_at=None))]
