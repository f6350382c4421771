"""Amounts as people type them into forms; why one was not taken is told in the language of the page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.lib.money import NotAnAmount, Reason, parse_typed

SENTENCES = {
    Reason.UNREADABLE: _(
        "“%(text)s” is not understood as an amount. Write it in figures, such as 20 or 20.50."
    ),
    Reason.AMBIGUOUS: _(
        "It is not clear whether “%(text)s” means thousands or decimals. Write %(one)s, or %(other)s."
    ),
    Reason.TOO_FINE: _(
        "“%(text)s” has more decimals than %(currency)s, which has %(places)d. Write it with those."
    ),
    Reason.TOO_LARGE: _("“%(text)s” is more than can be counted here. Write a smaller amount."),
    Reason.NEGATIVE: _("“%(text)s” has a minus sign. Write the amount without one."),
    Reason.OTHER_CURRENCY: _("“%(text)s” is not in %(currency)s. Write the amount in %(currency)s."),
}


class AmountField(forms.CharField):
    """An amount in a currency, as its minor units; 0 for nothing."""

    def __init__(self, *, currency: str, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.currency = currency
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off", "class": "short"}

    def clean(self, value: Any) -> int:
        typed = str(super().clean(value)).strip()
        if not typed:
            return 0
        try:
            return parse_typed(typed, self.currency)
        except NotAnAmount as refusal:
            raise forms.ValidationError(str(SENTENCES[refusal.reason] % refusal.values)) from refusal
