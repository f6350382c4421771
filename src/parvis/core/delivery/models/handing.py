"""Which publications have been handed over to their readers."""

from django.db import models

from parvis.core.stream.models import Publication


class HandOver(models.Model):
    """A publication on its way to those who want it at once; `after` is the last follow that has been served.

    One that is done from the start is never announced: what an import brought. One whose readers were changed since
    begins anew, for those who came in by it (`is_again`); `opened_at` is the last such change that it knows, in
    microseconds.
    """

    publication = models.OneToOneField(Publication, models.CASCADE, related_name="+")
    after = models.BigIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    is_again = models.BooleanField(default=False)
    opened_at = models.BigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(name="hand_over_open", fields=["publication"], condition=models.Q(done_at=None))
        ]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.publication_id}"
