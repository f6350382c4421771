"""What came to a bank account, as its bank says: statements, their lines, and which pledge each of them pays."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

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

    PAID = "paid", pgettext_lazy("payments to an account", "paid a pledge")
    PROPOSED = "proposed", pgettext_lazy("payments to an account", "proposed")
    OPEN = "open", pgettext_lazy("payments to an account", "open")
    ASIDE = "aside", pgettext_lazy("payments to an account", "put aside")


class Why(models.TextChoices):
    """Why a line pays a pledge, or does not, in words to its creator."""

    REFERENCE = "reference", pgettext_lazy("why a payment", "It bears the reference of the bill.")
    TEXT = "text", pgettext_lazy("why a payment", "The reference of the bill stands in its text.")
    CODE = "code", pgettext_lazy("why a payment", "It bears the short code of the bill.")
    HAND = "hand", pgettext_lazy("why a payment", "You said that it pays this pledge.")
    NAME = "name", pgettext_lazy("why a payment", "Amount and name are those of a bill.")
    CODE_ALONE = (
        "code-alone",
        pgettext_lazy(
            "why a payment", "The short code of a bill stands in it, but the amount is another one."
        ),
    )
    SECOND = "second", pgettext_lazy("why a payment", "This pledge had been paid already.")
    LATE = (
        "late",
        pgettext_lazy(
            "why a payment", "It came after the bill was dropped, and is only a part of what was asked."
        ),
    )
    CURRENCY = "currency", pgettext_lazy("why a payment", "It is in another currency than the campaign.")
    NOT_ASKED = "not-asked", pgettext_lazy("why a payment", "Nothing was asked for this pledge.")
    SEVERAL = "several", pgettext_lazy("why a payment", "It could be for more than one bill.")
    BATCH = (
        "batch",
        pgettext_lazy(
            "why a payment", "The bank put several payments into one, and does not tell them apart."
        ),
    )
    WRONG = (
        "wrong",
        pgettext_lazy(
            "why a payment", "It bears a reference whose check digits are wrong: somebody mistyped it."
        ),
    )
    UNKNOWN = "unknown", pgettext_lazy("why a payment", "It names no bill of a campaign.")
    WENT_OUT = "went-out", pgettext_lazy("why a payment", "It went out of the account, and names this bill.")
    TAKEN_BACK = "taken-back", pgettext_lazy("why a payment", "The bank took it back.")


class BankLine(models.Model):
    """One payment that came in, or one that went out and concerns a pledge. `names` are what it is known again by (`lib.banking.same_payment`); minor units.

    `pledge` is what it pays, would pay (`proposed`), or names. What is more than was asked for stands under `over`, and is owed to
    whoever sent it until `sent_back_at`. Each of `references` says whether its check digits are right (`is_right`).
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
    because = models.CharField(max_length=20, choices=Why, default="", blank=True)
    over = models.BigIntegerField(default=0)
    sent_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="line_once", fields=["account", "key"]),
            models.CheckConstraint(
                name="line_pays_a_pledge",
                condition=~Q(state__in=["paid", "proposed"]) | Q(pledge__isnull=False),
            ),
            models.CheckConstraint(
                name="line_owes_what_came",
                condition=Q(over=0) | Q(over__gt=0, over__lte=F("amount"), pledge__isnull=False),
            ),
        ]
        indexes = [models.Index(name="line_of_account", fields=["account", "state"])]

    def __str__(self) -> str:
        return f"#{self.pk} {self.state}"
