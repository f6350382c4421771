"""The books: double entry in two tables, in integers, never changed; and the receipts."""

from django.db import models
from django.db.models import Q

from parvis.core.people.models import Person

from .campaigns import Campaign
from .pledges import Pledge


class Account(models.TextChoices):
    """Where money is, and what it is for. What stands on the left is the creator's own account at a bank or provider."""

    BANK = "bank"
    PROVIDER = "provider"
    PLEDGES = "pledges"
    """What came of pledges."""
    UNALLOCATED = "unallocated"
    """What came and belongs to no pledge: too much, too late, twice; owed to whoever sent it."""


class Entry(models.Model):
    """One thing that happened to money; its legs come to nothing together. `key` makes it happen once."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="entries", db_index=False)
    pledge = models.ForeignKey(Pledge, models.PROTECT, null=True, blank=True, related_name="entries")
    key = models.CharField(max_length=100)
    what = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="entry_key_once", fields=["key"])]
        indexes = [models.Index(name="entry_of_campaign", fields=["campaign", "at"])]

    def __str__(self) -> str:
        return f"#{self.pk} {self.what}"


class Leg(models.Model):
    """One side of an entry: minor units of a currency, more than nothing into the account, less out of it."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="legs")
    account = models.CharField(max_length=12, choices=Account)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [models.CheckConstraint(name="leg_amount", condition=~Q(amount=0))]

    def __str__(self) -> str:
        return f"#{self.pk} {self.account} {self.amount:+d}"


class Series(models.Model):
    """The last number of the receipts of one person in one year."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="series_once", fields=["person", "year"])]

    def __str__(self) -> str:
        return f"#{self.pk} {self.year}"


class Receipt(models.Model):
    """What a creator received of a pledge, by a number that counts each year from 1 without a gap."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="receipts_given", db_index=False)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    pledge = models.OneToOneField(Pledge, models.PROTECT, related_name="receipt")
    amount = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="receipt_numbered_once", fields=["person", "year", "number"])
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.number:04d}"
