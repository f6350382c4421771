"""A mail as bytes: what is the same for all who get the same is written once, and each copy has its reader's own."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime, parseaddr
from functools import cached_property
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parvis.core.people.models import Person
from parvis.core.people.squares import the_square
from parvis.lib.mail.letter import folded, letter, person, words

from .inbound import OF_A_TOKEN, bounce_address, delimiter, domain, token
from .items import Item
from .links import ID as ID_LENGTH
from .links import OF_A_MARK, key, whole
from .models import Mail, MailKind, Subscription
from .models.subscriptions import Rhythm
from .telling import NOTHING_TOLD, Named, TellingPart


@dataclass(frozen=True)
class Group:
    """What came of one source, and how one leaves it."""

    subscription: Subscription
    name: str
    url: str
    items: Sequence[Item]
    leave: str
    has_more: bool = False


@dataclass(frozen=True)
class Letter:
    """A mail ready to go: its bytes, and what of which publications is in it, by which subscriptions.

    `upto` is how far a digest reaches; `told` are the notices in it, each with its words.
    """

    sender: str
    recipient: str
    data: bytes
    items: Sequence[Item | Named]
    subscriptions: frozenset[int]
    upto: int
    told: Mapping[int, str] = field(default_factory=dict)


# Placeholders that stand in no text, each as long as what comes in its place, so that lines break alike.
TO, DATE, ID = (secrets.token_hex(16) for _number in range(3))
LEAVE, ALL = (secrets.token_hex((ID_LENGTH + OF_A_MARK) // 2) for _number in range(2))
BY_MAIL = secrets.token_hex(OF_A_TOKEN // 2)
OF_THE_READER = re.compile(f"(To: {TO}|{DATE}|{ID}|{LEAVE}|{ALL}|{BY_MAIL})".encode())


@dataclass(frozen=True)
class Master:
    """A mail without its reader: what is the same for all who get the same, so that it is written once."""

    sender: str
    data: bytes
    groups: Sequence[Group]
    told: TellingPart = NOTHING_TOLD

    @cached_property
    def items(self) -> Sequence[Item]:
        return [item for group in self.groups for item in group.items]

    @cached_property
    def upto(self) -> int:
        """How far it reaches, in microseconds."""
        return max((one.publication.ord for one in self.items), default=0)

    def named_to(self, reader: Person) -> Sequence[Named]:
        """What its notices name of others and is not in it anyway."""
        there = {one.publication.pk for one in self.items} if self.told.about else set()
        return [one for one in self.told.named_to(reader) if one.publication.pk not in there]

    @cached_property
    def parts(self) -> Sequence[bytes]:
        """What is the same for all and placeholders, in turn."""
        return OF_THE_READER.split(self.data)

    def with_own(self, own: Mapping[str, str]) -> bytes:
        """The mail with these words in the place of the placeholders."""
        instead = {placeholder.encode(): words.encode() for placeholder, words in own.items()}
        return b"".join([instead[part] if odd % 2 else part for odd, part in enumerate(self.parts)])


def addressed(made: Master, mail: Mail, recipient: str, at: datetime) -> Letter:
    """The copy of one reader, with their own address, links and number."""
    reader, subscription = mail.person, mail.subscription
    own = {
        f"To: {TO}": folded("To", person(reader.name if reader.is_member else "", recipient)),
        DATE: format_datetime(at),
        ID: mail.public_id,
        LEAVE: (
            key("leave", subscription.public_id)
            if subscription is not None
            else key(f"digest {mail.rhythm}", reader.public_id)
        ),
        ALL: key("reading", reader.public_id),
    }
    if domain():
        own[BY_MAIL] = (
            token("leave", subscription.public_id)
            if subscription is not None
            else token(f"leave-{mail.rhythm}", reader.public_id)
        )
    wanted = (
        {mail.subscription_id} if subscription is not None else {one.subscription.pk for one in made.groups}
    )
    return Letter(
        sender=bounce_address(mail) or made.sender,
        recipient=recipient,
        data=made.with_own(own),
        items=[*made.items, *made.named_to(reader)],
        subscriptions=frozenset(number for number in wanted if number is not None),
        upto=made.upto,
        told=made.told.texts,
    )


def master(mail: Mail, groups: Sequence[Group], told: TellingPart = NOTHING_TOLD) -> Master | None:
    """The bytes of a mail, with placeholders where its reader stands; None when there is nothing to say."""
    if not groups and not told.lines:
        return None
    square = the_square()
    items = [item for one in groups for item in one.items]
    is_digest = mail.kind == MailKind.DIGEST
    everything = whole(reverse("subscriptions-by-link", args=[ALL]))
    is_whole_digest = is_digest and mail.subscription_id is None
    leave = whole(reverse("digest-leave", args=[mail.rhythm, LEAVE])) if is_whole_digest else groups[0].leave
    context = {
        "square": square,
        "reader": mail.person,
        "groups": groups,
        "told": told,
        "is_digest": is_digest,
        "is_weekly": mail.rhythm == Rhythm.WEEKLY,
        "is_last": is_digest and not is_whole_digest,
        "leave": leave,
        "all": everything,
        "subject": subject_of(items, square.name, is_digest=is_digest) if items else told.subject,
    }
    sender_name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    author = "" if is_digest else items[0].publication.author.name
    said = f"{author} · {square.name}" if not is_digest else square.name or sender_name
    host = urlsplit(whole("/")).hostname or "localhost"
    leaves = [
        leave,
        *([f"mailto:{by_mail(mail)}"] if domain() else []),
    ]
    headers = [
        ("From", person(said, sender)),
        ("To", TO),
        ("Subject", words(str(context["subject"]))),
        ("Date", DATE),
        ("Message-ID", f"<{ID}@{host}>"),
        ("Content-Language", mail.person.language),
        *([] if is_digest else [("Archived-At", f"<{items[0].url}>")]),
        ("List-Id", list_id(groups, square.name, host, is_digest=is_digest)),
        ("List-Unsubscribe", ", ".join(f"<{one}>" for one in leaves)),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("List-Help", f"<{everything}>"),
        ("List-Subscribe", f"<{whole('/') if is_digest else groups[0].url}>"),
        ("List-Archive", f"<{whole('/') if is_digest else groups[0].url}>"),
        ("List-Owner", f"<mailto:{quote(sender, safe='@')}>"),
        ("List-Post", "NO"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
        ("Precedence", "bulk"),
    ]
    data = letter(
        headers,
        text=render_to_string("mail/letter.txt", context),
        html=render_to_string("mail/letter.html", context),
        boundary=boundary_of(items[0].publication.public_id if items else mail.public_id),
    )
    return Master(sender, data, groups, told)


def by_mail(mail: Mail) -> str:
    """The address by which one leaves, with a placeholder for its token."""
    word = f"leave-{mail.rhythm}" if mail.subscription_id is None else "leave"
    return f"{word}{delimiter()}{BY_MAIL}@{domain()}"


def boundary_of(public_id: str) -> str:
    """What parts a mail; it stands in no text, for only this house can write it, and is the same each time."""
    return salted_hmac("parvis.delivery.boundary", public_id, algorithm="sha256").hexdigest()


def list_id(groups: Sequence[Group], square: str, host: str, *, is_digest: bool) -> str:
    """What mail programs sort by (RFC 2919); it never changes for a source."""
    label = "digest" if is_digest else groups[0].subscription.follow.source.public_id
    return person(square if is_digest else groups[0].name, f"{label}.{host}")


def subject_of(items: Sequence[Item], square: str, *, is_digest: bool) -> str:
    """What a mail is about, in a line."""
    title = items[0].title
    if not is_digest:
        return title
    others = len(items) - 1
    if not others:
        return _("%(square)s: %(title)s") % {"square": square, "title": title}
    return ngettext(
        "%(square)s: %(title)s, and %(count)d more", "%(square)s: %(title)s, and %(count)d more", others
    ) % {"square": square, "title": title, "count": others}
