"""Writes a mail as bytes: headers that keep their addresses whole, and the same words as text and as HTML."""

import re
from base64 import encodebytes
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.header import Header
from email.utils import quote
from urllib.parse import quote as percent

LONGEST = 998
"""Octets of a line without its end (RFC 5322 §2.1.1)."""
A_LINE = 78
_ATOMS = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]*")
_BREAKS = re.compile(r"[\r\n\0]+")
_TAG_OR_SPACE = re.compile(r">\s*<|\s+")
_KIND = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
LONGEST_NAME = 200


@dataclass(frozen=True, kw_only=True)
class Enclosure:
    """A file that goes along with a mail. Raises ValueError for a name or a kind that no header can hold."""

    name: str
    content_type: str
    data: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not self.name or not self.name.isprintable() or len(self.name.encode()) > LONGEST_NAME:
            raise ValueError("an enclosure has no name, or one that no header can hold")
        if not _KIND.fullmatch(self.content_type):
            raise ValueError("an enclosure is of no kind that a header can hold")


def letter(
    headers: Sequence[tuple[str, str]],
    *,
    text: str,
    html: str,
    boundary: str,
    enclosures: Sequence[Enclosure] = (),
) -> bytes:
    """The mail, with CRLF, in UTF-8 as it is (8BITMIME, RFC 6152); `boundary` must not stand in the words.

    Header values come ready: `words` and `person` make those that people write.
    """
    head = [folded(name, value) for name, value in headers]
    parts = [part("text/plain", short_lines(text)), part("text/html", short_tags(html))]
    said = multipart("alternative", parts, boundary)
    if enclosures:
        said = multipart("mixed", [said, *map(enclosed, enclosures)], f"mixed_{boundary}")
    return ("\r\n".join([*head, "MIME-Version: 1.0"]) + "\r\n" + said).encode()


def multipart(kind: str, parts: Sequence[str], boundary: str) -> str:
    """Parts as one (RFC 2046 §5.1)."""
    head = folded("Content-Type", f'multipart/{kind}; boundary="{boundary}"')
    body = "".join(f"--{boundary}\r\n{one}\r\n" for one in parts) + f"--{boundary}--\r\n"
    return f"{head}\r\n\r\n{body}"


def enclosed(one: Enclosure) -> str:
    """A file as a part; its octets in lines of 76 characters (RFC 2045 §6.8), its name as RFC 2231 has it."""
    name = (
        f'filename="{quote(one.name)}"'
        if one.name.isascii()
        else f"filename*=utf-8''{percent(one.name, safe='')}"
    )
    head = [
        f"Content-Type: {one.content_type}",
        folded("Content-Disposition", f"attachment; {name}"),
        "Content-Transfer-Encoding: base64",
    ]
    lines = encodebytes(one.data).decode().replace("\n", "\r\n")
    return "\r\n".join(head) + f"\r\n\r\n{lines}"


def part(kind: str, content: str) -> str:
    lines = content.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").rstrip("\n").split("\n")
    head = f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return head + "\r\n".join(lines) + "\r\n"


def words(value: str) -> str:
    """Words of people as the value of a header: ASCII as it is, else in encoded words (RFC 2047)."""
    plain = " ".join(_BREAKS.sub(" ", value).split())
    return plain if plain.isascii() else Header(plain, "utf-8", maxlinelen=A_LINE - 12).encode(linesep="\r\n")


def person(name: str, address: str) -> str:
    """A mailbox (RFC 5322 §3.4): the name, quoted where it must be, and the address."""
    plain = " ".join(_BREAKS.sub(" ", name).split())
    if not plain:
        return address
    said = plain if _ATOMS.fullmatch(plain) else f'"{quote(plain)}"' if plain.isascii() else words(plain)
    return f"{said} <{address}>"


def folded(name: str, value: str) -> str:
    """A header in lines of at most 78 characters, as far as its spaces allow: what holds none stays whole."""
    lines, line = [], f"{name}:"
    for number, piece in enumerate(value.replace("\r\n", "").split(" ")):
        if number and len(line) + 1 + len(piece) > A_LINE and line.strip():
            lines.append(line)
            line = f" {piece}"
        else:
            line += f" {piece}"
    return "\r\n".join([*lines, line])


def short_lines(text: str, width: int = A_LINE - 2) -> str:
    """Plain text in lines of a width that terminals show; a word that is longer, such as an address, stays whole."""
    return "\n".join(wrapped for line in text.split("\n") for wrapped in wrap(line, width))


def wrap(line: str, width: int) -> list[str]:
    """One line as lines; what it begins with (`> `, spaces) begins the others too."""
    indent = re.match(r"[> ]*", line)
    begins = indent[0] if indent is not None else ""
    lines, now = [], begins
    for word in line[len(begins) :].split(" "):
        if len(now) > len(begins) and len(now) + 1 + len(word) > width:
            lines.append(now)
            now = begins + word
        else:
            now = f"{now} {word}" if len(now) > len(begins) else begins + word
    return [*lines, now]


def short_tags(html: str) -> str:
    """HTML without lines that are too long for mail: broken between two tags, or at a space."""
    return "\n".join(piece for line in html.split("\n") for piece in broken(line))


def broken(line: str, most: int = 900) -> list[str]:
    """A line in pieces of at most so many octets, cut where HTML lets a line end."""
    pieces = []
    while len(line.encode()) > most:
        room = line.encode()[:most].decode(errors="ignore")
        cuts = [
            found.start() + (1 if found[0].startswith(">") else 0) for found in _TAG_OR_SPACE.finditer(room)
        ]
        cut = cuts[-1] if cuts and cuts[-1] > 0 else len(room)
        pieces.append(line[:cut])
        line = line[cut:].lstrip()
    return [*pieces, line]
