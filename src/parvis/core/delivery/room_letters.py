"""The register of letters: what a room has to write to one person and may not fail to, such as a confirmation or a bill.

A letter is not a notice. It cannot be switched off, waits for no digest and no end of a pause, and can enclose files. It
goes to guests as to members; to whoever is suspended or gone by then it does not go, like every other mail.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from parvis.lib.mail.letter import Enclosure

from .models import Mail

__all__ = ["LETTERS", "Enclosure", "LetterKind", "Written", "register"]


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a letter says: the words of `TEMPLATE.txt` and `TEMPLATE.html`, which extend `mail/room_letter`.

    They find the `context` and `square`, `reader` and `subject`. `reply_to` is where an answer goes, if not to the square.
    """

    subject: str
    template: str
    context: Mapping[str, object] = field(default_factory=dict)
    enclosures: tuple[Enclosure, ...] = ()
    reply_to: str = ""


@dataclass(frozen=True, kw_only=True)
class LetterKind:
    """A kind of letter. `write` is asked when one leaves, in the language and on the clock of its reader.

    It looks at `mail.person` and `mail.about`, and answers None when there is nothing to say any more, which cancels
    the letter for good. `stands` is asked once more right before its words go out, and costs less than writing it all
    again; a kind without one is written again.
    """

    name: str
    title: object
    write: Callable[[Mail, datetime], Written | None]
    stands: Callable[[Mail, datetime], bool] | None = None


UNADDRESSED = "No address of theirs takes mail."
UNWRITTEN = "It could not be written."
"""What a mail says of a letter that waits here; a relay never heard of it."""
LETTERS: dict[str, LetterKind] = {}


def register(kind: LetterKind) -> None:
    """Make a kind of letter known; the same name twice is a mistake in the code."""
    if kind.name in LETTERS:
        raise ValueError(f"{kind.name} is registered twice")
    LETTERS[kind.name] = kind
