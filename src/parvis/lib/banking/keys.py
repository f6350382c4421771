"""Names by which a payment is known again: in the same file, in one that overlaps, and in a statement after its notification."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from hashlib import blake2b

from .records import Line

_FILLER = re.compile(
    r"(?:NOT ?PROVIDED|NOT ?AVAILABLE|NON ?REF|NO ?REF|NONE|UNKNOWN|N/?A|[0.\- ]*)", re.IGNORECASE
)


def meant(reference: str) -> str:
    """A reference, or nothing where it only fills its place (`NOTPROVIDED`, `NONREF`)."""
    return "" if _FILLER.fullmatch(reference) else reference


class Namer:
    """Names the lines of one file. Equal lines are counted, so that two genuine transfers stay two.

    A name says from what it is made: `a` the bank's reference, `e` the EndToEndId, `h` a hash of what the line says.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def named(self, line: Line, account: str) -> Line:
        """The same line with its names: first the bank's reference and the place in its entry, or else the hash."""
        # What is announced is no payment yet; the payment that it becomes must not be taken for known.
        names = dict.fromkeys(names_of(line, account if line.is_booked else f"{account} announced"))
        entry = digest("n", account, line.entry_reference) if line.entry_reference else ""
        return replace(line, names=tuple(map(self.counted, names)), entry_name=entry)

    def counted(self, name: str) -> str:
        self.counts[name] += 1
        return f"{name}.{self.counts[name]}"


def names_of(line: Line, account: str) -> Iterator[str]:
    """What a line may be known by, its key first. Amounts belong to it: some banks give a payment and its charge one reference."""
    money = (line.amount, line.currency)
    day: date | str = line.booked_on or line.value_on or ""
    said = "|".join(line.references) or line.end_to_end_id or line.text
    content = digest("h", account, day, *money, line.party_iban, said)
    first = line.entry_reference or line.bank_reference
    if first:
        yield digest("a", account, first, line.index, *money)
    else:
        yield content
    # One format puts on the entry what another puts on its only payment.
    if line.bank_reference and not line.is_charge:
        yield digest("a", account, line.bank_reference, *money)
    if line.end_to_end_id and not line.is_charge:
        yield digest("e", account, day, *money, line.end_to_end_id)
    if first:
        yield content


def same_payment(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two lines with these names are one payment: the strongest kind of name that both have decides."""
    mine, theirs = frozenset(one), frozenset(other)
    for kind in "aeh":
        ours = {name for name in mine if name.startswith(kind)}
        if ours and any(name.startswith(kind) for name in theirs):
            return not ours.isdisjoint(theirs)
    return False


def digest(kind: str, *parts: object) -> str:
    return kind + blake2b("\x1f".join(map(str, parts)).encode(), digest_size=16).hexdigest()
