"""Where the money of a campaign goes: its creator's own accounts. Nothing is ever pooled."""

from django.db import models
from django.db.models import Q

from parvis.core.people.models import Person, public_id


class BankAccount(models.Model):
    """An account at a bank, with the name and address of its holder as bills must show them (structured, IG QR-bill 2.3).

    `stated_as` is what the bank's statements call it, where that is not its IBAN: they name the ordinary IBAN behind a QR-IBAN.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="bank_accounts")
    holder = models.CharField(max_length=70)
    street = models.CharField(max_length=70, default="", blank=True)
    house_number = models.CharField(max_length=16, default="", blank=True)
    postal_code = models.CharField(max_length=16)
    town = models.CharField(max_length=35)
    country = models.CharField(max_length=2, default="CH")
    iban = models.CharField(max_length=34)
    bic = models.CharField(max_length=11, default="", blank=True)
    stated_as = models.CharField(max_length=40, default="", blank=True)
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="bank_account_once", fields=["person", "iban"], condition=Q(closed_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} …{self.iban[-4:]}"


class Provider(models.TextChoices):
    STRIPE = "stripe", "Stripe"
    FAKE = "fake", "…"


class CardAccount(models.Model):
    """An account at a payment provider, its creator's own. `key` and `secret` (of what it tells us) are sealed (`lib.sealed`).

    `name` is the account's name at the provider: what was left or paid through it is unknown to the keys of any other.
    `ignored` counts what it told of things that are none of ours: the account may serve its creator elsewhere too. All that it told of refunds and
    disputes before `heard_until` has been asked for once more, for it may have been lost on its way.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="card_accounts")
    provider = models.CharField(max_length=10, choices=Provider)
    key = models.TextField(default="", blank=True)
    secret = models.TextField(default="", blank=True)
    name = models.CharField(max_length=255, default="", blank=True)
    is_live = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, default="", blank=True)
    ignored = models.PositiveIntegerField(default=0)
    heard_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="card_account_once", fields=["person", "provider"], condition=Q(closed_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.provider}"
