"""Statements (camt.053) and notifications (camt.054) of ISO 20022, as banks send them: any version, with or without a namespace."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import BinaryIO

from .elements import Element, Event, Kind, Wanted, events, wanted
from .entries import ENTRY, Payment, lines_of, payment_of
from .keys import Namer
from .records import MOST_LINES, Line, Reason, Statement, StatementRefused, told
from .values import Place, amount_of, check_balance, day_of, sign_of

MESSAGES = {"BkToCstmrStmt": "camt.053", "BkToCstmrDbtCdtNtfctn": "camt.054"}
BALANCE = wanted(Kind.RECORD, "Tp/CdOrPrtry/Cd Amt CdtDbtInd Dt/Dt Dt/DtTm")
STATEMENT = wanted(
    Kind.FRAME,
    "Id ElctrncSeqNb StmtPgntn/PgNb Acct/Id/IBAN Acct/Id/Othr/Id Acct/Ccy",
    {"Bal": BALANCE, "Ntry": ENTRY},
)
PAGES = wanted(Kind.RECORD, "MsgPgntn/PgNb")
MESSAGES_WANTED = {
    "BkToCstmrStmt": wanted(Kind.FRAME, "", {"GrpHdr": PAGES, "Stmt": STATEMENT}),
    "BkToCstmrDbtCdtNtfctn": wanted(Kind.FRAME, "", {"GrpHdr": PAGES, "Ntfctn": STATEMENT}),
    "BkToCstmrAcctRpt": wanted(Kind.FRAME, ""),
}
AROUND = Wanted()
"""Anything may stand around a message; only within it is it known what stands where."""
AROUND |= MESSAGES_WANTED | {"Document": wanted(Kind.FRAME, "", MESSAGES_WANTED)}
VERSION = r"%s\.\d{3}\.\d{2}"


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance of the account on a day; `kind` is its code."""

    kind: str
    amount: int
    currency: str
    on: date | None
    line: int


@dataclass(slots=True)
class Draft:
    """A statement while it is read."""

    format: str
    page: int
    frame: Element
    has_head: bool = False
    account: str = ""
    currency: str = ""
    statement_id: str = ""
    sequence: int | None = None
    balances: list[Balance] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    entries: int = 0

    def place(self, element: Element, entry: int = 0) -> Place:
        self.read_head()
        return Place(self.statement_id, entry, element.line)

    def read_head(self) -> None:
        """What stands before the balances and the entries."""
        if self.has_head:
            return
        self.has_head = True
        self.statement_id = told(self.frame.words("Id"))
        self.sequence = number(self.frame.words("ElctrncSeqNb"))
        self.page = number(self.frame.words("StmtPgntn/PgNb")) or self.page
        account = self.frame.words("Acct/Id/IBAN") or self.frame.words("Acct/Id/Othr/Id")
        self.account = "".join(told(account).split())
        self.currency = told(self.frame.words("Acct/Ccy"), 3)


class Message:
    """Reads one message; each statement in it is checked before it is given."""

    def __init__(self, namer: Namer) -> None:
        self.namer = namer
        self.format = self.namespaces = ""
        self.page = 1
        self.draft: Draft | None = None
        self.counted = 0

    def read(self, file: BinaryIO) -> Iterator[Statement]:
        """The statements of a message. Raises StatementRefused."""
        for event, name, element in events(file, AROUND):
            if event is Event.BEGIN:
                self.begin(name, element)
            elif self.draft is None:
                self.page = number(element.words("MsgPgntn/PgNb")) or 1
            elif element is self.draft.frame:
                yield self.done(self.draft)
                self.draft = None
            else:
                self.take(self.draft, name, element)

    def begin(self, name: str, element: Element) -> None:
        if name == "BkToCstmrAcctRpt":
            raise StatementRefused(Reason.INTERIM)
        if name in MESSAGES:
            found = re.search(VERSION % MESSAGES[name], f"{self.namespaces} {element.words('@')}")
            self.format = found[0] if found else MESSAGES[name]
        elif name == "Document":
            self.namespaces = element.words("@")
        else:
            self.draft = Draft(self.format, self.page, element)

    def take(self, draft: Draft, name: str, element: Element) -> None:
        """What stands in a statement, as soon as it is whole."""
        match name:
            case "Bal":
                draft.balances.append(balance_of(element, draft.place(element)))
            case "TxDtls":
                self.count(element)
                draft.payments.append(payment_of(element, draft.place(element, draft.entries + 1)))
            case "Ntry":
                self.take_entry(draft, element)

    def take_entry(self, draft: Draft, element: Element) -> None:
        self.count(element)
        draft.entries += 1
        place = draft.place(element, draft.entries)
        lines = lines_of(element, draft.payments, place)
        draft.payments = []
        draft.currency = draft.currency or next((each.currency for each in draft.balances), lines[0].currency)
        if lines[0].currency != draft.currency:
            raise place.refusal(Reason.CURRENCY, text=lines[0].currency)
        draft.lines += lines

    def count(self, element: Element) -> None:
        self.counted += 1
        if self.counted > MOST_LINES:
            raise StatementRefused(Reason.TOO_LARGE, line=element.line)

    def done(self, draft: Draft) -> Statement:
        """The statement, once it adds up."""
        draft.read_head()
        opening, closing = ends_of(draft.balances) if draft.format.startswith("camt.053") else (None, None)
        currency = draft.currency or (opening.currency if opening else "")
        for balance in (opening, closing):
            if balance is not None and balance.currency != currency:
                place = Place(draft.statement_id, 0, balance.line)
                raise place.refusal(Reason.CURRENCY, text=balance.currency)
        statement = Statement(
            format=draft.format,
            account=draft.account,
            currency=currency,
            statement_id=draft.statement_id,
            sequence=draft.sequence,
            page=draft.page,
            opened_on=opening.on if opening else None,
            closed_on=closing.on if closing else None,
            opening=opening.amount if opening else None,
            closing=closing.amount if closing else None,
        )
        check_balance(statement, draft.lines)
        lines = (self.namer.named(line, draft.account) for line in draft.lines)
        return replace(statement, lines=tuple(lines))


def balance_of(element: Element, place: Place) -> Balance:
    amount = element.find("Amt")
    if amount is None:
        raise place.refusal(Reason.AMOUNT, text="")
    value, currency = amount_of(amount, place)
    kind = element.words("Tp/CdOrPrtry/Cd")
    signed = sign_of(element, place) * value
    return Balance(kind, signed, currency, day_of(element, "Dt", place), amount.line)


def ends_of(balances: list[Balance]) -> tuple[Balance | None, Balance | None]:
    """The booked balances at the beginning and the end; on pages of a longer statement these are interim ones (ITBD).

    Some banks give the closing balance of the day before (PRCD) in place of the opening one.
    """
    between = [each for each in balances if each.kind == "ITBD"]
    opening = next((each for kind in ("OPBD", "PRCD") for each in balances if each.kind == kind), None)
    closing = next((each for each in balances if each.kind == "CLBD"), None)
    if opening is None and between:
        opening = between.pop(0)
    if closing is None and between:
        closing = between[-1]
    return opening, closing


def number(text: str) -> int | None:
    """A number that counts something; None where there is none."""
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None
