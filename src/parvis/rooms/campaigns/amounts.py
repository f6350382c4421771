"""Amounts as people type them into forms; why one was not taken is told in the language of the page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from parvis.lib.money import NotAnAmount, Reason, parse_typed, plain

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
    """An amount of a currency, typed as people do; its value is in minor units, and `nothing` when it was left empty."""

    def __init__(
        self, *, currency: str, zero: bool = False, nothing: int | None = None, **options: Any
    ) -> None:
        attributes = {"inputmode": "decimal", "class": "short", "autocomplete": "off"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attributes), **options)
        self.currency, self.zero, self.nothing = currency, zero, nothing

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value)).strip()
        if not text:
            return self.nothing
        try:
            amount = parse_typed(text, self.currency)
        except NotAnAmount as mistake:
            raise forms.ValidationError(str(SENTENCES[mistake.reason]) % mistake.values) from mistake
        if amount == 0 and not self.zero:
            raise forms.ValidationError(_("Write an amount that is more than nothing."))
        return amount

    def prepare_value(self, value: Any) -> Any:
        return plain(value, self.currency) if isinstance(value, int) else value
