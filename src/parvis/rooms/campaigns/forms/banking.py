"""What creators type about payments to their accounts, as values."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..amounts import AmountField
from ..models import Pledge


class StatementForm(forms.Form):
    """A file from the bank."""

    file = forms.FileField(
        label=_("Statement from your bank"),
        help_text=_(
            "As the bank gives it to download: camt.053, camt.054 or MT940. A file that is damaged or does not add up is not taken at all."
        ),
    )


class SearchForm(forms.Form):
    """Which bill somebody means."""

    q = forms.CharField(label=_("Number, name or code"), max_length=100, required=False)


class RefundForm(forms.Form):
    """What was sent back, and why."""

    because = forms.CharField(
        label=_("Why"), max_length=300, help_text=_("Whoever pledged reads it."), required=False
    )

    def __init__(self, *given: object, pledge: Pledge, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]
        self.fields["amount"] = AmountField(
            zero=True, nothing=0, currency=pledge.campaign.currency, label=_("Amount")
        )
        self.order_fields(["amount", "because"])
