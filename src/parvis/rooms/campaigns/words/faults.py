"""Why an account or a bill cannot be as somebody typed it, in the language of the page."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from parvis.lib.bills import Fault, Unbillable

SENTENCES: Mapping[Fault, object] = {
    Fault.EMPTY: _("This field is needed. Please fill it in."),
    Fault.TOO_LONG: _("At most %(most)s characters fit here, and there are %(length)s. Please shorten it."),
    Fault.TOO_MANY: _(
        "At most %(most)s fit here, and there are %(length)s. Please bring some of them together."
    ),
    Fault.CHARACTERS: _("A bill cannot show %(characters)s. Please write this in Latin letters."),
    Fault.UNPRINTABLE: _("A bill cannot show %(characters)s. Please write it in other letters."),
    Fault.COUNTRY: _("A country is written as its two letters (ISO 3166), such as CH or FR."),
    Fault.IBAN: _(
        "This is not an IBAN: its length, country or check digits are wrong. Please copy it from your bank."
    ),
    Fault.IBAN_ABROAD: _(
        "A bill in Swiss francs needs an account in Switzerland or Liechtenstein (an IBAN from CH or LI)."
    ),
    Fault.QR_IBAN_IN_EUR: _(
        "A QR-IBAN only takes Swiss QR-bills. For euros, please give the ordinary IBAN of the account."
    ),
    Fault.BIC: _("This is not a BIC: it has 8 or 11 letters and digits. Please copy it from your bank."),
    Fault.BIC_NEEDED: _(
        "Transfers in euros to an account outside of the European Economic Area need its BIC."
    ),
    Fault.CURRENCY: _("Bills are made in CHF or EUR."),
    Fault.AMOUNT: _("The amount must lie between 0.01 and 999,999,999.99."),
}
"""Those that somebody who fills in a form can meet; the msgids are the sentences of `lib.bills`."""


def said(fault: Unbillable) -> str:
    """The sentence for whoever filled it in."""
    return str(SENTENCES.get(fault.fault, fault.fault)) % fault.values
