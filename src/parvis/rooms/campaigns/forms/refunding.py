"""What a creator types to give something back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..amounts import AmountField


class RefundForm(forms.Form):
    """How much, and why. `number` makes it one refund, however often the form is sent."""

    number = forms.IntegerField(min_value=1, max_value=9999, widget=forms.HiddenInput)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = AmountField(
            currency=currency,
            label=_("How much goes back"),
            help_text=_("In %(currency)s.") % {"currency": currency},
        )
        self.fields["because"] = forms.CharField(
            label=_("Why"),
            max_length=300,
            help_text=_("Its backer reads it."),
            widget=forms.Textarea(attrs={"rows": 3}),
        )


class UndoForm(forms.Form):
    """Giving everything back takes a tick."""

    sure = forms.BooleanField(label=_("I give everything back, to everyone. It cannot be taken back."))
