"""Amounts, signs and days, as banks write them; whatever is garbled refuses the file and says where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from parvis.lib.money import NotAnAmount, UnknownCurrency, parse_exact, plain

from .elements import Element, Leaf
from .records import Line, Reason, Statement, StatementRefused, told

SIGNS = {"CRDT": 1, "DBIT": -1}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: the statement's identification, the number of the entry from 1, the line of the file."""

    statement: str
    entry: int
    line: int

    def refusal(self, reason: Reason, **values: str | int) -> StatementRefused:
        """A refusal that names this place."""
        return StatementRefused(
            reason, line=self.line, entry=self.entry, statement=told(self.statement) or "–", **values
        )


def amount_in(text: str, currency: str, place: Place, point: str = ".") -> int:
    """An amount without a sign, in minor units. Raises StatementRefused."""
    try:
        return parse_exact(text, currency, point)
    except NotAnAmount:
        raise place.refusal(Reason.AMOUNT, text=told(text, 40)) from None
    except UnknownCurrency:
        raise place.refusal(Reason.CURRENCY, text=told(currency, 40)) from None


def amount_of(leaf: Leaf, place: Place) -> tuple[int, str]:
    """What an `Amt` says, with its currency. Raises StatementRefused."""
    here = Place(place.statement, place.entry, leaf.line or place.line)
    return amount_in(leaf.text, leaf.currency, here), leaf.currency


def sign_of(element: Element, place: Place) -> int:
    """1 for what was paid in, -1 for what was paid out (CdtDbtInd); a reversal says what it does itself (ISO 20022)."""
    sign = SIGNS.get(element.words("CdtDbtInd"))
    if sign is None:
        raise place.refusal(Reason.SIGN)
    return sign


def day_of(element: Element, path: str, place: Place) -> date | None:
    """The day in a date or a moment, on the bank's clock; None where there is none."""
    text = element.words(f"{path}/Dt") or element.words(f"{path}/DtTm")
    if not text:
        return None
    try:
        # A date may have a zone behind it, which says nothing about the day.
        return date.fromisoformat(text[:10])
    except ValueError:
        raise place.refusal(Reason.DAY, text=told(text, 40)) from None


def check_balance(statement: Statement, lines: Sequence[Line]) -> None:
    """That the opening balance and all that was booked make the closing balance. Raises StatementRefused.

    A statement without any balance claims nothing; a notification has none.
    """
    if statement.opening is None and statement.closing is None:
        return
    named = told(statement.statement_id) or "–"
    if statement.opening is None or statement.closing is None:
        raise StatementRefused(Reason.ONE_BALANCE, statement=named)
    booked = sum(line.amount for line in lines if line.is_booked)
    difference = statement.closing - statement.opening - booked
    if difference:
        raise StatementRefused(
            Reason.BALANCE,
            statement=named,
            currency=statement.currency,
            opening=plain(statement.opening, statement.currency),
            lines=plain(booked, statement.currency),
            closing=plain(statement.closing, statement.currency),
            difference=plain(abs(difference), statement.currency),
        )
