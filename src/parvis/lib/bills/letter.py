"""The covering letter: who asks whom, for what, by when; and how it flows over pages."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .marks import PAGE_WIDTH, Mark, Stroke, Text, baseline, moved
from .slip import address_lines
from .typeface import MM_PER_POINT, width, wrap
from .words import WORDS, long_day, money

if TYPE_CHECKING:
    from .bill import Address, Bill

LEFT, RIGHT = 20.0, 190.0
ROOM = RIGHT - LEFT
SENDER_TOP, RECEIVER_X, RECEIVER_TOP = 15.0, 118.0, 42.0
BODY_TOP, BODY_TOP_ALONE, NEXT_TOP, BOTTOM = 82.0, 50.0, 28.0, 280.0
BODY, LEADING = 10.0, 13.5
AMOUNT_ROOM = 42.0


@dataclass(frozen=True, slots=True)
class Row:
    """Marks that stay together, measured from their top, with the height they take."""

    height: float
    marks: tuple[Mark, ...] = ()


def heads(bill: "Bill") -> tuple[list[Mark], float]:
    """Sender, receiver, place and day, at the top of the first page; and where the letter begins below them."""
    home = bill.creditor.country
    marks, bottom = _address(bill.creditor, home, LEFT, SENDER_TOP, RECEIVER_X - LEFT - 8)
    begins = BODY_TOP_ALONE
    if bill.debtor is not None:
        receiver, lowest = _address(bill.debtor, home, RECEIVER_X, RECEIVER_TOP, RIGHT - RECEIVER_X)
        marks, bottom, begins = marks + receiver, max(bottom, lowest), BODY_TOP
    return [*marks, _day(bill)], max(begins, bottom + 8)


def _day(bill: "Bill") -> Text:
    """The day, after the town where there is room for it."""
    day = long_day(bill.issued_on, bill.language)
    with_town = f"{bill.creditor.town}, {day}"
    said = with_town if width(with_town, 9) <= RIGHT - RECEIVER_X else day
    return Text(RIGHT - width(said, 9), SENDER_TOP + baseline(12, 9), said, 9)


def _address(address: "Address", home: str, x: float, top: float, room: float) -> tuple[list[Mark], float]:
    """An address, and where it ends."""
    lines = [one for line in address_lines(address, home=home) for one in wrap(line, room, BODY)]
    step = 12 * MM_PER_POINT
    marks: list[Mark] = [
        Text(x, top + at * step + baseline(12, BODY), one, BODY) for at, one in enumerate(lines)
    ]
    return marks, top + len(lines) * step


def rows(bill: "Bill") -> list[Row]:
    """All that follows the heads, in order."""
    words = WORDS[bill.language]
    due = words.due.format(day=long_day(bill.due_on, bill.language))
    total = money(bill.amount, bill.currency, bill.language)
    return [
        *paragraph(bill.title, size=14, leading=18, bold=True, after=8),
        *(row for one in bill.words for row in paragraph(one)),
        *(_space(4) if bill.words else ()),
        *(_line(line.words, money(line.amount, bill.currency, bill.language)) for line in bill.lines),
        _line(words.total, total, bold=True),
        *_space(12),
        *paragraph(due, bold=True, after=2),
        *paragraph(words.how, after=0),
    ]


def paragraph(
    words: str, *, size: float = BODY, leading: float = LEADING, bold: bool = False, after: float = 6
) -> list[Row]:
    """One row a line, and a space of `after` points."""
    made = [
        Row(leading * MM_PER_POINT, (Text(LEFT, baseline(leading, size), one, size, bold),))
        for one in wrap(words, ROOM, size, bold=bold)
    ]
    return [*made, *_space(after)]


def _space(points: float) -> list[Row]:
    return [Row(points * MM_PER_POINT)] if points else []


def _line(words: str, amount: str, *, bold: bool = False) -> Row:
    """Under a rule, words that wrap, and to the right of their first line the amount; kept together."""
    rule = Stroke(LEFT, 0, RIGHT, 0, 0.25 if bold else 0.1)
    step, first = LEADING * MM_PER_POINT, 0.6 + baseline(LEADING, BODY)
    pieces = wrap(words, ROOM - AMOUNT_ROOM, BODY, bold=bold)
    texts = [Text(LEFT, first + at * step, one, BODY, bold) for at, one in enumerate(pieces)]
    right = RIGHT - width(amount, BODY, bold=bold)
    return Row(len(pieces) * step + 1.2, (rule, *texts, Text(right, first, amount, BODY, bold)))


def flow(rows: list[Row], top: float) -> tuple[list[list[Mark]], float]:
    """The marks of each page that the rows need, and where the last one ends."""
    pages: list[list[Mark]] = [[]]
    y = top
    for row in rows:
        if y + row.height > BOTTOM:
            pages.append([])
            y = NEXT_TOP
        pages[-1] += [moved(mark, y) for mark in row.marks]
        y += row.height
    return pages, y


def running_head(bill: "Bill", page: int, pages: int) -> list[Mark]:
    """What says of a further page which bill it belongs to."""
    number = WORDS[bill.language].page.format(page=page, pages=pages)
    room = ROOM - width(number, 9) - 8
    title = wrap(bill.title, room, 9)[0]
    return [
        Text(LEFT, SENDER_TOP + baseline(12, 9), title, 9),
        Text(RIGHT - width(number, 9), SENDER_TOP + baseline(12, 9), number, 9),
        Stroke(LEFT, SENDER_TOP + 6, PAGE_WIDTH - LEFT, SENDER_TOP + 6),
    ]
