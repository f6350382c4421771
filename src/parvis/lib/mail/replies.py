"""The words that a person wrote in answer to a mail: without what their program quoted beneath them.

Only what is surely a quotation at the end goes; where it is not sure, all stays.
"""

import re
from collections.abc import Sequence

_FIELD = {
    "from": re.compile(r"^\W*(?:from|de|von|da)\s*:", re.IGNORECASE),
    "sent": re.compile(r"^\W*(?:sent|date|envoy[ée]|gesendet|inviato)\s*:", re.IGNORECASE),
    "to": re.compile(r"^\W*(?:to|à|a|pour|an)\s*:", re.IGNORECASE),
    "copy": re.compile(r"^\W*(?:cc|copie(?: à)?|cci|bcc|reply-to|répondre à)\s*:", re.IGNORECASE),
    "subject": re.compile(r"^\W*(?:subject|objet|betreff|oggetto)\s*:", re.IGNORECASE),
}
_RULE = re.compile(r"^\s*_{10,}\s*$")
_ORIGINAL = re.compile(
    r"^[\s>]*-{2,}\s*(?:original message|message d['’]origine|mail original|message original|message initial"
    r"|urspr[üu]ngliche nachricht|forwarded message|message transféré)\s*-{2,}\s*$",
    re.IGNORECASE,
)
_ORANGE = re.compile(r"^\s*>\s*Message du \d", re.IGNORECASE)
_WRITES = re.compile(
    r"^[\s>]*(?:le\b.*\d.*\ba écrit\s*:|on\b.*\d.*\bwrote\s*:|am\b.*\d.*\bschrieb\b.*:|il\b.*\d.*\bha scritto\s*:)\s*$",
    re.IGNORECASE | re.DOTALL,
)
_SAYS = re.compile(
    r"^.{1,120}(?:<\S+@\S+>|\S+@\S+).{0,20}(?:writes|wrote|a écrit|écrivait)\s*:\s*$", re.IGNORECASE
)
_CLOCK = re.compile(r"\d{1,2}\s?[:h]\s?\d{2}")
_DEVICE = re.compile(
    r"^\s*(?:sent (?:from|with|using) .{2,60}|envoyé (?:de|depuis|à partir de|avec) .{2,60}|get outlook for \w+.*"
    r"|télécharge[rz] outlook .*|obtenir outlook .*)$",
    re.IGNORECASE,
)
_SIGNATURE = "-- "
MOST_OF_A_SIGNATURE = 15
MOST_OF_AN_ATTRIBUTION = 3


def own_words(text: str) -> str:
    """What was written in answer: without the quoted mail at the end, a signature (RFC 3676 §4.3), a device's own line.

    Where answers stand between or below quoted lines, everything stays; so does all that would else be nothing.
    """
    lines = text.replace("\r\n", "\n").replace("\u00a0", " ").replace("\u202f", " ").split("\n")
    kept = text.replace("\r\n", "\n").split("\n")
    cut = beginning_of_quote(lines)
    if any(line.strip() for line in lines[:cut]):
        lines, kept = lines[:cut], kept[:cut]
    end = end_of_words(lines)
    return "\n".join(kept[:end]).strip("\n")


def beginning_of_quote(lines: Sequence[str]) -> int:
    """The line from which on a mail is quoted up to the end; how many there are when none is."""
    for number in range(len(lines)):
        if begins_header_block(lines, number) or begins_quotation(lines, number):
            return number
    return len(lines)


def begins_header_block(lines: Sequence[str], number: int) -> bool:
    """Outlook and its like: a rule, then who wrote when to whom about what, and the mail as it was."""
    line = lines[number]
    if _RULE.match(line) or _ORIGINAL.match(line):
        number += 1
        while number < len(lines) and not lines[number].strip(" >"):
            number += 1
        if _ORIGINAL.match(line):
            return number < len(lines) and bool(_FIELD["from"].match(lines[number]))
    fields = set()
    for one in lines[number : number + 7]:
        found = next((name for name, field in _FIELD.items() if field.match(one)), None)
        if found is None and not one.startswith((" ", "\t")):
            break
        fields.add(found)
    return {"from", "sent", "subject"} <= fields


def begins_quotation(lines: Sequence[str], number: int) -> bool:
    """An attribution, on one to three lines, and behind it nothing but the quoted mail."""
    if not lines[number].strip():
        return False
    if _ORANGE.match(lines[number]):
        return all(not one.strip() or one.lstrip().startswith(">") for one in lines[number:])
    for count in range(1, MOST_OF_AN_ATTRIBUTION + 1):
        said = " ".join(one.strip() for one in lines[number : number + count])
        if _WRITES.match(said) or (count == 1 and _SAYS.match(said)):
            return is_quoted(lines[number + count :], is_dated=bool(_CLOCK.search(said)))
    return False


def is_quoted(lines: Sequence[str], *, is_dated: bool) -> bool:
    """Whether these are a mail that is quoted: each line marked; or none, behind an attribution with a time."""
    written = [line for line in lines if line.strip()]
    marked = [line for line in written if line.lstrip().startswith(">")]
    if not written:
        return True
    return len(marked) == len(written) or (not marked and is_dated)


def end_of_words(lines: Sequence[str]) -> int:
    """How many lines are left without a signature or a device's line at the end."""
    end = len(lines)
    for number in range(len(lines) - 1, -1, -1):
        if (
            lines[number] == _SIGNATURE
            and len(lines) - number <= MOST_OF_A_SIGNATURE
            and any(line.strip() for line in lines[:number])
        ):
            end = number
            break
    while end and not lines[end - 1].strip():
        end -= 1
    if end > 1 and _DEVICE.match(lines[end - 1]) and not lines[end - 2].strip():
        end -= 1
    while end and not lines[end - 1].strip():
        end -= 1
    return end
