"""The addresses at which this square takes mail, and the register of what may be done with mail that comes in.

Those of a bounce, of leaving and of an answer need no row: `word+TOKEN@domain` holds a public id and 120 bits that only
this house can write, in letters that survive a change of case. All others are rows (`InboundAddress`).
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from parvis.core.people.models import Notice, Person
from parvis.core.stream.models import Comment
from parvis.lib.mail.received import Received

from .links import ID
from .models import Hold, InboundAddress, InboundMail, Mail, Subscription

OF_A_MARK = 24
"""Characters of base32: 120 bits."""
OF_A_TOKEN = ID + OF_A_MARK
DELIMITERS = ("+", "-")
COMMENT = "stream.comment"


@dataclass(frozen=True)
class Taken:
    """What became of a mail: whom it concerned, which short answer is owed to them with which words in it.

    A mail that asked nothing was dropped, for the reason in `problem`.
    """

    person: Person | None = None
    answer: str = ""
    words: str = ""
    problem: str = ""


class Take(Protocol):
    """Does what a mail asks, in a transaction that is the only one to do it."""

    def __call__(self, mail: InboundMail, received: Received, at: datetime) -> Taken: ...


@dataclass(frozen=True, kw_only=True)
class Inbound:
    """A kind of mail that comes in, and what is done with it, by the worker.

    With a `word` its addresses hold a token; where its mark is over more than the public id, `is_known` says whether
    this house wrote it. `names` are addresses without a token. Without either, they are rows of `InboundAddress` that
    name this kind.
    """

    name: str
    take: Take
    word: str = ""
    names: tuple[str, ...] = ()
    is_known: Callable[[str], bool] | None = None


INBOUND: dict[str, Inbound] = {}


def register(kind: Inbound) -> None:
    """Make a kind of mail known; the same name or word twice is a mistake in the code."""
    if kind.name in INBOUND or (kind.word and kind.word in {one.word for one in INBOUND.values()}):
        raise ValueError(f"{kind.name} is registered twice")
    INBOUND[kind.name] = kind


@dataclass(frozen=True)
class Known:
    """An address that is taken: the kind of its mail, and what its mails are about."""

    kind: str
    token: str = ""
    address: InboundAddress | None = None
    extension: str = ""


def domain() -> str:
    """The domain at which mail comes in; "" where none does."""
    return str(settings.PARVIS_MAIL_IN_DOMAIN)


def delimiter() -> str:
    """What stands between an address and its token."""
    return settings.PARVIS_MAIL_IN_DELIMITER if settings.PARVIS_MAIL_IN_DELIMITER in DELIMITERS else "+"


def mark(word: str, said: str) -> str:
    """What only this house can write behind a public id: 120 bits in lower case, since servers fold it."""
    digest = salted_hmac(f"parvis.delivery.mail.{word}", said, algorithm="sha256").digest()
    return base64.b32encode(digest[: OF_A_MARK * 5 // 8]).decode().lower()


def address(word: str, public_id: str, said: str = "") -> str:
    """The address with the token of a public id; "" where no mail comes in."""
    if not domain():
        return ""
    return f"{word}{delimiter()}{token(word, public_id, said)}@{domain()}"


def token(word: str, public_id: str, said: str = "") -> str:
    """What stands in an address between the delimiter and the @: a public id, and the mark that only this house can write."""
    return public_id + mark(word, said or public_id)


def bounce_address(mail: Mail) -> str:
    """Where a mail comes back to when it cannot be delivered."""
    return address("bounces", mail.public_id)


def probe_address(hold: Hold) -> str:
    """Where a mail that tries an address again comes back to."""
    return address("probe", hold.probe_id)


def leave_address(subscription: Subscription) -> str:
    """Whatever is sent there ends this subscription."""
    return address("leave", subscription.public_id)


def leave_digest_address(person: Person, rhythm: str) -> str:
    """Whatever is sent there ends all that comes to this person in the digest of this rhythm."""
    return address(f"leave-{rhythm}", person.public_id)


def leave_all_address(person: Person) -> str:
    """Whatever is sent there ends all mails to this person."""
    return address("leave-all", person.public_id)


def reply_address(notice: Notice) -> str:
    """Where an answer to what a notice tells can be sent; "" where no mail comes in, or nothing can be answered."""
    if notice.kind != COMMENT or not domain():
        return ""
    rows = Comment.objects.unguarded("the address of an answer says nothing of it")
    public_id = (
        rows.filter(pk=notice.about.get("comment")).values_list("publication__public_id", flat=True).first()
    )
    return address("reply", public_id, said_to(public_id, notice.person)) if public_id else ""


def said_to(public_id: str, person: Person) -> str:
    """What the mark of an answer is over: the comment that is answered, and whoever may answer it so."""
    return f"{public_id} {person.public_id}"


def known(recipient: str) -> Known | None:
    """What mail to this address is; None when nobody here has it."""
    local, _at, at_domain = recipient.lower().rpartition("@")
    if not domain() or at_domain.rstrip(".") != domain():
        return None
    return of_token(local) or of_name(local) or of_row(local)


def of_token(local: str) -> Known | None:
    """What the token in an address says, when this house wrote it."""
    before, token = local[:-OF_A_TOKEN], local[-OF_A_TOKEN:]
    if not before.endswith(DELIMITERS) or not token.isascii() or not token.isalnum():
        return None
    kind = next((one for one in INBOUND.values() if one.word and one.word == before[:-1]), None)
    if kind is None:
        return None
    is_known = kind.is_known(token) if kind.is_known is not None else is_marked(kind.word, token)
    return Known(kind.name, token=token[:ID]) if is_known else None


def of_name(local: str) -> Known | None:
    """The kind that takes mail at this name as it is."""
    return next((Known(kind.name) for kind in INBOUND.values() if local in kind.names), None)


def is_marked(word: str, token: str, said: str = "") -> bool:
    """Whether the mark behind a public id is ours."""
    return constant_time_compare(token[ID:], mark(word, said or token[:ID]))


def of_row(local: str) -> Known | None:
    """The row that has this address, or the part of it before a delimiter."""
    ends = [place for place, sign in enumerate(local) if sign in DELIMITERS and place]
    bases = {local[:end]: local[end + 1 :] for end in ends}
    rows = InboundAddress.objects.filter(local__in=[local, *bases])
    for row in sorted(rows, key=lambda one: len(one.local), reverse=True):
        if row.kind in INBOUND and (row.local == local or row.has_extensions):
            return Known(row.kind, address=row, extension=bases.get(row.local, ""))
    return None
