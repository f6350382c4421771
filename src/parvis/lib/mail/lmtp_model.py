"""What is said and what is bounded where mail is taken in: replies, mails, sessions, limits."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LONGEST_TEXT = 400  # a reply line has at most 512 octets (RFC 5321 §4.5.3.1.5)


@dataclass(frozen=True)
class Reply:
    """One answer, on one line: 250, "2.0.0" (RFC 3463, may be empty) and a text in ASCII."""

    code: int
    status: str
    text: str

    def __post_init__(self) -> None:
        if not 200 <= self.code <= 599 or self.code // 100 == 3:
            raise ValueError("a reply accepts (2), puts off (4) or refuses (5)")
        if self.status and not self.status.startswith(f"{self.code // 100}."):
            raise ValueError("the status says something else than the code")

    @property
    def accepts(self) -> bool:
        return self.code < 300

    def line(self) -> bytes:
        """As it goes over the wire: whatever could not stand in one line of ASCII is a question mark."""
        words = f"{self.status} {self.text}" if self.status else self.text
        plain = "".join(c if " " <= c <= "~" else "?" for c in words[:LONGEST_TEXT])
        return f"{self.code} {plain}\r\n".encode("ascii")


FAULT = Reply(451, "4.3.0", "Something went wrong here, please try again later")
TOO_LARGE = Reply(552, "5.3.4", "The message is larger than what is taken here")


@dataclass(frozen=True)
class Mail:
    """One mail that has come in whole, for its accepted recipients (who may be named twice, and then count twice).

    `sender` is empty for `<>`. `content` is what came after DATA, octet for octet, without the stuffed dots; a path when
    it was large: to a file that is gone once `take` has answered, unless moved away, and that nobody has synced to the disk.
    After BDAT it may lack the last line end.
    """

    sender: str
    recipients: tuple[str, ...]
    content: bytes | Path
    size: int
    utf8: bool
    eight_bit: bool
    client: str

    def read(self) -> bytes:
        return self.content.read_bytes() if isinstance(self.content, Path) else self.content


@dataclass
class Session:
    """What a client has said so far; `client` is the name it greeted with, `sender` is None outside of a mail."""

    client: str = ""
    sender: str | None = None
    recipients: list[str] = field(default_factory=list)
    utf8: bool = False
    eight_bit: bool = False

    def forget(self) -> None:
        """The mail is over: what follows begins a new one."""
        self.sender, self.recipients, self.utf8, self.eight_bit = None, [], False, False

    def mail(self, content: bytes | Path, size: int) -> Mail:
        return Mail(
            sender=self.sender or "",
            recipients=tuple(self.recipients),
            content=content,
            size=size,
            utf8=self.utf8,
            eight_bit=self.eight_bit,
            client=self.client,
        )


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Octets unless said otherwise; `memory` is how large a mail is kept in memory, above it goes to a file."""

    size: int = 25 * 1024 * 1024
    memory: int = 256 * 1024
    header: int = 256 * 1024
    line: int = 2000
    received: int = 50  # lines: more is a loop (RFC 5321 §6.3)
    recipients: int = 1000
    errors: int = 20
    sessions: int = 100


@dataclass(frozen=True, kw_only=True)
class Seconds:
    """How long each step may last, after RFC 5321 §4.5.3.2; the client's own patience ends at about the same time."""

    command: float = 300
    data: float = 180  # between two pieces of a mail
    write: float = 180
    recipient: float = 240
    take: float = 540
    farewell: float = 10  # what a client still sends after a refusal is read so long, and thrown away
    session: float = 3600


@dataclass(frozen=True, kw_only=True)
class Service:
    """What is behind the door.

    `name` is our host's. `folder` holds large mails while they come in, and belongs to this server alone.
    `recipient` says whether an address is taken (250, 550 5.1.1, 451 4.3.0…). `take` is asked once the whole mail is
    here, has made it durable before it answers 250, and answers once for each recipient, in their order.
    An exception in either is our fault: 451 4.3.0, never a refusal.
    """

    name: str
    folder: Path
    recipient: Callable[[str, Session], Awaitable[Reply]]
    take: Callable[[Mail], Awaitable[Sequence[Reply]]]
    limits: Limits = Limits()
    seconds: Seconds = Seconds()


class Ended(Exception):
    """The session is over: after a last word, or without one when the client has gone."""

    def __init__(self, reply: Reply | None = None) -> None:
        super().__init__(reply)
        self.reply = reply
