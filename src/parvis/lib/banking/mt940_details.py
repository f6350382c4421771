"""What a `:86:` says: in the numbered parts of German and Swiss banks, in the words between slashes of Dutch ones, or just as text."""

import re
from dataclasses import dataclass

from .keys import meant
from .records import LONGEST_TEXT, told
from .references import shaped_iban

_NUMBERED = re.compile(r"\d{3}(?P<sign>[^0-9A-Za-z\s])\d{2}", re.ASCII)
_PURPOSE = {*range(20, 30), *range(60, 64)}
_KEYWORD = re.compile(r"(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC|MTLG)[+:]")
_SLASHED = re.compile(
    r"/(EREF|IBAN|NAME|REMI|STRD|USTD|CNTP|TRTP|BIC|CSID|MARF|TRCD|ORDP|BENM|RTRN|PREF|ADDR|ID|ISDT|PURP|ULTD|ULTB|SVCL)/"
)


@dataclass(frozen=True, slots=True)
class Details:
    """What was found; `note` is what the bank itself says."""

    text: str = ""
    note: str = ""
    end_to_end_id: str = ""
    references: tuple[str, ...] = ()
    party_name: str = ""
    party_iban: str = ""


def details_of(text: str) -> Details:
    """What a `:86:` says, whichever way its bank writes it."""
    text = text[:LONGEST_TEXT]
    whole = text.replace("\n", "")
    if found := _NUMBERED.match(whole):
        return numbered(whole, found["sign"])
    if whole.startswith("/") and _SLASHED.search(whole):
        return slashed(whole)
    return Details(text="\n".join(filter(None, map(told_whole, text.split("\n")))))


def told_whole(line: str) -> str:
    return told(line, LONGEST_TEXT)


def numbered(whole: str, sign: str) -> Details:
    """Parts such as `?20`; texts go on from one part to the next without a blank, as they were cut by length."""
    parts: dict[int, str] = {}
    for part in whole[3:].split(sign):
        if part[:2].isascii() and part[:2].isdigit():
            parts[int(part[:2])] = parts.get(int(part[:2]), "") + part[2:]
        elif parts:  # the sign stood in a text
            last = next(reversed(parts))
            parts[last] += sign + part
    words = keyworded("".join(parts[each] for each in sorted(parts) if each in _PURPOSE))
    return Details(
        text=told_whole(words.get("SVWZ", "") or words.get("", "")),
        note=told_whole(" ".join(filter(None, (parts.get(0), words.get("MTLG"), words.get("KREF"))))),
        end_to_end_id=meant(told(words.get("EREF", ""))),
        party_name=told(words.get("ABWA", "") or parts.get(32, "") + parts.get(33, "")),
        party_iban=shaped_iban(parts.get(31, "") or words.get("IBAN", "")),
    )


def keyworded(purpose: str) -> dict[str, str]:
    """What stands behind each keyword (`EREF+`); under nothing what stands before the first."""
    pieces = _KEYWORD.split(purpose)
    found = {"": pieces[0]}
    for keyword, words in zip(pieces[1::2], pieces[2::2], strict=True):
        found[keyword] = found.get(keyword, "") + words
    return found


def slashed(whole: str) -> Details:
    """Words such as `/EREF/` and what follows each."""
    pieces = _SLASHED.split(whole)
    words: dict[str, str] = {}
    for keyword, said in zip(pieces[1::2], pieces[2::2], strict=True):
        words.setdefault(keyword, said.strip("/ "))
    # `/CNTP/` of some banks holds account, bank, name and town.
    beside = [*words.get("CNTP", "").split("/"), "", "", ""]
    return Details(
        text=told_whole(" ".join(filter(None, (words.get("REMI", ""), words.get("USTD", ""))))),
        note=told(words.get("TRTP", "")),
        end_to_end_id=meant(told(words.get("EREF", ""))),
        references=tuple(filter(None, [told(words.get("STRD", "").split("/")[-1])])),
        party_name=told(words.get("NAME", "") or beside[2]),
        party_iban=shaped_iban(words.get("IBAN", "") or beside[0]),
    )
