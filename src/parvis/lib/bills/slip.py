"""The foot of a bill in francs: receipt and payment part, as the Swiss QR-bill wants them (IG QR-bill 2.3, §3)."""

from dataclasses import replace
from typing import TYPE_CHECKING

from .codes import code, swiss_cross
from .columns import Block, Style, column, fitted
from .marks import PAGE_HEIGHT, Mark, Text, baseline
from .payload import payload
from .scissors import across, downwards
from .typeface import width
from .words import WORDS, Words, grouped, grouped_reference, thousands

if TYPE_CHECKING:
    from .bill import Address, Bill

HEIGHT, RECEIPT_WIDTH, MARGIN = 105.0, 62.0, 5.0
TOP = PAGE_HEIGHT - HEIGHT
TITLE, TITLE_LEADING = 11.0, 13.0

RECEIPT_ROOM, RECEIPT_HEIGHT = 52.0, 56.0
RECEIPT = Style(value=8, heading=6, leading=9, gap=9)
RECEIPT_TIGHT = (
    Style(value=8, heading=6, leading=9, gap=4.5),
    Style(value=8, heading=6, leading=8, gap=4),
    Style(value=7, heading=6, leading=7, gap=3),
)
PAYMENT_X, PAYMENT_ROOM, PAYMENT_HEIGHT = 118.0, 87.0, 85.0
PAYMENT = Style(value=10, heading=8, leading=11, gap=11)
PAYMENT_TIGHT = (
    Style(value=9, heading=7, leading=10, gap=10),
    Style(value=8, heading=6, leading=9, gap=9),
    Style(value=8, heading=6, leading=9, gap=4.5),
    Style(value=8, heading=6, leading=8, gap=4),
    Style(value=7, heading=6, leading=7, gap=3),
)
"""Sizes between 6 and 10 points, the same in the amount's section (§3.4). Only fields that are full of capitals need
the smallest."""

CODE_X, CODE_Y = RECEIPT_WIDTH + MARGIN, TOP + 17
AMOUNT_Y = TOP + 68
ACCEPTANCE_Y = TOP + 82


def slip(bill: "Bill") -> list[Mark]:
    """Receipt, payment part and the lines to cut along."""
    words = WORDS[bill.language]
    return [
        *across(TOP),
        *downwards(RECEIPT_WIDTH, TOP),
        *receipt(bill, words),
        *payment_part(bill, words),
    ]


def receipt(bill: "Bill", words: Words) -> list[Mark]:
    """The left part, which whoever takes cash stamps and gives back."""
    full, short = (_receipt_blocks(bill, words, streets=streets) for streets in (True, False))
    choices = [(full, RECEIPT), (full, RECEIPT_TIGHT[0]), (short, RECEIPT)]
    choices += [(short, style) for style in RECEIPT_TIGHT]
    facts, _ = fitted(choices, MARGIN, TOP + 12, RECEIPT_ROOM, RECEIPT_HEIGHT)
    acceptance = words.acceptance_point
    right = MARGIN + RECEIPT_ROOM - width(acceptance, 6, bold=True)
    return [
        _title(MARGIN, words.receipt),
        *facts,
        *_amount(bill, words, MARGIN, 12, RECEIPT),
        Text(right, ACCEPTANCE_Y + baseline(8, 6), acceptance, 6, bold=True),
    ]


def payment_part(bill: "Bill", words: Words) -> list[Mark]:
    """The right part: the code, and the same in words for whoever pays without scanning."""
    blocks = [
        Block(words.account, (grouped(bill.iban), *address_lines(bill.creditor))),
        Block(words.reference, (grouped_reference(bill.reference),)),
    ]
    if bill.additional_information:
        blocks.append(Block(words.additional_information, (bill.additional_information,)))
    blocks.append(_payable_by(bill, words, (65, 25)))
    choices = [(blocks, style) for style in (PAYMENT, *PAYMENT_TIGHT)]
    facts, style = fitted(choices, PAYMENT_X, TOP + MARGIN, PAYMENT_ROOM, PAYMENT_HEIGHT)
    return [
        _title(CODE_X, words.payment_part),
        code(CODE_X, CODE_Y, payload(bill), "Swiss QR Code"),
        *swiss_cross(CODE_X, CODE_Y),
        *_amount(bill, words, CODE_X, 14, replace(style, leading=style.value + 3)),
        *facts,
    ]


def _receipt_blocks(bill: "Bill", words: Words, *, streets: bool) -> list[Block]:
    """Where room is short, a receipt may leave out streets and house numbers (§3.6.2)."""
    return [
        Block(words.account, (grouped(bill.iban), *address_lines(bill.creditor, streets=streets))),
        Block(words.reference, (grouped_reference(bill.reference),)),
        _payable_by(bill, words, (RECEIPT_ROOM, 20), streets=streets),
    ]


def _payable_by(bill: "Bill", words: Words, box: tuple[float, float], *, streets: bool = True) -> Block:
    if bill.debtor is None:
        return Block(words.payable_by_open, box=box)
    return Block(words.payable_by, address_lines(bill.debtor, streets=streets))


def address_lines(address: "Address", *, home: str = "CH", streets: bool = True) -> tuple[str, ...]:
    """An address as it is written on a bill: away from home, with the country's letters before the postal code."""
    street = f"{address.street} {address.house_number}".strip()
    abroad = "" if address.country == home else f"{address.country}-"
    town = f"{abroad}{address.postal_code} {address.town}"
    return (address.name, *([street] if street and streets else []), town)


def _title(x: float, words: str) -> Text:
    return Text(x, TOP + MARGIN + baseline(TITLE_LEADING, TITLE), words, TITLE, bold=True)


def _amount(bill: "Bill", words: Words, x: float, indent: float, style: Style) -> list[Mark]:
    """Currency, and beside it the amount."""
    beside = max(indent, width(words.currency, style.heading, bold=True) + 2)
    currency, _ = column([Block(words.currency, (bill.currency,))], x, AMOUNT_Y, beside, style)
    amount, _ = column([Block(words.amount, (thousands(bill.amount),))], x + beside, AMOUNT_Y, 30, style)
    return currency + amount
