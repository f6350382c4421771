"""Money as whole minor units of a currency: read as banks write it and as people type it, written as people read it."""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_name, get_currency_symbol, get_decimal_symbol, get_group_symbol

from .refusal import Refusal

_PLACES = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
EXPONENTS = {code: places for places, codes in _PLACES.items() for code in codes.split()}
"""ISO 4217, list one; the others have two. Babel holds the decimals of speech (none for HUF), which banks do not follow."""
WITHOUT_MINOR_UNIT = re.compile("X(A[GU]|B[A-D]|DR|P[DT]|SU|TS|UA|XX)")
"""Metals, units of account, codes for tests and for none."""
MOST_DIGITS = 18
"""As in ISO 20022; a 64-bit integer holds it."""

NO_BREAK = "\u00a0"
_ALIKE = str.maketrans(
    dict.fromkeys("\t\u00a0\u2007\u2008\u2009\u202f", " ")
    | dict.fromkeys("\u2018\u2019\u02bc\u2032\u00b4`", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
)
_TYPED = re.compile(
    r"(?P<before>[^0-9]*)(?P<number>[0-9](?:[0-9.,' ]*[0-9])?)(?: ?[.,] ?--?)?(?P<after>[^0-9]*)", re.ASCII
)
_NUMBER = re.compile(
    r"(?P<whole>[0-9]+|[0-9]{1,3}(?P<group>[ '.,])[0-9]{3}(?:(?P=group)[0-9]{3})*)"
    r"(?:(?P<point>[.,])(?P<fraction>[0-9]+))?"
)
_LOCALES = ("en", "en_GB", "en_CA", "fr", "fr_CA", "fr_CH", "de_CH")
_SAID = {"CHF": ("fr", "fr.", "sfr", "sfr.", "franc", "francs"), "USD": ("dollar", "dollars")}


class Reason(StrEnum):
    """Why an amount was not taken."""

    UNREADABLE = "unreadable"
    AMBIGUOUS = "ambiguous"
    TOO_FINE = "too-fine"  # more decimals than the currency has
    TOO_LARGE = "too-large"
    NEGATIVE = "negative"
    OTHER_CURRENCY = "other-currency"


SENTENCES = {
    Reason.UNREADABLE: "“%(text)s” is not understood as an amount. Write it in figures, such as 20 or 20.50.",
    Reason.AMBIGUOUS: "It is not clear whether “%(text)s” means thousands or decimals. Write %(one)s, or %(other)s.",
    Reason.TOO_FINE: "“%(text)s” has more decimals than %(currency)s, which has %(places)d. Write it with those.",
    Reason.TOO_LARGE: "“%(text)s” is more than can be counted here. Write a smaller amount.",
    Reason.NEGATIVE: "“%(text)s” has a minus sign. Write the amount without one.",
    Reason.OTHER_CURRENCY: "“%(text)s” is not in %(currency)s. Write the amount in %(currency)s.",
}


class NotAnAmount(Refusal):
    """No amount can be made of it exactly; `reason` and `values` are what a translated sentence needs."""

    def __init__(self, reason: Reason, text: str, currency: str, **values: str | int) -> None:
        self.reason = reason
        self.values: dict[str, str | int] = {"text": text.strip()[:40], "currency": currency, **values}
        super().__init__(SENTENCES[reason] % self.values)


class UnknownCurrency(ValueError):
    """No currency with minor units has this code."""


@lru_cache(maxsize=512)
def exponent(currency: str) -> int:
    """How many decimals a currency has (ISO 4217): 2 for CHF, 0 for JPY. Raises UnknownCurrency."""
    if currency not in get_global("all_currencies") or WITHOUT_MINOR_UNIT.fullmatch(currency):
        raise UnknownCurrency(currency)
    return EXPONENTS.get(currency, 2)


def parse_exact(text: str, currency: str, point: str = ".") -> int:
    """An amount as machines write it (`1234.5`, or `1234,5` with `point=","`), in minor units.

    Zeros beyond the decimals of the currency lose nothing and are taken: banks write JPY 1000.00. Raises NotAnAmount, UnknownCurrency.
    """
    places = exponent(currency)
    whole, _point, fraction = text.strip(" \t\r\n").partition(point)
    digits = whole + fraction
    if not digits.isascii() or not digits.isdecimal():
        raise NotAnAmount(Reason.UNREADABLE, text, currency)
    if fraction[places:].strip("0"):
        raise NotAnAmount(Reason.TOO_FINE, text, currency, places=places)
    return counted(whole, fraction[:places], text, currency)


def parse_typed(text: str, currency: str) -> int:
    """An amount as people type it in French, English or Switzerland, in minor units; what could mean two things is refused.

    `1'200.50`, `1 200,50`, `1,200.50`, `CHF 20.-`, `20`, `.50`. Raises NotAnAmount, UnknownCurrency.
    """
    found = _TYPED.fullmatch(text.translate(_ALIKE).strip())
    if found is None:
        raise NotAnAmount(Reason.UNREADABLE, text, currency)
    before, number, after = found["before"].strip(), found["number"], found["after"].strip()
    if "-" in before:
        raise NotAnAmount(Reason.NEGATIVE, text, currency)
    if before in {".", ","}:
        before, number = "", f"0{before}{number}"
    for word in filter(None, (before, after)):
        check_is_named(word, text, currency)
    if before and after:
        raise NotAnAmount(Reason.UNREADABLE, text, currency)
    return typed_number(number, text, currency)


def typed_number(number: str, text: str, currency: str) -> int:
    """The digits of a typed amount, told from what groups them.

    A lone separator before three digits decides nothing, but where there are no decimals, or where three are
    usual and it is a point.
    """
    places = exponent(currency)
    found = _NUMBER.fullmatch(number)
    if found is None or (found["group"] and found["group"] == found["point"]):
        raise NotAnAmount(Reason.UNREADABLE, text, currency)
    whole, group, fraction = found["whole"], found["group"], found["fraction"] or ""
    if not group and len(fraction) == 3 and len(whole) <= 3 and not whole.startswith("0"):
        if places in {1, 2} or (places > 2 and found["point"] == ","):
            other = f"{whole}.{fraction[:places]}"
            raise NotAnAmount(Reason.AMBIGUOUS, text, currency, one=whole + fraction, other=other)
        if places == 0:
            whole, fraction = whole + fraction, ""
    if len(fraction) > places:
        raise NotAnAmount(Reason.TOO_FINE, text, currency, places=places)
    return counted(re.sub("[^0-9]", "", whole), fraction, text, currency)


def counted(whole: str, fraction: str, text: str, currency: str) -> int:
    """The minor units in these digits."""
    digits = (whole + fraction.ljust(exponent(currency), "0")).lstrip("0")
    if len(digits) > MOST_DIGITS:
        raise NotAnAmount(Reason.TOO_LARGE, text, currency)
    return int(digits or "0")


def check_is_named(word: str, text: str, currency: str) -> None:
    """That a word beside an amount names this currency. Raises NotAnAmount."""
    if word.casefold() not in words_for(currency):
        is_other = word.upper() in get_global("all_currencies") or unicodedata.category(word[0]) == "Sc"
        raise NotAnAmount(Reason.OTHER_CURRENCY if is_other else Reason.UNREADABLE, text, currency)


@lru_cache(maxsize=64)
def words_for(currency: str) -> frozenset[str]:
    """What people write for a currency: its code, its signs and names in the languages that are spoken here."""
    words = {currency, *_SAID.get(currency, ())}
    for locale in _LOCALES:
        words.add(get_currency_symbol(currency, locale).translate(_ALIKE))
        words |= {get_currency_name(currency, count, locale).translate(_ALIKE) for count in (1, 2)}
    return frozenset(word.casefold() for word in words)


def plain(amount: int, currency: str) -> str:
    """An amount as machines read it: `1200.50`, for payment slips and tables. Raises UnknownCurrency."""
    places = exponent(currency)
    digits = str(abs(amount)).rjust(places + 1, "0")
    whole, fraction = digits[: len(digits) - places], digits[len(digits) - places :]
    return f"{'-' if amount < 0 else ''}{whole}{'.' if places else ''}{fraction}"


def format_amount(amount: int, currency: str, locale: str) -> str:
    """An amount for people, with all decimals of the currency and without a place to break: `1 200,50 CHF`.

    `locale` is that of a language (`fr`) or of a language in a country (`fr_CH`, `fr-ch`). The order, the signs
    and the separators are Babel's. It would also put the number together, but takes an apostrophe that groups
    digits for a quotation mark, and drops it.
    """
    spoken = Locale.parse(locale.replace("-", "_"))
    pattern = spoken.currency_formats["standard"]
    whole, _point, fraction = plain(abs(amount), currency).partition(".")
    number = f"{int(whole):,}".replace(",", get_group_symbol(spoken).replace("'", "’"))
    if fraction:
        number += get_decimal_symbol(spoken) + fraction
    before, after = pattern.prefix[amount < 0], pattern.suffix[amount < 0]
    symbol = get_currency_symbol(currency, spoken)
    return spaced(before.replace("¤", symbol), number, after.replace("¤", symbol))


def spaced(before: str, number: str, after: str) -> str:
    """A number and what stands around it, with the space that belongs beside letters (CLDR, currencySpacing; Babel leaves it out)."""
    if before and unicodedata.category(before[-1])[0] not in "SZP":
        before += NO_BREAK
    if after and unicodedata.category(after[0])[0] not in "SZP":
        after = NO_BREAK + after
    return before + number + after
