"""Amounts as people type them into the forms of this room, and why one was not taken."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from parvis.lib.money import NotAnAmount, parse_typed, plain
from parvis.lib.money import Reason as Why

SENTENCES: Mapping[Why, object] = {
    Why.UNREADABLE: _("“%(text)s” is not understood as an amount. Write it in figures, such as 20 or 20.50."),
    Why.AMBIGUOUS: _(
        "It is not clear whether “%(text)s” means thousands or decimals. Write %(one)s, or %(other)s."
    ),
    Why.TOO_FINE: _(
        "“%(text)s” has more decimals than %(currency)s, which has %(places)d. Write it with those."
    ),
    Why.TOO_LARGE: _("“%(text)s” is more than can be counted here. Write a smaller amount."),
    Why.NEGATIVE: _("“%(text)s” has a minus sign. Write the amount without one."),
    Why.OTHER_CURRENCY: _("“%(text)s” is not in %(currency)s. Write the amount in %(currency)s."),
}
"""The msgids are the sentences of `lib.money`."""


class AmountField(forms.CharField):
    """An amount of a currency, typed as people do; its value is in minor units, None when it was left empty."""

    def __init__(self, *, currency: str, zero: bool = False, **options: Any) -> None:
        attributes = {"inputmode": "decimal", "class": "short", "autocomplete": "off"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attributes), **options)
        self.currency, self.zero = currency, zero

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = parse_typed(text, self.currency)
        except NotAnAmount as mistake:
            raise ValidationError(str(SENTENCES[mistake.reason]) % mistake.values) from mistake
        if amount == 0 and not self.zero:
            raise ValidationError(_("Write an amount that is more than nothing."))
        return amount

    def prepare_value(self, value: Any) -> Any:
        return plain(value, self.currency) if isinstance(value, int) else value
