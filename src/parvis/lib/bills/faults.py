"""Why a bill cannot be made: the field, what is wrong with it, and what to do now."""

from enum import StrEnum


class Fault(StrEnum):
    """What is wrong with a field; the value is an English sentence with places for the `values` of `Unbillable`."""

    EMPTY = "This field is needed. Please fill it in."
    TOO_LONG = "At most %(most)s characters fit here, and there are %(length)s. Please shorten it."
    TOO_MANY = "At most %(most)s fit here, and there are %(length)s. Please bring some of them together."
    CHARACTERS = "A bill cannot show %(characters)s. Please write this in Latin letters."
    UNPRINTABLE = "A bill cannot show %(characters)s. Please write it in other letters."
    COUNTRY = "A country is written as its two letters (ISO 3166), such as CH or FR."
    IBAN = (
        "This is not an IBAN: its length, country or check digits are wrong. Please copy it from your bank."
    )
    IBAN_ABROAD = (
        "A bill in Swiss francs needs an account in Switzerland or Liechtenstein (an IBAN from CH or LI)."
    )
    QR_IBAN_IN_EUR = (
        "A QR-IBAN only takes Swiss QR-bills. For euros, please give the ordinary IBAN of the account."
    )
    BIC = "This is not a BIC: it has 8 or 11 letters and digits. Please copy it from your bank."
    BIC_NEEDED = "Transfers in euros to an account outside of the European Economic Area need its BIC."
    REFERENCE_QRR = "A QR-IBAN needs a QR reference: 27 digits, the last of which is the check digit."
    REFERENCE_SCOR = (
        "An IBAN needs a creditor reference (ISO 11649): RF, two check digits and up to 21 letters or digits."
    )
    CURRENCY = "Bills are made in CHF or EUR."
    AMOUNT = "The amount must lie between 0.01 and 999,999,999.99."
    SUM = "The lines come to %(sum)s, the bill to %(amount)s (in hundredths). Please make them agree."
    LANGUAGE = "Bills are written in English, French, German or Italian (en, fr, de, it)."
    DUE = "The bill would be due before it is sent. Please choose a later day."
    CODE_FULL = (
        "All of this is too long for the code that apps read. Please shorten names, streets or the message."
    )


class Unbillable(ValueError):
    """A bill cannot be made so. `field` is its name in `Bill`, such as `creditor.town` or `lines.2.words`;
    `fault % values` is the sentence for whoever filled it in, which a room may say in another language."""

    def __init__(self, field: str, fault: Fault, **values: object) -> None:
        super().__init__(f"{field}: {fault % values}")
        self.field, self.fault, self.values = field, fault, values
