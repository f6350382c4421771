"""Mails that came back, the addresses that are spared because of it, and the providers that want none of ours."""

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from parvis.core.people.models import Address, public_id

from .mails import Mail


class BounceCategory(models.TextChoices):
    GONE = "gone", pgettext_lazy("a mail that came back", "nobody is reached there")
    FULL = "full", pgettext_lazy("a mail that came back", "the mailbox is full")
    US = "us", pgettext_lazy("a mail that came back", "mail from here is not wanted")
    SIZE = "size", pgettext_lazy("a mail that came back", "it was too large")
    TRANSIENT = "transient", pgettext_lazy("a mail that came back", "it was given up after a time")
    UNKNOWN = "unknown", pgettext_lazy("a mail that came back", "they do not say why")


class Bounce(models.Model):
    """One mail that was not delivered, and why, in the provider's own words; at most one row a mail.

    `left_at` is when the mail left, or was refused; with `is_own` our own relay refused it, before our eyes, and no
    mail told so, which anybody can write. Rows that do not count any more are those of before an address was
    reached again, or of a time when a provider wanted none of our mail.
    """

    mail = models.OneToOneField(Mail, models.CASCADE, related_name="bounce")
    address = models.ForeignKey(Address, models.SET_NULL, null=True, blank=True, related_name="bounces")
    domain = models.CharField(max_length=253)
    category = models.CharField(max_length=10, choices=BounceCategory)
    status = models.CharField(max_length=20, default="", blank=True)
    words = models.CharField(max_length=300, default="", blank=True)
    left_at = models.DateTimeField()
    at = models.DateTimeField()
    counts = models.BooleanField(default=True)
    is_own = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="bounce_category_known", condition=Q(category__in=BounceCategory.values)
            )
        ]
        indexes = [
            models.Index(name="bounce_of_address", fields=["address", "category", "at"]),
            models.Index(name="bounce_of_domain", fields=["domain", "category", "at"]),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.category}"


class Hold(models.Model):
    """No mails go to an address whose provider refuses them, until one of the mails that try it is not refused.

    `probes` counts those that have been refused; `probe_id` is the token of the last one, `probe_left_at` is set while
    its answer is awaited, and `next_probe_at` is when the next one goes. Once `ended_at` is set we have given up.
    """

    address = models.OneToOneField(Address, models.CASCADE, related_name="hold")
    category = models.CharField(max_length=10, choices=BounceCategory)
    words = models.CharField(max_length=300, default="", blank=True)
    at = models.DateTimeField()
    probes = models.PositiveSmallIntegerField(default=0)
    probe_id = models.CharField(max_length=20, unique=True, default=public_id)
    probe_left_at = models.DateTimeField(null=True, blank=True)
    next_probe_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(name="hold_next_probe", fields=["next_probe_at"])]

    def __str__(self) -> str:
        return f"#{self.pk} {self.category}"


class Breaker(models.Model):
    """A provider refuses mail from this square as such: none goes there but one now and then that tries it again.

    `words` are the provider's, without addresses; with `is_own` our own relay heard them. From `until` on one mail may go, `trial`; when it is not refused by
    the next `until`, all may.
    """

    domain = models.CharField(max_length=253, unique=True)
    words = models.CharField(max_length=300, default="", blank=True)
    at = models.DateTimeField()
    until = models.DateTimeField()
    trials = models.PositiveSmallIntegerField(default=0)
    is_own = models.BooleanField(default=False)
    trial = models.ForeignKey(Mail, models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"#{self.pk} {self.domain}"
