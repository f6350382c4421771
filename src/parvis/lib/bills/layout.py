"""A bill as pages of marks: the one description from which both SVG and PDF are drawn."""

from dataclasses import dataclass

from . import letter
from .bill import Bill
from .marks import Mark
from .slip import TOP, slip
from .transfer import transfer

FOOT = TOP - 6
"""Where a letter must end above a payment part, in millimetres."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document: its pages of A4, and what it says about itself."""

    pages: tuple[tuple[Mark, ...], ...]
    title: str
    author: str
    language: str


def layout(bill: Bill) -> Sheet:
    """The letter, and at the foot of its last page what is paid with; on a page of its own where the letter is long."""
    heads, top = letter.heads(bill)
    pages, end = letter.flow(letter.rows(bill), top)
    if end > FOOT:
        pages.append([])
    pages[0] = heads + pages[0]
    pages[-1] += slip(bill) if bill.currency == "CHF" else transfer(bill)
    for number, page in enumerate(pages[1:], 2):
        page[:0] = letter.running_head(bill, number, len(pages))
    return Sheet(tuple(map(tuple, pages)), bill.title, bill.creditor.name, bill.language)
