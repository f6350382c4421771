"""The foot of a bill in euros: an EPC code, and beside it the same in words for whoever pays by hand."""

from typing import TYPE_CHECKING

from .codes import SIDE, code
from .columns import Block, Style, fitted
from .marks import PAGE_HEIGHT, PAGE_WIDTH, Mark, Stroke, Text, baseline
from .payload import payload
from .slip import address_lines
from .typeface import MM_PER_POINT, wrap
from .words import WORDS, grouped, grouped_reference, money

if TYPE_CHECKING:
    from .bill import Bill

HEIGHT = 105.0
TOP = PAGE_HEIGHT - HEIGHT
LEFT, CODE_Y = 20.0, TOP + 22
FACTS_X, FACTS_ROOM, FACTS_HEIGHT = 84.0, 106.0, 78.0
STYLES = (
    Style(value=10, heading=8, leading=12, gap=6),
    Style(value=9, heading=7, leading=10, gap=4),
    Style(value=8, heading=6, leading=9, gap=3),
)


def transfer(bill: "Bill") -> list[Mark]:
    """The code to the left, the facts to the right."""
    words = WORDS[bill.language]
    bank = [Block("BIC", (bill.bic,))] if bill.bic else []
    message = bill.additional_information
    facts = [
        Block(words.to, address_lines(bill.creditor, home=bill.creditor.country)),
        Block("IBAN", (grouped(bill.iban),)),
        *bank,
        Block(words.amount, (money(bill.amount, bill.currency, bill.language),)),
        Block(words.reference, (grouped_reference(bill.reference),)),
        *([Block(words.additional_information, (message,))] if message else []),
    ]
    choices = [(facts, style) for style in STYLES]
    beside, _ = fitted(choices, FACTS_X, TOP + 20, FACTS_ROOM, FACTS_HEIGHT)
    return [
        Stroke(LEFT, TOP, PAGE_WIDTH - LEFT, TOP),
        Text(LEFT, TOP + 7 + baseline(13, 11), words.transfer, 11, bold=True),
        code(LEFT, CODE_Y, payload(bill), "EPC QR"),
        *_under_the_code(words.scan),
        *beside,
    ]


def _under_the_code(words: str) -> list[Mark]:
    """What the code is for, below its quiet zone of four modules (ISO/IEC 18004)."""
    lines = wrap(words, FACTS_X - LEFT - 4, 8)
    step = 10 * MM_PER_POINT
    return [Text(LEFT, CODE_Y + SIDE + 5 + (at + 1) * step, one, 8) for at, one in enumerate(lines)]
