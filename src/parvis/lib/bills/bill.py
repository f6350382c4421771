"""A bill: who asks whom for how much, for what, by when."""

from dataclasses import dataclass
from datetime import date

from . import checks
from .faults import Fault, Unbillable
from .payload import LONGEST, payload

CURRENCIES = ("CHF", "EUR")
LANGUAGES = ("en", "fr", "de", "it")
LONGEST_MESSAGE = {"CHF": 140, "EUR": 70}
"""Beside a reference, an EPC code only has room for 70 characters (beneficiary to originator information)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Somebody with a structured address: banks take no other since November 2025 (IG 2.3, address type S).

    Name and street have at most 70 characters, house number and postal code 16, town 35; `country` is two letters (ISO 3166).
    """

    name: str
    postal_code: str
    town: str
    country: str
    street: str = ""
    house_number: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What part of the amount is for, in hundredths; less than nothing for a rebate."""

    words: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A bill that can be paid: made from fields that are checked and written as banks take them.

    `amount` and those of the `lines`, which must come to it, are hundredths of `currency` (CHF or EUR). `iban` decides which
    `reference` there must be: 27 digits (QRR) for a QR-IBAN, RF… (ISO 11649) for any other. `bic` is only for euros.
    `additional_information` goes with the payment. `title` and `words` (paragraphs) make the covering letter, from the
    creditor to the debtor, who may be left open. `language` is en, fr, de or it.
    Raises Unbillable, which names the field.
    """

    creditor: Address
    iban: str
    amount: int
    currency: str
    reference: str
    issued_on: date
    due_on: date
    title: str
    lines: tuple[Line, ...]
    words: tuple[str, ...] = ()
    additional_information: str = ""
    debtor: Address | None = None
    bic: str = ""
    language: str = "en"

    def __post_init__(self) -> None:
        for field, value in _checked(self).items():
            object.__setattr__(self, field, value)
        if len(payload(self).encode()) > LONGEST[self.currency]:
            raise Unbillable("additional_information", Fault.CODE_FULL)


def _checked(bill: Bill) -> dict[str, object]:
    """The fields of a bill as they will be written."""
    checks.one_of("currency", bill.currency, CURRENCIES, Fault.CURRENCY)
    checks.one_of("language", bill.language, LANGUAGES, Fault.LANGUAGE)
    if bill.due_on < bill.issued_on:
        raise Unbillable("due_on", Fault.DUE)
    account = checks.iban("iban", bill.iban, bill.currency)
    message = LONGEST_MESSAGE[bill.currency]
    return {
        "creditor": _address("creditor", bill.creditor),
        "debtor": _address("debtor", bill.debtor) if bill.debtor is not None else None,
        "iban": account,
        "bic": checks.bic("bic", bill.bic, account, bill.currency),
        "reference": checks.reference("reference", bill.reference, account),
        "amount": checks.amount("amount", bill.amount),
        "additional_information": checks.text(
            "additional_information", bill.additional_information, message, needed=False
        ),
        "title": checks.shown("title", bill.title, 140),
        "words": _words(bill.words),
        "lines": _lines(bill),
    }


def _address(field: str, address: Address) -> Address:
    return Address(
        name=checks.text(f"{field}.name", address.name, 70),
        street=checks.text(f"{field}.street", address.street, 70, needed=False),
        house_number=checks.text(f"{field}.house_number", address.house_number, 16, needed=False),
        postal_code=checks.text(f"{field}.postal_code", address.postal_code, 16),
        town=checks.text(f"{field}.town", address.town, 35),
        country=checks.country(f"{field}.country", address.country),
    )


def _words(words: tuple[str, ...]) -> tuple[str, ...]:
    checks.few("words", len(words), 20)
    return tuple(checks.shown(f"words.{place}", one, 2000) for place, one in enumerate(words))


def _lines(bill: Bill) -> tuple[Line, ...]:
    checks.few("lines", len(bill.lines), 100)
    total = sum(line.amount for line in bill.lines)
    if total != bill.amount:
        raise Unbillable("lines", Fault.SUM, sum=total, amount=bill.amount)
    return tuple(
        Line(checks.shown(f"lines.{place}.words", line.words, 300), line.amount)
        for place, line in enumerate(bill.lines)
    )
