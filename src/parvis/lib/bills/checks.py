"""What may stand in each field of a bill; each check gives the value as it will be written, or raises Unbillable."""

from collections.abc import Iterable

from babel import Locale
from stdnum import bic as bics
from stdnum import iban as ibans
from stdnum import iso11649
from stdnum.ch import esr
from stdnum.exceptions import ValidationError

from parvis.lib.banking.references import is_qr_iban

from .characters import payable, printable
from .faults import Fault, Unbillable

LOWEST, HIGHEST = 1, 99_999_999_999
"""Hundredths: 0.01 to 999,999,999.99, in QR-bills (IG QR-bill 2.3) and EPC codes (EPC069-12) alike."""
FRANCS_FROM = frozenset({"CH", "LI"})
EEA = frozenset(
    {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"}
    | {"IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"}
)
"""Where EPC codes of version 002 go without a BIC."""


def text(field: str, value: str, most: int, *, needed: bool = True) -> str:
    """Words that the code holds, in its characters."""
    return _measured(field, *payable(value), most, needed, Fault.CHARACTERS)


def shown(field: str, value: str, most: int) -> str:
    """Words that only the letter shows."""
    return _measured(field, *printable(value), most, True, Fault.UNPRINTABLE)


def _measured(field: str, value: str, foreign: str, most: int, needed: bool, fault: Fault) -> str:
    if foreign:
        raise Unbillable(field, fault, characters=" ".join(foreign))
    if needed and not value:
        raise Unbillable(field, Fault.EMPTY)
    if len(value) > most:
        raise Unbillable(field, Fault.TOO_LONG, most=most, length=len(value))
    return value


def few(field: str, length: int, most: int) -> None:
    """Not more of something than a bill has room for."""
    if length > most:
        raise Unbillable(field, Fault.TOO_MANY, most=most, length=length)


def country(field: str, value: str) -> str:
    """The two letters of a country (ISO 3166)."""
    letters = value.strip().upper()
    if len(letters) != 2 or letters not in Locale("en").territories or letters in _NO_COUNTRY:
        raise Unbillable(field, Fault.COUNTRY)
    return letters


_NO_COUNTRY = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})
"""Letters that the CLDR gives to what ISO 3166 calls no country."""


def iban(field: str, value: str, currency: str) -> str:
    """An account that can be paid in this currency, without spaces."""
    try:
        account = ibans.validate(value, check_country=False)
    except ValidationError as mistake:
        raise Unbillable(field, Fault.IBAN) from mistake
    if currency == "CHF" and account[:2] not in FRANCS_FROM:
        raise Unbillable(field, Fault.IBAN_ABROAD)
    if currency == "EUR" and is_qr_iban(account):
        raise Unbillable(field, Fault.QR_IBAN_IN_EUR)
    return account


def bic(field: str, value: str, account: str, currency: str) -> str:
    """The bank's BIC: none in francs, needed for euros outside of the EEA."""
    if not value.strip():
        if currency == "EUR" and account[:2] not in EEA:
            raise Unbillable(field, Fault.BIC_NEEDED)
        return ""
    try:
        return str(bics.validate(value))
    except ValidationError as mistake:
        raise Unbillable(field, Fault.BIC) from mistake


def reference(field: str, value: str, account: str) -> str:
    """The reference that such an account takes, without spaces: QRR with a QR-IBAN, else SCOR (ISO 11649)."""
    if is_qr_iban(account):
        digits = "".join(value.split())
        if len(digits) == 27 and digits.isascii() and esr.is_valid(digits):
            return digits
        raise Unbillable(field, Fault.REFERENCE_QRR)
    compact = iso11649.compact(value).upper()
    if 5 <= len(compact) <= 25 and compact.isascii() and compact.isalnum() and iso11649.is_valid(compact):
        return compact
    raise Unbillable(field, Fault.REFERENCE_SCOR)


def amount(field: str, value: int) -> int:
    """Hundredths of a franc or of a euro that such codes can ask for."""
    if type(value) is not int or not LOWEST <= value <= HIGHEST:
        raise Unbillable(field, Fault.AMOUNT)
    return value


def one_of(field: str, value: str, allowed: Iterable[str], fault: Fault) -> str:
    if value not in allowed:
        raise Unbillable(field, fault)
    return value
