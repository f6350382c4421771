"""What somebody should be told; delivery carries it."""

from django.db import models

from .person import Person


class Notice(models.Model):
    """One thing to tell a person: a kind and numbers; its sentence is made when it is shown."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=50)
    about = models.JSONField(default=dict)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(name="notice_of_person", fields=["person", "-at"]),
            models.Index(name="notice_unseen", fields=["at"], condition=models.Q(seen_at=None)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"
