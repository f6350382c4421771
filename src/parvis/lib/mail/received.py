"""A mail that came in, read without trust: whatever it holds, reading it never fails."""

import email
import email.policy
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from functools import cached_property

import nh3

LONGEST_ID = 255
LONGEST_HEADER = 20_000
LONGEST_OF_A_PART = 1_000
"""Characters that are read of a header, and of one that says what a part is: reading them takes the square of that."""
OF_NAMES = {"punycode", "idna"}
"""Encodings of names of hosts, which take the square of the length of a text."""
MOST_QUOTED = 20
"""Quotations within quotations that are told apart."""
LONGEST_HTML = 150_000
"""Letters of HTML that are read: what one answers stands before what one quotes, and nesting without end takes the square."""
MOST_PARTS = 500
DEEPEST = 50
_ID = re.compile(r"<[^<>\s]+>")
_TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
_PARAGRAPHS = {"p", "h1", "h2", "h3", "pre", "blockquote"}
_HTML = nh3.Cleaner(
    tags={"p", "div", "br", "blockquote", "li", "tr", "h1", "h2", "h3", "pre", "hr"},
    clean_content_tags={"script", "style", "title", "head"},
    attributes={},
    link_rel=None,
)
_SUBJECTS = re.compile(
    r"^\W*(?:automatic reply|auto(?:matic|mated)?[ -]?(?:reply|response|antwort)|out of (?:the )?office|on vacation"
    r"|r[ée]ponse automatique|absen(?:ce|t)\b|en cong[ée]s?\b|message d['’]absence|abwesen|autosvar|risposta automatica"
    r"|respuesta autom|fuera de (?:la )?oficina|afwezig)",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"^(?:mailer-?daemon|postmaster|no-?_?reply|do-?not-?reply|ne-?pas-?repondre)\b", re.IGNORECASE
)


