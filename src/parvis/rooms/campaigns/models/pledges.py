"""Pledges: who promised how much for what, and all that happened to it."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from parvis.core.people.models import Person, public_id
from parvis.lib.funding.pledges import BACKING, COUNTED, PledgeMove, PledgeState

from .campaigns import Campaign
from .rewards import Reward


class Way(models.TextChoices):
    """How a pledge will be paid."""

    BANK = "bank", pgettext_lazy("a way to pay", "by a bill, once it has succeeded")
    CARD = "card", pgettext_lazy("a way to pay", "by card")


class Shown(models.TextChoices):
    """What everyone reads of who pledged; amounts are never shown."""

    NAME = "name", pgettext_lazy("among the backers", "my name")
    FIRST = "first", pgettext_lazy("among the backers", "my first name")
    HIDDEN = "hidden", pgettext_lazy("among the backers", "nothing")


class PledgeQuerySet(models.QuerySet["Pledge"]):
    """Reads pledges: the backer's own, and those of the creator's own campaigns; nobody else reads an amount."""

    def of(self, person: Person) -> Self:
        return self.filter(person=person)

    def counted(self) -> Self:
        """Those of which the total of a running campaign is the sum."""
        return self.filter(state__in=[*map(str, COUNTED)])


class Pledge(models.Model):
    """A promise that costs nothing before its campaign has reached the goal.

    `amount` (minor units of the campaign's currency) is all of it: the reward, what is added, what is given beyond them (`extra`), and `shipping` to
    `country`. `number` counts the pledges of a campaign from 1, and stays. `form` is the name of the form that was sent, so that
    it makes one pledge however often it is sent. Until `held_until` a pledge that was only started holds its reward.
    `person` is None until the address is shown to be theirs. `received` came, `returned` went back. `agreed` is what they agreed to be debited, in
    the words they read. `reference` is what their bill is paid by, `code` the short one that people type.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    # Each row is written several times, and each index with it: what a constraint or an index begins with has no other.
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="pledges", db_index=False)
    number = models.PositiveIntegerField()
    form = models.CharField(max_length=36)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="pledges")
    name = models.CharField(max_length=100)
    address = models.EmailField()
    language = models.CharField(max_length=10, default="fr")
    way = models.CharField(max_length=4, choices=Way)
    shown = models.CharField(max_length=6, choices=Shown, default=Shown.NAME)
    state = models.CharField(max_length=15, choices=[(one, one) for one in PledgeState])
    state_at = models.DateTimeField()
    events = models.PositiveIntegerField(default=0)
    amount = models.BigIntegerField()
    extra = models.BigIntegerField(default=0)
    shipping = models.BigIntegerField(default=0)
    country = models.CharField(max_length=2, default="", blank=True)
    reward = models.ForeignKey(Reward, models.PROTECT, null=True, blank=True, related_name="pledges")
    started_at = models.DateTimeField()
    held_until = models.DateTimeField(null=True, blank=True)
    address_proved_at = models.DateTimeField(null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    agreed = models.TextField(default="", blank=True)
    setup = models.CharField(max_length=255, default="", blank=True)
    setups = models.PositiveSmallIntegerField(default=0)
    customer = models.CharField(max_length=255, default="", blank=True)
    method = models.CharField(max_length=255, default="", blank=True)
    method_kind = models.CharField(max_length=20, default="", blank=True)
    method_shown = models.CharField(max_length=40, default="", blank=True)
    method_mark = models.CharField(max_length=64, default="", blank=True)
    reference = models.CharField(max_length=27, default="", blank=True)
    code = models.CharField(max_length=6, default="", blank=True)
    billed_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField(null=True, blank=True)
    received = models.BigIntegerField(default=0)
    returned = models.BigIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)

    objects = PledgeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="pledge_form_once", fields=["form"]),
            models.UniqueConstraint(name="pledge_numbered_once", fields=["campaign", "number"]),
            models.UniqueConstraint(
                name="pledge_one_of_a_backer",
                fields=["campaign", "person"],
                condition=Q(state__in=sorted(BACKING)),
            ),
            models.UniqueConstraint(
                name="pledge_reference_once", fields=["reference"], condition=~Q(reference="")
            ),
            models.UniqueConstraint(name="pledge_code_once", fields=["code"], condition=~Q(code="")),
            models.CheckConstraint(
                name="pledge_state_known", condition=Q(state__in=[one.value for one in PledgeState])
            ),
            models.CheckConstraint(
                name="pledge_amounts", condition=Q(amount__gt=0, extra__gte=0, shipping__gte=0)
            ),
            models.CheckConstraint(
                name="pledge_gives_back_what_came",
                condition=Q(returned__gte=0, returned__lte=F("received"), received__lte=F("amount")),
            ),
            models.CheckConstraint(
                name="pledge_counts_for_somebody",
                condition=Q(person__isnull=False)
                | Q(state__in=["started", "expired", "withdrawn", "voided"]),
            ),
        ]
        indexes = [
            models.Index(name="pledge_of_campaign", fields=["campaign", "state", "way", "id"]),
            models.Index(name="pledge_due", fields=["campaign", "next_try"], condition=~Q(next_try=None)),
            models.Index(name="pledge_method", fields=["campaign"], condition=~Q(method="")),
            models.Index(name="pledge_held", fields=["held_until"], condition=Q(state="started")),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.state}"


class PledgeItem(models.Model):
    """Something that a pledge adds to its reward: how many, at which price each."""

    pledge = models.ForeignKey(Pledge, models.CASCADE, related_name="items")
    reward = models.ForeignKey(Reward, models.PROTECT, related_name="+")
    quantity = models.PositiveSmallIntegerField()
    price = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="item_once", fields=["pledge", "reward"]),
            models.CheckConstraint(name="item_quantity", condition=Q(quantity__gt=0)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.quantity} × {self.reward_id}"


class PledgeEvent(models.Model):
    """Something that happened to a pledge: a row that is never changed. `change` is what it did to the campaign's total.

    `told_at` alone is written later: when the letters that it asks for were queued.
    """

    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="history", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    move = models.CharField(max_length=12, choices=[("start", "start"), *((one, one) for one in PledgeMove)])
    before = models.CharField(max_length=15, default="", blank=True)
    after = models.CharField(max_length=15)
    amount = models.BigIntegerField()
    change = models.BigIntegerField(default=0)
    because = models.TextField(default="", blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="event_numbered_once", fields=["pledge", "number"])]
        indexes = [
            models.Index(name="event_untold", fields=["id"], condition=Q(told_at=None)),
            models.Index(name="event_of_campaign", fields=["campaign", "at"]),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.move}"
