"""What a campaign gives to those who back it, and what sending it costs."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from parvis.core.audiences.models import Group
from parvis.core.people.models import Person, public_id
from parvis.core.stream.seen import SeenModel, SeenQuerySet

from .campaigns import Campaign, first_said


class RewardQuerySet(SeenQuerySet["Reward"]):
    """Reads rewards; only `visible_to` shows them to anyone."""

    paths = ("campaign__publication",)

    def offered(self) -> Self:
        """Those that can be chosen, in their order."""
        return self.filter(retired_at=None).order_by("is_addon", "position", "price", "pk")


class Reward(SeenModel):
    """A pack, or something that can be added to one (`is_addon`), for a price in minor units.

    `limit` of them exist, None: as many as are wanted; `taken` are held by pledges. `most_each` is how many of an addition one pledge may take.
    `delivery_on` is the first day of the month in which it is to arrive. What is not shipped needs no rates.
    `group` are those who have it; None while nobody has had it yet.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="rewards")
    group = models.OneToOneField(Group, models.PROTECT, null=True, blank=True, related_name="+")
    words = models.JSONField(default=dict)
    price = models.BigIntegerField()
    limit = models.PositiveIntegerField(null=True, blank=True)
    taken = models.PositiveIntegerField(default=0)
    is_addon = models.BooleanField(default=False)
    most_each = models.PositiveSmallIntegerField(default=1)
    is_shipped = models.BooleanField(default=False)
    delivery_on = models.DateField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = RewardQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        constraints = [
            models.CheckConstraint(name="reward_price", condition=Q(price__gt=0)),
            models.CheckConstraint(
                name="reward_within_its_limit", condition=Q(limit=None) | Q(taken__lte=F("limit"))
            ),
        ]
        indexes = [models.Index(name="reward_of_campaign", fields=["campaign", "position"])]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.campaign_id}"

    def said(self, name: str, language: str) -> str:
        """Its `title` or what it `holds`, in this language or the one that it has."""
        return first_said(self.words, name, language)[1]

    @property
    def left(self) -> int | None:
        """How many can still be taken; None: any number."""
        return None if self.limit is None else self.limit - self.taken


class RateQuerySet(SeenQuerySet["ShippingRate"]):
    """Reads rates; only `visible_to` shows them to anyone."""

    paths = ("reward__campaign__publication",)


class ShippingRate(SeenModel):
    """What it costs to send a reward to a country (ISO 3166), or with an empty `country` to every other one; minor units."""

    reward = models.ForeignKey(Reward, models.CASCADE, related_name="rates")
    country = models.CharField(max_length=2, default="", blank=True)
    cost = models.BigIntegerField()

    objects = RateQuerySet.as_manager()

    class Meta(SeenModel.Meta):
        constraints = [
            models.UniqueConstraint(name="rate_once", fields=["reward", "country"]),
            models.CheckConstraint(name="rate_cost", condition=Q(cost__gte=0)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.country or '*'}"


class Waiting(models.Model):
    """Somebody wants to be told once a sold-out reward can be had again."""

    reward = models.ForeignKey(Reward, models.CASCADE, related_name="waiting")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="waiting_once", fields=["reward", "person"])]

    def __str__(self) -> str:
        return f"#{self.pk}"
