"""Amounts as a creator types them; None where nothing is typed, which is another thing than 0."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from parvis.lib.money import NotAnAmount, parse_typed, plain

from .typed_amounts import SENTENCES


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
