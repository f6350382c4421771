"""What comes back and is no bounce: complaints of readers by their provider, and mails that nobody here understood."""

from django.db import models

from parvis.core.people.models import Person
from parvis.core.stream.models import Source

from .mails import Mail


class Complaint(models.Model):
    """A reader told their provider that a mail from here is unwanted, and the mails of one source ended because of it.

    `source` is empty where it was a mail that only tells or asks something. `feedback` is the word of the report (RFC 5965 §3.1).
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="complaints")
    source = models.ForeignKey(Source, models.CASCADE, null=True, blank=True, related_name="+")
    feedback = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="complaint_of_person", fields=["person", "at"])]

    def __str__(self) -> str:
        return f"#{self.pk} {self.feedback}"


class Puzzle(models.Model):
    """A mail that came back, or to the postmaster, and that was not understood: an owner may look at it for a time.

    `text` holds some of its headers and the first lines of what its sender says, never what we had sent. `mail` is the
    one of ours that it is about; one of them makes one row at most.
    """

    mail = models.OneToOneField(Mail, models.CASCADE, null=True, blank=True, related_name="puzzle")
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="puzzle_at", fields=["at"])]

    def __str__(self) -> str:
        return f"#{self.pk}"
