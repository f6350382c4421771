"""How what was promised becomes money: attempts to debit, what the provider tells, what goes back."""

from django.db import models
from django.db.models import Q

from parvis.core.people.models import Person, public_id

from .accounts import CardAccount
from .campaigns import Campaign
from .pledges import Pledge


class AttemptState(models.TextChoices):
    """`prepared`: it may have been sent, and is sent again with the same key until an answer is known."""

    PREPARED = "prepared"
    PROCESSING = "processing"
    ASKING = "asking"
    DECLINED = "declined"
    REFUSED = "refused"
    CANCELED = "canceled"
    ABSENT = "absent"
    COLLECTED = "collected"
    HELD = "held"
    """It failed in a way that somebody has to look at; nothing more is tried by itself."""


OPEN = (AttemptState.PREPARED, AttemptState.PROCESSING, AttemptState.ASKING)


class Attempt(models.Model):
    """One attempt to debit one pledge: written down before anything is sent, and never sent with other parameters.

    `charge` is what is sent (`lib.payments.Charge`), `outcome` all that is known of it (`lib.payments.Outcome`), merged in any order.
    `method` is the way to pay with which it was tried last, `confirmations` how often its holder went to say yes to their bank.
    Until `locked_until` nothing is asked about it.
    """

    # Each row is written several times, and each index with it: what a constraint or an index begins with has no other.
    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="tries", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(CardAccount, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=80)
    amount = models.BigIntegerField()
    charge = models.JSONField()
    state = models.CharField(max_length=10, choices=AttemptState, default=AttemptState.PREPARED)
    prepared_at = models.DateTimeField()
    first_sent_at = models.DateTimeField(null=True, blank=True)
    state_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=20, default="", blank=True)
    payment = models.CharField(max_length=255, default="", blank=True)
    method = models.CharField(max_length=255, default="", blank=True)
    confirmations = models.PositiveSmallIntegerField(default=0)
    outcome = models.JSONField(default=dict)
    problems = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="attempt_key_once", fields=["key"]),
            models.UniqueConstraint(name="attempt_numbered_once", fields=["pledge", "number"]),
            models.UniqueConstraint(
                name="attempt_one_open",
                fields=["pledge"],
                condition=Q(state__in=["prepared", "processing", "asking"]),
            ),
            models.CheckConstraint(name="attempt_amount", condition=Q(amount__gt=0)),
        ]
        indexes = [
            models.Index(name="attempt_payment", fields=["payment"], condition=~Q(payment="")),
            models.Index(name="attempt_waiting", fields=["campaign", "state", "locked_until"]),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.state}"


class ProviderEvent(models.Model):
    """Something that a provider told us: kept once, whatever the number of times it is told. `metadata` is ours, come back."""

    account = models.ForeignKey(CardAccount, models.CASCADE, related_name="events")
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=80)
    created = models.BigIntegerField()
    payment = models.CharField(max_length=255, default="", blank=True)
    setup = models.CharField(max_length=255, default="", blank=True)
    metadata = models.JSONField(default=dict, blank=True)
    outcome = models.JSONField(null=True, blank=True)
    came_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="told_once", fields=["account", "name"])]
        indexes = [models.Index(name="told_waiting", fields=["next_try"], condition=Q(done_at=None))]

    def __str__(self) -> str:
        return f"#{self.pk} {self.type}"


class RefundState(models.TextChoices):
    PREPARED = "prepared"
    ASKED = "asked"
    RETURNED = "returned"
    REFUSED = "refused"
    BY_HAND = "by-hand"
    """By bank: its creator says that they have sent it."""


class Refund(models.Model):
    """Part of a payment that goes back, or all of it; written down before anything is sent.

    What has an `attempt` goes back through the provider; without one it is prepared for its creator to send by hand.
    `is_owed`: it never was for the pledge (it came too late, twice, or was not what was asked), and goes back by itself.
    `turn` counts the keys with which it was sent: the next one only once it is known that the one before did nothing.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="refunds")
    attempt = models.ForeignKey(Attempt, models.PROTECT, null=True, blank=True, related_name="refunds")
    number = models.PositiveSmallIntegerField()
    amount = models.BigIntegerField()
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    because = models.CharField(max_length=300, default="", blank=True)
    is_owed = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=RefundState, default=RefundState.PREPARED)
    at = models.DateTimeField()
    first_sent_at = models.DateTimeField(null=True, blank=True)
    state_at = models.DateTimeField()
    turn = models.PositiveSmallIntegerField(default=1)
    must_look_up = models.BooleanField(default=False)
    next_try = models.DateTimeField(null=True, blank=True)
    problems = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=255, default="", blank=True)
    problem = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="refund_numbered_once", fields=["pledge", "number"]),
            models.UniqueConstraint(
                name="refund_named_once", fields=["attempt", "name"], condition=~Q(name="")
            ),
            models.UniqueConstraint(
                name="refund_owed_once",
                fields=["attempt"],
                condition=Q(is_owed=True) & ~Q(state="refused"),
            ),
            models.CheckConstraint(name="refund_amount", condition=Q(amount__gt=0)),
        ]
        indexes = [models.Index(name="refund_waiting", fields=["next_try"], condition=Q(state="prepared"))]

    def __str__(self) -> str:
        return f"#{self.pk} {self.state}"

    @property
    def key(self) -> str:
        """What makes it happen once at the provider, however often it is sent."""
        return f"parvis:refund:{self.public_id}:{self.turn}"


class Dispute(models.Model):
    """A payer asked their bank for the money back; to be answered at the provider by `due_at`."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="disputes")
    name = models.CharField(max_length=255)
    amount = models.BigIntegerField()
    stage = models.CharField(max_length=10)
    because = models.CharField(max_length=60, default="", blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()
    stage_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="dispute_once", fields=["attempt", "name"]),
            models.CheckConstraint(name="dispute_amount", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.stage}"


class Detachment(models.Model):
    """A way to pay that is not needed any more: the provider is asked to forget it. `method` is its name there."""

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="detachments")
    account = models.ForeignKey(CardAccount, models.CASCADE, related_name="+")
    method = models.CharField(max_length=255)
    at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="detached_once", fields=["account", "method"])]
        indexes = [models.Index(name="detachment_waiting", fields=["next_try"], condition=Q(done_at=None))]

    def __str__(self) -> str:
        return f"#{self.pk}"
