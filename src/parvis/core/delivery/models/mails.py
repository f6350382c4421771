"""The mails that go out: each is a row before it is a mail."""

from django.db import models
from django.db.models import Q, Value
from django.utils.translation import pgettext_lazy

from parvis.core.people.models import Person, public_id
from parvis.core.stream.models import Publication

from .subscriptions import Subscription


class MailKind(models.TextChoices):
    PUBLICATION = "publication", pgettext_lazy("a mail", "one publication")
    DIGEST = "digest", pgettext_lazy("a mail", "a digest")
    NOTICE = "notice", pgettext_lazy("a mail", "what you are told")
    RECALL = "recall", pgettext_lazy("a mail", "a copy is asked back")
    LETTER = "letter", pgettext_lazy("a mail", "a letter")


class MailState(models.TextChoices):
    QUEUED = "queued", pgettext_lazy("a mail", "waits")
    LEAVING = "leaving", pgettext_lazy("a mail", "is leaving")
    LEFT = "left", pgettext_lazy("a mail", "has left")
    KEPT = "kept", pgettext_lazy("a mail", "lies in the outbox")
    UNKNOWN = "unknown", pgettext_lazy("a mail", "nobody knows whether it has left")
    REFUSED = "refused", pgettext_lazy("a mail", "was refused")
    CANCELLED = "cancelled", pgettext_lazy("a mail", "was not sent")


class Mail(models.Model):
    """One mail to one address. What is in it is made when it leaves, of what its reader may see then.

    `key` says what it is for, so that it is queued once. `leaving` is written down before the final dot of its data:
    whoever finds it so after a crash knows that it may have left, and sends it no more. `locked_until` and
    `claimed_by` are those of the worker that has taken it. `upto` is how far a digest reaches, in microseconds.
    `letter` names the kind of a letter, which `about` tells what it is about, in numbers; a letter that is not to leave
    yet counts as queued from the moment when it may.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    kind = models.CharField(max_length=12, choices=MailKind)
    key = models.CharField(max_length=80, unique=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="mails")
    subscription = models.ForeignKey(
        Subscription, models.SET_NULL, null=True, blank=True, related_name="mails"
    )
    publication = models.ForeignKey(Publication, models.CASCADE, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=MailState, default=MailState.QUEUED)
    queued_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField()
    locked_until = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=20, default="", blank=True)
    state_at = models.DateTimeField()
    rhythm = models.CharField(max_length=7, default="", blank=True)
    upto = models.BigIntegerField(default=0)
    problem = models.CharField(max_length=500, default="", blank=True)
    letter = models.CharField(max_length=50, default="", db_default="", blank=True)
    about = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="mail_state_known", condition=Q(state__in=MailState.values)),
            models.CheckConstraint(
                name="mail_letter_named",
                condition=(Q(kind="letter") & ~Q(letter="")) | (~Q(kind="letter") & Q(letter="")),
            ),
        ]
        indexes = [
            models.Index(name="mail_waiting", fields=["next_try"], condition=Q(state="queued")),
            models.Index(name="mail_leaving", fields=["locked_until"], condition=Q(state="leaving")),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}, {self.state}"
