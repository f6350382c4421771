"""Statements in SWIFT's MT940, as banks send them: read tolerantly where nothing is lost, refused where something would be."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from .keys import Namer, meant
from .mt940_details import details_of
from .records import LONGEST_TEXT, MOST_LINES, Line, Reason, Statement, StatementRefused, told
from .references import iban_in, is_scor
from .values import Place, amount_in, check_balance

_FIELD = re.compile(r":(\d{2}[A-Z]?|NS):")
_ENVELOPE = re.compile(r"\{\d:|-\}?\s*$")
_BALANCE = re.compile(r"(?P<mark>[DC])(?P<day>\d{6})(?P<currency>[A-Z]{3})(?P<amount>.*)", re.ASCII)
_LINE = re.compile(
    r"(?P<value>\d{6})(?P<entry>\d{4}|[ ]{4})?(?P<reversal>R?)(?P<mark>[DC])(?P<funds>[A-Z]?)\s?"
    r"(?P<amount>[^A-Z\n]*)(?P<kind>[A-Z][A-Z0-9 ]{3})?"
    r"(?P<reference>(?:(?!//).)*)(?://(?P<bank>.*))?(?P<more>(?:\n.*)*)",
    re.ASCII,
)
_PAGE = re.compile(r"\s*(?P<number>\d+)(?:/(?P<page>\d+))?", re.ASCII)
_INTERIM = re.compile(r"(?m)^:(?:34F|13D):")
HALF_A_YEAR = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Field:
    """`:61:` and what follows it, `line` of the file; lines within it end in a line feed."""

    tag: str
    text: str
    line: int


@dataclass(slots=True)
class Draft:
    """A statement while it is read."""

    statement_id: str
    line: int
    account: str = ""
    currency: str = ""
    sequence: int | None = None
    page: int = 1
    opening: int | None = None
    closing: int | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    lines: list[Line] = field(default_factory=list)

    def place(self, each: Field, entry: int = 0) -> Place:
        return Place(self.statement_id, entry, each.line)


def read(content: bytes, namer: Namer) -> Iterator[Statement]:
    """The statements of a file, each checked before it is given. Raises StatementRefused."""
    text = decoded(content)
    if _INTERIM.search(text) and ":60F:" not in text and ":60M:" not in text:
        raise StatementRefused(Reason.INTERIM)
    draft: Draft | None = None
    previous = ""
    for each in fields_of(text):
        if each.tag == "20":
            if draft is not None:
                yield done(draft, namer)
            draft = Draft(told(each.text), each.line)
        elif draft is None:
            raise StatementRefused(Reason.BROKEN, line=each.line)
        else:
            take(draft, each, previous)
        previous = each.tag
    if draft is not None:
        yield done(draft, namer)


def decoded(content: bytes) -> str:
    """The text; SWIFT's own letters are ASCII, and what banks add is UTF-8 or that of their Windows."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def fields_of(text: str) -> Iterator[Field]:
    """Each field with the lines that go on with it; the envelope of the network around a message is left out."""
    tag, begun, parts = "", 0, list[str]()
    for number, line in enumerate(text.split("\n"), start=1):
        begins = _FIELD.match(line)
        if begins or _ENVELOPE.match(line):
            if tag:
                yield Field(tag, "\n".join(parts), begun)
            tag = begins[1] if begins else ""
            begun, parts = number, [line[begins.end() :]] if begins else []
        elif tag:
            parts.append(line)
    if tag:
        yield Field(tag, "\n".join(parts), begun)


def take(draft: Draft, each: Field, previous: str) -> None:
    """What a field says of the statement. Raises StatementRefused."""
    match each.tag:
        case "25":
            draft.account = iban_in(each.text) or "".join(told(each.text).split())
        case "28" | "28C":
            if found := _PAGE.match(each.text):
                draft.sequence, draft.page = int(found["number"][:18]), int((found["page"] or "1")[:9])
        case "60F" | "60M":
            draft.opening, draft.currency, draft.opened_on = balance_of(draft, each)
        case "62F" | "62M":
            draft.closing, currency, draft.closed_on = balance_of(draft, each)
            if currency != draft.currency:
                raise draft.place(each).refusal(Reason.CURRENCY, text=currency)
        case "61":
            draft.lines.append(line_of(draft, each))
            if len(draft.lines) > MOST_LINES:
                raise StatementRefused(Reason.TOO_LARGE, line=each.line)
        case "86" if previous == "61":
            draft.lines[-1] = detailed(draft.lines[-1], each.text)


