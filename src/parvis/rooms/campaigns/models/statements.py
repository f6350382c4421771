"""What came to a bank account, as its bank says: statements, their lines, and which pledge each of them pays."""

from django.db import models
from django.db.models import Q

from parvis.core.people.models import Person, public_id

from .accounts import BankAccount
from .pledges import Pledge


class BankStatement(models.Model):
    """A statement that was brought in; the same one brought again changes nothing (`key`: `lib.banking.Statement.key`)."""

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    account = models.ForeignKey(BankAccount, models.CASCADE, related_name="statements")
    key = models.CharField(max_length=200)
    format = models.CharField(max_length=30)
    file = models.CharField(max_length=200, default="", blank=True)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="statement_once", fields=["account", "key"])]

    def __str__(self) -> str:
        return f"#{self.pk} {self.format}"


class LineState(models.TextChoices):
    """What became of a line: `paid` a pledge, is `proposed` for one, is `open`, or was put `aside` by its creator."""

    PAID = "paid"
    PROPOSED = "proposed"
    OPEN = "open"
    ASIDE = "aside"


class BankLine(models.Model):
    """One payment that came in. `names` are what it is known again by (`lib.banking.same_payment`); minor units.

    `pledge` is what it pays, or would (`proposed`, for `because`). What is more than was asked for stands under `over`, and is owed to whoever sent it.
    """

    public_id = models.CharField(max_length=20, unique=True, default=public_id, editable=False)
    statement = models.ForeignKey(BankStatement, models.CASCADE, related_name="lines")
    account = models.ForeignKey(BankAccount, models.CASCADE, related_name="lines")
    key = models.CharField(max_length=80)
    names = models.JSONField(default=list)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    booked_on = models.DateField(null=True, blank=True)
    party = models.CharField(max_length=140, default="", blank=True)
    text = models.TextField(default="", blank=True)
    references = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=LineState, default=LineState.OPEN)
    pledge = models.ForeignKey(Pledge, models.PROTECT, null=True, blank=True, related_name="bank_lines")
    because = models.CharField(max_length=20, default="", blank=True)
    over = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="line_once", fields=["account", "key"]),
            models.CheckConstraint(
                name="line_pays_a_pledge",
                condition=~Q(state__in=["paid", "proposed"]) | Q(pledge__isnull=False),
            ),
        ]
        indexes = [models.Index(name="line_of_account", fields=["account", "state"])]

    def __str__(self) -> str:
        return f"#{self.pk} {self.state}"
