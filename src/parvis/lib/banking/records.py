"""What a bank statement holds, whichever format it came in; and why a file is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from parvis.lib.refusal import Refusal

LONGEST_NAME = 140
LONGEST_TEXT = 4_000
MOST_LINES = 500_000
"""Entries of one file, and payments in them."""


class Reason(StrEnum):
    """Why a file was not taken; none is taken in part."""

    UNKNOWN = "unknown"  # no format that is read here
    PACKED = "packed"
    INTERIM = "interim"  # camt.052, MT942: what may still change
    BROKEN = "broken"
    DECLARES = "declares"  # XML with a document type, by which it could define or fetch anything
    TOO_DEEP = "too-deep"
    TOO_LARGE = "too-large"
    AMOUNT = "amount"
    CURRENCY = "currency"
    SIGN = "sign"
    DAY = "day"
    ONE_BALANCE = "one-balance"
    BALANCE = "balance"
    DETAILS = "details"


SENTENCES: Mapping[Reason, str] = {
    Reason.UNKNOWN: "This is no bank statement that can be read here. Download it from the bank as camt.053, camt.054 or MT940.",
    Reason.PACKED: "This file is packed. Unpack it, and bring the files that are in it.",
    Reason.INTERIM: "This is an interim report, and its lines may still change. Download the statement of the day (camt.053 or MT940), or the notification (camt.054).",
    Reason.BROKEN: "The file breaks off or is damaged in line %(line)d. Nothing was taken from it; download it again.",
    Reason.DECLARES: "The file declares a document type in line %(line)d, which files from banks do not. Nothing was taken from it; download it again from the bank itself.",
    Reason.TOO_DEEP: "The file is built as no statement is, in line %(line)d. Nothing was taken from it; download it again from the bank itself.",
    Reason.TOO_LARGE: "The file holds more than can be taken at once, from line %(line)d on. Nothing was taken from it; download shorter spans of time.",
    Reason.AMOUNT: "In line %(line)d, entry %(entry)d of statement %(statement)s, the amount “%(text)s” cannot be read. Nothing was taken from the file; ask the bank for it again.",
    Reason.CURRENCY: "In line %(line)d, entry %(entry)d of statement %(statement)s, the currency “%(text)s” is not the one of the account, or is not known. Nothing was taken from the file; ask the bank for it again.",
    Reason.SIGN: "In line %(line)d, entry %(entry)d of statement %(statement)s, nothing says whether the amount was paid in or out. Nothing was taken from the file; ask the bank for it again.",
    Reason.DAY: "In line %(line)d, entry %(entry)d of statement %(statement)s, the day “%(text)s” cannot be read. Nothing was taken from the file; ask the bank for it again.",
    Reason.ONE_BALANCE: "Statement %(statement)s has only one of its two balances, and cannot be checked. Nothing was taken from the file; ask the bank for it again.",
    Reason.BALANCE: "Statement %(statement)s does not add up: it opens with %(opening)s %(currency)s, its booked lines come to %(lines)s, and it closes with %(closing)s, which differs by %(difference)s. Nothing was taken from the file; ask the bank for it again.",
    Reason.DETAILS: "In line %(line)d, the payments in entry %(entry)d of statement %(statement)s come to %(details)s %(currency)s, but the entry to %(amount)s. Nothing was taken from the file; ask the bank for it again.",
}


class StatementRefused(Refusal):
    """The whole file is refused; `reason` and `values` are what a translated sentence needs.

    `line` counts the lines of the file, `entry` those of the statement, both from 1; an entry 0 stands for a balance.
    """

    def __init__(self, reason: Reason, **values: str | int) -> None:
        self.reason, self.values = reason, values
        super().__init__(SENTENCES[reason] % values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One payment, as an account saw it.

    `amount` is in minor units of `currency`, positive when paid in. What is not `is_booked` is announced, and nobody has
    paid it yet. `is_reversal`: it takes back another, with the sign that it has itself. `index` counts the payments of one entry from 0.
    `bank_reference` and `entry_reference` are the bank's own (AcctSvcrRef), of the payment and of the entry.
    `references` are the structured ones as they stand there, `text` is the payer's, `note` the bank's. `party_name`
    and `party_iban` are who paid, or for a debit who was paid. `is_batch`: an entry of several payments that the file
    does not tell apart. `is_charge`: what the bank kept of an entry. `instructed` is what was ordered, in its own
    currency, where that differs. `names`: see `keys`.
    """

    amount: int
    currency: str
    booked_on: date | None
    value_on: date | None
    is_booked: bool = True
    is_reversal: bool = False
    is_batch: bool = False
    is_charge: bool = False
    index: int = 0
    bank_reference: str = ""
    entry_reference: str = ""
    end_to_end_id: str = ""
    references: tuple[str, ...] = ()
    text: str = ""
    note: str = ""
    party_name: str = ""
    party_iban: str = ""
    instructed: tuple[int, str] | None = None
    names: tuple[str, ...] = ()
    entry_name: str = ""

    @property
    def key(self) -> str:
        """The name by which this payment is known for good: the same whenever the same file is read."""
        return self.names[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a bank says of one account.

    `format` is `camt.053.001.08`, `camt.054` or `MT940`; `account` an IBAN without blanks, or the bank's own number.
    The balances are in minor units of `currency`; a notification (camt.054) has none. `sequence` is the electronic
    sequence number; a statement of several pages has a `page` each.
    """

    format: str
    account: str
    currency: str
    statement_id: str
    sequence: int | None = None
    page: int = 1
    opened_on: date | None = None
    closed_on: date | None = None
    opening: int | None = None
    closing: int | None = None
    lines: tuple[Line, ...] = ()

    @property
    def is_notification(self) -> bool:
        """Whether it tells of payments before the statement that will hold them."""
        return self.format.startswith("camt.054")

    @property
    def is_checked(self) -> bool:
        """Whether its balances vouch for its lines; they were compared when it was read."""
        return self.opening is not None

    @property
    def key(self) -> str:
        """What the import of this statement is known by: account, identification, sequence number, page.

        MT940 starts its numbers anew each year, and many banks give all statements one identification: there the day of closing belongs to it.
        """
        day = self.closed_on.isoformat() if self.format == "MT940" and self.closed_on else ""
        return "|".join((self.account, self.statement_id, str(self.sequence or ""), str(self.page), day))


def told(value: str, most: int = LONGEST_NAME) -> str:
    """A value on one line, without control characters, no longer than `most`."""
    plain = value[: 4 * most]
    if not plain.isprintable():
        plain = "".join(letter if letter.isprintable() else " " for letter in plain)
    return " ".join(plain.split())[:most]