def balance_of(draft: Draft, each: Field) -> tuple[int, str, date]:
    """A balance with its sign, its currency and its day."""
    place = draft.place(each)
    found = _BALANCE.fullmatch(each.text.strip())
    if found is None:
        raise place.refusal(Reason.AMOUNT, text=told(each.text, 40))
    amount = amount_in(found["amount"], found["currency"], place, ",")
    return amount if found["mark"] == "C" else -amount, found["currency"], day(found["day"], place)


def line_of(draft: Draft, each: Field) -> Line:
    """What a `:61:` says (SWIFT: 6!n[4!n]2a[1!a]15d1!a3!c16x[//16x][34x], with references as long as banks make them)."""
    place = draft.place(each, len(draft.lines) + 1)
    found = _LINE.fullmatch(each.text.rstrip())
    if found is None:
        raise place.refusal(Reason.AMOUNT, text=told(each.text, 40))
    value = amount_in(found["amount"], draft.currency, place, ",")
    is_reversal = bool(found["reversal"])
    sign = 1 if (found["mark"] == "C") != is_reversal else -1
    value_on = day(found["value"], place)
    reference = meant(told(found["bank"] or ""))
    customers = meant(told(found["reference"].removesuffix("KREF+")))
    is_creditors = is_scor("".join(customers.split()))
    return Line(
        amount=sign * value,
        currency=draft.currency,
        booked_on=booked(found["entry"], value_on, place),
        value_on=value_on,
        is_reversal=is_reversal,
        bank_reference=reference,
        entry_reference=reference,
        references=(customers,) if is_creditors else (),
        note=told(found["more"] if is_creditors else f"{customers} {found['more']}", LONGEST_TEXT),
    )


def booked(month_and_day: str | None, value_on: date, place: Place) -> date:
    """The day of booking, which has no year: the one nearest to the day of value."""
    if not month_and_day or not month_and_day.strip():
        return value_on
    for year in (value_on.year, value_on.year - 1, value_on.year + 1):
        try:
            found = date(year, int(month_and_day[:2]), int(month_and_day[2:]))
        except ValueError:  # the 29th of February, in the wrong year
            continue
        if abs(found - value_on) <= HALF_A_YEAR:
            return found
    raise place.refusal(Reason.DAY, text=month_and_day)


def day(text: str, place: Place) -> date:
    """YYMMDD; every such statement is of this century."""
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:6]))
    except ValueError:
        raise place.refusal(Reason.DAY, text=text) from None


def detailed(line: Line, text: str) -> Line:
    """The same line, with what its `:86:` says."""
    details = details_of(text)
    return replace(
        line,
        text=details.text,
        note="\n".join(filter(None, (details.note, line.note)))[:LONGEST_TEXT],
        end_to_end_id=details.end_to_end_id,
        references=tuple(dict.fromkeys((*details.references, *line.references))),
        party_name=details.party_name,
        party_iban=details.party_iban,
    )


def done(draft: Draft, namer: Namer) -> Statement:
    """The statement, once it adds up; one that has lost its end is refused."""
    if draft.opening is None and draft.closing is None:
        raise StatementRefused(Reason.BROKEN, line=draft.line)
    statement = Statement(
        format="MT940",
        account=draft.account,
        currency=draft.currency,
        statement_id=draft.statement_id,
        sequence=draft.sequence,
        page=draft.page,
        opened_on=draft.opened_on,
        closed_on=draft.closed_on,
        opening=draft.opening,
        closing=draft.closing,
    )
    check_balance(statement, draft.lines)
    return replace(statement, lines=named(draft.lines, draft.account, namer))


def named(lines: Sequence[Line], account: str, namer: Namer) -> tuple[Line, ...]:
    return tuple(namer.named(line, account) for line in lines)
