"""References on bills: made, checked, and found again in what a payer or a bank wrote."""

import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from secrets import choice

from stdnum import iban as ibans
from stdnum import iso11649
from stdnum.ch import esr
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10

from .records import Line

CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""What a short code is made of: nobody takes one of these for another (no 0, O, 1, I)."""
CODE_LENGTH = 6
QRR_LENGTH = 27
LONGEST_SCOR = 25
_BODY = re.compile(r"[A-Z0-9]{1,21}")
_SCOR = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}")
_SCOR_BEGINS = re.compile(r"(?<![A-Z0-9])RF\s?[0-9]\s?[0-9]|RF[0-9]{2}")
_WORDS = re.compile(r"[A-Z0-9\s]*", re.ASCII)
_QR_IBAN = re.compile(r"(?:CH|LI)[0-9]{2}(?:30|31)[0-9]{3}[A-Z0-9]{12}")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


class Kind(StrEnum):
    """SCOR: the creditor reference of ISO 11649. QRR: the Swiss one. Code: our own, without check digits."""

    SCOR = "scor"
    QRR = "qrr"
    CODE = "code"


class Where(StrEnum):
    """Where it stood; the first is the surest."""

    STRUCTURED = "structured"
    END_TO_END = "end-to-end"
    TEXT = "text"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Found:
    """A reference as it is compared: without blanks, in capitals, with leading zeros.

    `is_right` says whether its check digits are; a wrong one is to be shown, never to be matched. A code has none.
    """

    kind: Kind
    reference: str
    where: Where
    is_right: bool = True


def make_scor(body: str) -> str:
    """The creditor reference (ISO 11649) for up to 21 letters and digits. Raises ValueError."""
    if not _BODY.fullmatch(body):
        raise ValueError(f"{body!r} is no body of a reference")
    return f"RF{mod_97_10.calc_check_digits(f'{body}RF')}{body}"


def make_qrr(body: str) -> str:
    """The Swiss reference of 27 digits for up to 26, which may not all be 0; only for a QR-IBAN. Raises ValueError."""
    if not (body.isascii() and body.isdigit() and len(body) < QRR_LENGTH and int(body)):
        raise ValueError(f"{body!r} is no body of a reference")
    full = body.zfill(QRR_LENGTH - 1)
    return full + esr.calc_check_digit(full)


def make_code(pick: Callable[[str], str] = choice) -> str:
    """A short code for people to type: six letters and digits that are not taken for one another."""
    return "".join(pick(CODE_LETTERS) for _ in range(CODE_LENGTH))


def is_scor(reference: str) -> bool:
    """Whether this is a creditor reference with right check digits, without blanks."""
    return bool(_SCOR.fullmatch(reference)) and iso11649.is_valid(reference)


def is_qrr(reference: str) -> bool:
    """Whether this is a Swiss reference of 27 digits with a right check digit, without blanks."""
    return (
        reference.isascii()
        and reference.isdigit()
        and len(reference) == QRR_LENGTH
        and esr.is_valid(reference)
    )


def is_iban(account: str) -> bool:
    """Whether this is an IBAN of a known country with right check digits, without blanks."""
    try:
        return bool(_IBAN.fullmatch(account)) and ibans.is_valid(account)
    except ValidationError:
        return False


def is_qr_iban(account: str) -> bool:
    """Whether bills for this account must have a QRR (Swiss QR-bill: an IID from 30000 to 31999)."""
    return bool(_QR_IBAN.fullmatch(account)) and is_iban(account)


def iban_in(text: str) -> str:
    """The IBAN that a text begins with, without blanks, where a currency may follow; nothing where there is none."""
    account = "".join(text.split()).upper()
    return next((each for each in (account, account[:-3]) if is_iban(each)), "")


def shaped_iban(text: str) -> str:
    """What is shaped like an IBAN, without blanks; nothing where it is not."""
    account = "".join(text.split()).upper()
    return account if _IBAN.fullmatch(account) else ""


def found_in(line: Line, codes: Container[str] = ()) -> list[Found]:
    """Every reference in a line, the surest place first, each once; of short codes only those in `codes`."""
    found: dict[str, Found] = {}
    for each in _found_in(line, codes):
        found.setdefault(each.reference, each)
    return list(found.values())


def _found_in(line: Line, codes: Container[str]) -> Iterator[Found]:
    for reference in line.references:
        if whole := structured(reference):
            yield whole
        else:
            yield from found_in_text(reference, Where.STRUCTURED)
    places = ((line.end_to_end_id, Where.END_TO_END), (line.text, Where.TEXT), (line.note, Where.NOTE))
    for text, where in places:
        yield from found_in_text(text, where)
    for text, where in (*((each, Where.STRUCTURED) for each in line.references), *places):
        yield from codes_in(text, codes, where)


def structured(reference: str) -> Found | None:
    """A structured reference, normalised: without blanks, and digits with the zeros that some banks leave out before them."""
    plain = "".join(reference.split()).upper()
    if plain.isascii() and plain.isdigit() and len(plain) <= QRR_LENGTH and plain.strip("0"):
        full = plain.zfill(QRR_LENGTH)
        return Found(Kind.QRR, full, Where.STRUCTURED, is_qrr(full))
    if _SCOR.fullmatch(plain):
        return Found(Kind.SCOR, plain, Where.STRUCTURED, is_scor(plain))
    return None


def found_in_text(text: str, where: Where) -> Iterator[Found]:
    """Creditor references and runs of 27 digits in a text, blanks or line breaks within them or not."""
    for reference, is_right in scors_in(text.upper()):
        yield Found(Kind.SCOR, reference, where, is_right)
    for reference, is_right in qrrs_in(text):
        yield Found(Kind.QRR, reference, where, is_right)


def scors_in(text: str) -> Iterator[tuple[str, bool]]:
    """What begins with RF and two digits, and whether it is right.

    Nothing marks its end. It ends with a word where the check digits are right there, or else wherever they are; and
    where they are right nowhere, it is shown as far as it looks like one: a single word, or groups of four.
    """
    for begin in _SCOR_BEGINS.finditer(text):
        words = begin_of(text[begin.start() :])
        whole = "".join(words)[:LONGEST_SCOR]
        right = [length for length in range(len(whole), 4, -1) if is_scor(whole[:length])]
        bounds = set(accumulate(map(len, words)))
        for length in [each for each in right if each in bounds] or right:
            yield whole[:length], True
        begins_a_word = not text[: begin.start()][-1:].isalnum()
        if not right and begins_a_word and (shown := as_shown(words)):
            yield shown, False


def begin_of(text: str) -> list[str]:
    """The words up to the first sign that no reference has, the RF and its digits together."""
    words = _WORDS.match(text[: 3 * LONGEST_SCOR])[0].split()  # type: ignore[index]
    while len(words) > 1 and len(words[0]) < 4:
        words[:2] = ["".join(words[:2])]
    return words


def as_shown(words: list[str]) -> str:
    """The groups of four that begin here, or the one long word; nothing where it is not shaped like a reference."""
    shown = words[0]
    if len(shown) == 4:
        for word in words[1:]:
            shown += word if len(word) <= 4 else ""
            if len(word) != 4:
                break
    return shown if _SCOR.fullmatch(shown) else ""


def qrrs_in(text: str) -> Iterator[tuple[str, bool]]:
    """Digits that stand together, with nothing but blanks in them, and are 27; where several could be meant, the right ones."""
    runs = [(each.group(), each.start(), each.end()) for each in re.finditer("[0-9]+", text)]
    found = list[str]()
    for first in range(len(runs)):
        digits = ""
        for at in range(first, len(runs)):
            if at > first and text[runs[at - 1][2] : runs[at][1]].strip():
                break
            digits += runs[at][0]
            if len(digits) >= QRR_LENGTH:
                break
        if len(digits) == QRR_LENGTH and digits.strip("0"):
            found.append(digits)
    right = [each for each in found if is_qrr(each)]
    for each in right or found:
        yield each, bool(right)


def codes_in(text: str, codes: Container[str], where: Where) -> Iterator[Found]:
    """The short codes in a text, blanks or not; any six letters could be one, so only those that are looked for."""
    plain = "".join(text.split()).upper()
    for start in range(len(plain) - CODE_LENGTH + 1):
        code = plain[start : start + CODE_LENGTH]
        if code in codes:
            yield Found(Kind.CODE, code, where)
