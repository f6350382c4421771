"""What a creator types of their accounts. What a bank or a provider would not take is refused by the action, beside its field."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..actions.accounts import Bank, Keys
from .offering import countries


class BankForm(forms.Form):
    """An account at a bank, and its holder."""

    holder = forms.CharField(
        label=_("Holder"), max_length=200, help_text=_("As the bank writes it; bills show it.")
    )
    street = forms.CharField(label=_("Street"), max_length=200, required=False)
    house_number = forms.CharField(label=_("Number of the house"), max_length=40, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=40)
    town = forms.CharField(label=_("Town"), max_length=100)
    country = forms.ChoiceField(label=_("Country"), choices=countries, initial="CH")
    iban = forms.CharField(
        label=_("IBAN"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        help_text=_("A QR-IBAN is taken too: with it, bills are in Swiss francs alone."),
    )
    bic = forms.CharField(
        label=_("BIC"),
        max_length=20,
        required=False,
        help_text=_("Only needed for euros on an account outside of the European Economic Area."),
    )

    def bank(self) -> Bank:
        return Bank(**self.cleaned_data)


class KeysForm(forms.Form):
    """The keys of an account at Stripe; what was typed is never sent back."""

    key = forms.CharField(
        label=_("Secret key"),
        max_length=300,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "It begins with sk_ or rk_. For tests, take the one with _test_: then nobody is debited."
        ),
    )
    secret = forms.CharField(
        label=_("Signing secret of the endpoint"),
        max_length=300,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("It begins with whsec_."),
    )

    def keys(self) -> Keys:
        return Keys(key=self.cleaned_data["key"].strip(), secret=self.cleaned_data["secret"].strip())