class Bounded(email.policy.Compat32):
    """Reads so much of each header as anybody means to be read, for others choose how long it is."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[: LONGEST_OF_A_PART if name.lower().startswith("content-") else LONGEST_HEADER]


POLICY = Bounded()


@dataclass(frozen=True)
class Part:
    """A leaf of a mail: its type, its headers, and its octets without their transfer encoding."""

    kind: str
    headers: Message
    octets: bytes


class Received:
    """What a raw mail says: `raw` is all of it, `sender` the envelope's (empty: nobody is to be told of failures)."""

    def __init__(self, raw: bytes, sender: str = "") -> None:
        self.raw, self.sender = raw, sender

    @cached_property
    def message(self) -> Message:
        """The parsed mail; its headers alone when its parts cannot be told from one another."""
        try:
            return email.message_from_bytes(self.raw, policy=POLICY)
        except (RecursionError, ValueError, LookupError, AssertionError):
            return BytesHeaderParser(policy=POLICY).parsebytes(self.raw)

    def header(self, name: str) -> str:
        """A header in readable words, on one line; "" when there is none."""
        return readable(self.written(name))

    def written(self, name: str) -> str:
        """A header as it was written; octets beyond ASCII as UTF-8 (RFC 6532), whether or not it was declared."""
        value = next((one for field, one in self.message.raw_items() if field.lower() == name.lower()), "")
        return str(value).encode(errors="surrogateescape").decode(errors="replace")

    @property
    def message_id(self) -> str:
        """Its Message-ID with its brackets, or ""."""
        found = _ID.search(str(self.message.get("Message-ID", "")))
        return found[0].replace("\0", "")[:LONGEST_ID] if found else ""

    @property
    def author(self) -> str:
        """The address in From, when it is exactly one; else ""."""
        lines = self.message.get_all("From", [])
        found = [address for _name, address in getaddresses([str(line) for line in lines]) if address]
        return found[0] if len(found) == len(lines) == 1 and "@" in found[0] else ""

    @property
    def references(self) -> Sequence[str]:
        """The Message-IDs an answer to it names: its own last (RFC 5322 §3.6.4)."""
        before = _ID.findall(str(self.message.get("References", "")))
        return [one for one in [*before[-20:], self.message_id] if one]

    @property
    def is_report(self) -> bool:
        return self.message.get_content_type() == "multipart/report"

    @cached_property
    def is_automatic(self) -> bool:
        """Whether a machine wrote it, so that no machine answers (RFC 3834, and what programs did before it)."""
        headers = self.message
        said = str(headers.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
        suppress = str(headers.get("X-Auto-Response-Suppress", "")).lower()
        return (
            not self.sender
            or said != "no"
            or any(
                headers.get(name) is not None
                for name in ("X-Autoreply", "X-Autorespond", "X-Loop", "List-Id")
            )
            or bool({"all", "autoreply"} & {one.strip() for one in suppress.split(",")})
            or str(headers.get("Precedence", "")).strip().lower() in {"auto_reply", "junk", "bulk", "list"}
            or self.is_report
            or bool(_NOBODY.match(self.author))
            or self.says_absent
        )

    @property
    def says_absent(self) -> bool:
        """Whether its subject is that of an answer that a program gives while somebody is away."""
        return bool(_SUBJECTS.match(self.header("Subject")))

    @cached_property
    def parts(self) -> Sequence[Part]:
        """Its leaves in their order; a mail that stands in the mail is one leaf."""
        return list(leaves(self.message))[:MOST_PARTS]

    @cached_property
    def text(self) -> str:
        """Its words: the first plain part, else the first HTML part in plain words; lines end with a line feed."""
        for kind, words in (("text/plain", flowed), ("text/html", from_html)):
            for part in self.parts:
                if part.kind == kind and not is_attached(part.headers) and part.octets.strip():
                    return words(part).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
        return ""


def leaves(message: Message, depth: int = 0) -> Iterator[Part]:
    kind = message.get_content_type()
    content = message.get_payload()
    if isinstance(content, list) and kind.startswith("multipart/") and depth < DEEPEST:
        for one in content:
            if isinstance(one, Message):
                yield from leaves(one, depth + 1)
        return
    if isinstance(content, list):  # message/rfc822, message/delivery-status
        octets = b"\n".join(in_octets(one) for one in content if isinstance(one, Message))
    else:
        octets = unpacked(message)
    yield Part(kind, message, octets)


def unpacked(message: Message) -> bytes:
    """The octets of a leaf; none when its transfer encoding cannot be undone."""
    try:
        octets = message.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return b""
    return octets if isinstance(octets, bytes) else b""


def in_octets(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except (ValueError, LookupError, RecursionError, AttributeError, TypeError):
        return b""


def is_attached(headers: Message) -> bool:
    return str(headers.get("Content-Disposition", "")).strip().lower().startswith("attachment")


def decoded(part: Part) -> str:
    """A part's octets as words: as it declares, else as UTF-8, else as Latin-1."""
    try:
        declared = part.headers.get_content_charset() or ""
    except (ValueError, LookupError, AttributeError):
        declared = ""
    for charset in (declared, "utf-8"):
        try:
            if charset and charset not in OF_NAMES:
                return part.octets.decode(charset).encode(errors="replace").decode().replace("\0", "")
        except (UnicodeError, LookupError, ValueError):
            continue
    return part.octets.decode("latin-1").replace("\0", "")


def flowed(part: Part) -> str:
    """A plain part; where its program broke lines only to fit them (RFC 3676), they are whole again."""
    text = decoded(part)
    if str(part.headers.get_param("format", "")).lower() != "flowed":
        return text
    deletes = str(part.headers.get_param("delsp", "")).lower() == "yes"
    paragraphs: list[list[str]] = []
    is_open = False
    for line in text.replace("\r\n", "\n").split("\n"):
        goes_on = is_open and not line.startswith(">") and line != "-- "
        is_open = line.endswith(" ") and line != "-- " and not line.startswith(">")
        plain = line.removeprefix(" ")
        plain = plain.removesuffix(" ") if is_open and deletes else plain
        if goes_on:
            paragraphs[-1].append(plain)
        else:
            paragraphs.append([plain])
    lines = ("".join(one) for one in paragraphs)
    return "\n".join(line.rstrip(" ") if line != "-- " else line for line in lines)


def from_html(part: Part) -> str:
    """HTML as plain words; what stands in a quote begins each of its lines with “> ”."""
    html = _HTML.clean(decoded(part).encode(errors="replace").decode()[:LONGEST_HTML])
    text, depth, position = "", 0, 0
    lines: list[str] = []

    def end_line(*, is_blank: bool = False) -> None:
        nonlocal text
        words = " ".join(text.split())
        if words or (is_blank and lines and lines[-1].strip("> ")):
            lines.append("> " * min(depth, MOST_QUOTED) + words)
        text = ""

    for tag in _TAG.finditer(html):
        text += html[position : tag.start()]
        position = tag.end()
        is_empty = not text.strip()
        end_line(is_blank=is_empty and tag[2] == "br")
        if tag[2] == "blockquote":
            depth = max(0, depth - 1) if tag[1] else depth + 1
        if tag[1] and tag[2] in _PARAGRAPHS:
            end_line(is_blank=True)
    text += html[position:]
    end_line()
    while lines and not lines[-1].strip("> "):
        lines.pop()
    return unescaped("\n".join(lines)) + "\n"


def unescaped(text: str) -> str:
    return (
        text.replace("&nbsp;", "\u00a0")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", '"')
        .replace("&amp;", "&")
    )


def readable(value: str) -> str:
    """A header's value with its encoded words read (RFC 2047), on one line, without what cannot be written down."""
    try:
        pieces = decode_header(value)
    except (ValueError, LookupError, AssertionError):
        pieces = [(value, None)]
    words = "".join(
        piece if isinstance(piece, str) else in_charset(piece, charset or "ascii")
        for piece, charset in pieces
    )
    return " ".join(words.encode(errors="replace").decode().replace("\0", "").split())


def in_charset(octets: bytes, charset: str) -> str:
    try:
        return octets.decode(charset, errors="replace")
    except (LookupError, ValueError):
        return octets.decode("utf-8", errors="replace")
