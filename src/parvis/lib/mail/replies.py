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
    r"^[\s>]*(?:le\b\D*\d.*\ba écrit\s*:|on\b\D*\d.*\bwrote\s*:|am\b\D*\d.*\bschrieb\b.*:|il\b\D*\d.*\bha scritto\s*:)\s*$",
    re.IGNORECASE | re.DOTALL,
)
_SAYS = re.compile(r"(?:writes|wrote|a écrit|écrivait)\s*:\s*$", re.IGNORECASE)
_ADDRESS_AT_THE_END = re.compile(r"@\S+.{0,20}$")
_CLOCK = re.compile(r"\d{1,2}\s?[:h]\s?\d{2}")
_DEVICE = re.compile(
    r"^\s*(?:sent (?:from|with|using) .{2,60}|envoyé (?:de|depuis|à partir de|avec) .{2,60}|get outlook for \w+.*"
    r"|télécharge[rz] outlook .*|obtenir outlook .*)$",
    re.IGNORECASE,
)
_SIGNATURE = "-- "
MOST_OF_A_SIGNATURE = 15
MOST_OF_AN_ATTRIBUTION = 3
LONGEST_NAME = 120
LONGEST_ATTRIBUTION = 1_000
"""Characters: what is longer is none, whoever wrote it, and is not searched through."""


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
    rest = Rest(lines)
    for number in range(len(lines)):
        if begins_header_block(lines, number) or begins_quotation(lines, number, rest):
            return number
    return len(lines)


class Rest:
    """How many lines with words there are from each line on, and how many of them are marked as quoted; counted once."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.written, self.marked = [0], [0]
        for line in reversed(lines):
            self.written.append(self.written[-1] + bool(line.strip()))
            self.marked.append(self.marked[-1] + line.lstrip().startswith(">"))
        self.total = len(lines)

    def from_line(self, number: int) -> tuple[int, int]:
        at = max(0, self.total - number)
        return self.written[at], self.marked[at]

    def is_marked(self, number: int) -> bool:
        """Whether each of them is marked."""
        written, marked = self.from_line(number)
        return written == marked

    def is_quoted(self, number: int, *, is_dated: bool) -> bool:
        """Whether they are a mail that is quoted: each line marked; or none, behind an attribution with a time."""
        _written, marked = self.from_line(number)
        return self.is_marked(number) or (not marked and is_dated)


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


def begins_quotation(lines: Sequence[str], number: int, rest: Rest) -> bool:
    """An attribution, on one to three lines, and behind it nothing but the quoted mail."""
    if not lines[number].strip():
        return False
    if _ORANGE.match(lines[number]):
        return rest.is_marked(number)
    for count in range(1, MOST_OF_AN_ATTRIBUTION + 1):
        said = " ".join(one.strip() for one in lines[number : number + count])
        if len(said) > LONGEST_ATTRIBUTION:
            return False
        if _WRITES.match(said) or (count == 1 and names_who_says(said)):
            return rest.is_quoted(number + count, is_dated=bool(_CLOCK.search(said)))
    return False


def names_who_says(line: str) -> bool:
    """Whether a line says that somebody wrote what follows: an address behind their name, and a verb at its end."""
    verb = _SAYS.search(line)
    if verb is None:
        return False
    before, at, after = line[: verb.start()].rpartition("@")
    begins = max(1, len(before.rstrip()) - len(before.split()[-1]) if before.strip() else 0)
    is_address = begins < len(before.rstrip()) == len(before)
    return is_address and begins <= LONGEST_NAME and bool(_ADDRESS_AT_THE_END.match(at + after))


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
