"""One copy of a mail for one recipient, checked before it can be sent, and what became of it."""

from dataclasses import dataclass, field
from typing import Literal

CRLF = b"\r\n"
LONGEST_LINE = 998  # RFC 5322 §2.1.1, without its end
LONGEST_ADDRESS = 254  # RFC 5321 §4.5.3.1.3: 256 with the angle brackets


@dataclass(frozen=True, slots=True)
class Text:
    """Whole lines of a mail, checked and stuffed with dots once, and shared by as many copies as there are.

    Raises ValueError for what SMTP cannot carry as it is: a CR or LF that stands alone, NUL, a line above 998
    octets, or a last line without an end.
    """

    octets: bytes
    stuffed: bytes = field(init=False, repr=False, compare=False)
    is_8bit: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        octets = self.octets
        ends = octets.count(CRLF)
        if octets.count(b"\r") != ends or octets.count(b"\n") != ends:
            raise ValueError("a mail has a CR or LF that stands alone")
        if b"\0" in octets:
            raise ValueError("a mail has a NUL")
        if octets and not octets.endswith(CRLF):
            raise ValueError("the last line of a mail has no end")
        if len(max(octets.split(CRLF), key=len)) > LONGEST_LINE:
            raise ValueError(f"a mail has a line above {LONGEST_LINE} octets")
        # RFC 5321 §4.5.2: a dot that begins a line is doubled.
        stuffed = octets.replace(b"\r\n.", b"\r\n..")
        object.__setattr__(self, "stuffed", b"." + stuffed if octets.startswith(b".") else stuffed)
        object.__setattr__(self, "is_8bit", not octets.isascii())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Message:
    """A copy for one recipient; `key` is what the caller knows it by.

    `sender` is the envelope's (empty: nobody is told of failures); `content` is the head and the body in as many
    parts as are handy, so that all copies share what is the same. Raises ValueError for addresses that would
    say more to a relay than an address.
    """

    key: int
    sender: str
    recipient: str
    content: tuple[Text, ...]

    def __post_init__(self) -> None:
        if self.sender:
            check_address(self.sender)
        check_address(self.recipient)

    @property
    def size(self) -> int:
        """In octets as RFC 1870 counts them: ends of lines are, doubled dots are not."""
        return sum([len(text.octets) for text in self.content])

    @property
    def is_8bit(self) -> bool:
        return any([text.is_8bit for text in self.content])

    @property
    def has_8bit_head(self) -> bool:
        """Whether it needs RFC 6532: anything but ASCII above the first empty line."""
        for text in self.content if self.is_8bit else ():
            if text.octets.startswith(CRLF):
                return False
            end = text.octets.find(CRLF + CRLF)
            if not text.octets[: None if end < 0 else end].isascii():
                return True
            if end >= 0:
                return False
        return False

    @property
    def has_ascii_addresses(self) -> bool:
        return self.sender.isascii() and self.recipient.isascii()


def check_address(address: str) -> None:
    """Raises ValueError unless this is one address, which can stand between angle brackets in a command."""
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or not address.isprintable() or any(sign in address for sign in " <>"):
        raise ValueError("this is no address that a relay could be told")
    if len(address.encode()) > LONGEST_ADDRESS:
        raise ValueError(f"an address is longer than {LONGEST_ADDRESS} octets")


type Kind = Literal["accepted", "refused", "deferred", "unknown", "cancelled"]
type Step = Literal["", "mail", "rcpt", "data", "dot"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a message.

    accepted: the relay took it. refused: it never will (5xx), or cannot be sent there. deferred: not taken,
    another day perhaps. unknown: the line was lost between its final dot and the answer; only a person may send it
    again. cancelled: the caller no longer wanted it to leave.

    `step` is the command that was answered (empty: none): a refusal of `mail` is about the sender, and says nothing
    of the recipient. `code` is 0 and `words` are ours where the relay said nothing.
    """

    message: Message
    kind: Kind
    step: Step = ""
    code: int = 0
    status: str = ""
    words: str = ""
