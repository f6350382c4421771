"""What a mail says: made when it leaves, of what its reader may see at that moment, in their language."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Address
from parvis.core.people.squares import the_square
from parvis.core.stream.cards import Card, cards
from parvis.core.stream.models import Publication
from parvis.core.stream.pages import page_of
from parvis.core.stream.seen import placed
from parvis.lib.mail.letter import folded, letter, person, words
from parvis.lib.markup import absolute, excerpt, plain
from parvis.lib.text.typography import elided, typeset

from .inbound import OF_A_TOKEN, bounce_address, delimiter, domain, leave_address, leave_all_address
from .links import ID as ID_LENGTH
from .links import OF_A_MARK, key, leaving_path, whole
from .models import Mail, MailKind, Subscription
from .models.subscriptions import Rhythm

A_LEAD = 60
"""Words of a publication without a title in a digest."""
MOST = 30
"""Publications of one source in a digest; the others wait behind a link."""


@dataclass(frozen=True)
class Item:
    """A publication in a mail: whole when everyone may read it, else its title and the way to it."""

    card: Card
    url: str
    lead: str
    note: str
    html: str
    is_whole: bool

    @property
    def publication(self) -> Publication:
        return self.card.publication

    @property
    def title(self) -> str:
        """Its title, or who says a few words."""
        publication = self.publication
        name = publication.author.name
        untitled = elided(_("A few words from %(name)s") % {"name": name}, name, get_language() or "")
        return typeset(publication.title, publication.language) or untitled

    @property
    def text(self) -> str:
        """The whole text in plain words, or nothing."""
        return plain(self.html) if self.is_whole else ""


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

    `upto` is how far a digest reaches.
    """

    sender: str
    recipient: str
    data: bytes
    items: Sequence[Item]
    subscriptions: frozenset[int]
    upto: int


class Writer:
    """Writes the mails of a batch: what is the same for many readers is looked up and drawn once.

    The rule is asked of whoever is the first to get a publication in this language; of each reader it is asked when
    their mail leaves (`may_still_leave`), and nothing leaves without.
    """

    def __init__(self, mails: Sequence[Mail]) -> None:
        people = {mail.person_id for mail in mails}
        rows = Address.objects.filter(person__in=people, is_primary=True, hold=None).exclude(verified_at=None)
        self.addresses = dict(rows.values_list("person_id", "value"))
        self.masters: dict[tuple[object, ...], Master | None] = {}

    def letter_for(self, mail: Mail, at: datetime) -> Letter | None:
        """The mail as it is now; None when there is nothing (any more) for this reader to get, or nowhere to send it."""
        reader, address = mail.person, self.addresses.get(mail.person_id)
        if address is None or not reader.is_active:
            return None
        with translation.override(reader.language), timezone.override(ZoneInfo(reader.zone)):
            master = self.master_of(mail, Viewer.of(reader, at))
            return addressed(master, mail, address, at) if master is not None else None

    def master_of(self, mail: Mail, viewer: Viewer) -> "Master | None":
        """What a mail says to whoever gets the same; None for nothing. A digest is its reader's alone."""
        if mail.kind == MailKind.DIGEST:
            return written(mail, the_new(mail, viewer))
        if mail.subscription is None:
            return None
        reader = mail.person
        key = (mail.publication_id, mail.subscription.follow.source_id, reader.language, reader.zone)
        if self.masters.get(key) is None:
            self.masters[key] = written(mail, the_one(mail, mail.subscription, viewer))
        return self.masters[key]


def letter_for(mail: Mail, at: datetime) -> Letter | None:
    """One mail alone, as it is now."""
    return Writer([mail]).letter_for(mail, at)


STILL = """SELECT count(*) FROM delivery_mail m JOIN people_person r ON r.id = m.person_id
JOIN stream_publication p ON {items} WHERE m.id = %s AND m.claimed_by = %s AND m.state IN ('queued', 'leaving')
AND r.suspended_at IS NULL AND r.erased_at IS NULL AND p.published_at IS NOT NULL AND p.ord <= %s
AND (SELECT count(*) FROM delivery_subscription s WHERE s.id IN ({subscriptions})) = %s"""


def may_still_leave(mail: Mail, letter: Letter, at: datetime) -> bool:
    """Whether a mail is still ours to send and wanted, and may go as it is: asked right before.

    Its reader may see all that is in it; it holds the words of now; and what is in it whole is open to everyone.
    """
    reader, passer_by = Viewer.of(mail.person, at), Viewer(at=Viewer.of(mail.person, at).at)
    tests: list[str] = []
    values: list[int] = []
    for item in letter.items:
        rule, needs = placed(
            passer_by if item.is_whole else reader,
            publication="p.id",
            author="p.author_id",
            deleted="p.deleted_at",
            under="p.under_id",
        )
        tests.append(f"(p.id = %s AND p.revision = %s AND {rule})")
        values += [item.publication.pk, item.publication.revision, *needs]
    wanted = ", ".join(str(number) for number in letter.subscriptions) or "0"
    text = STILL.format(items=f"({' OR '.join(tests)})", subscriptions=wanted)
    asked: list[Any] = [*values, mail.pk, mail.claimed_by, reader.at, len(letter.subscriptions)]
    with connection.cursor() as cursor:
        cursor.execute(text, asked)
        return bool(cursor.fetchone()[0] == len(letter.items))


def the_one(mail: Mail, subscription: Subscription, viewer: Viewer) -> Sequence[Group]:
    """The publication a mail is for, while its reader may see it."""
    seen = (
        Publication.objects.visible_to(viewer)
        .published(viewer)
        .with_authors()
        .filter(pk__in=[mail.publication_id])
    )
    items = items_of(list(seen), viewer)
    leave = whole(reverse("subscription-leave", args=[LEAVE]))
    return [group(subscription, items, leave=leave)] if items else []


def the_new(mail: Mail, viewer: Viewer) -> Sequence[Group]:
    """All that came since the last digest, by source; what stands in several is told once."""
    rows = Subscription.objects.filter(
        follow__person=mail.person, channel="mail", rhythm=mail.rhythm
    ).select_related("follow__source__person", "follow__person")
    told: set[int] = set()
    groups = []
    for subscription in rows.order_by("follow__at", "pk"):
        found = page_of(viewer, [subscription.follow.source_id], limit=MOST)
        new = [
            one
            for one in found.publications
            if one.ord >= subscription.since
            and one.pk not in told
            and one.author_id != mail.person_id
            and one.under_id is None
            and (not subscription.languages or one.language in subscription.languages)
        ]
        told |= {one.pk for one in new}
        is_cut = len(found.publications) == MOST and found.publications[-1].ord >= subscription.since
        if new:
            groups.append(group(subscription, items_of(new, viewer), has_more=is_cut and bool(found.before)))
    return groups


def items_of(publications: Sequence[Publication], viewer: Viewer) -> Sequence[Item]:
    """These publications, which the viewer has been found to see, as a mail shows them."""
    return [item(card) for card in cards(publications, viewer)]


def item(card: Card) -> Item:
    url, is_open = whole(card.path), card.openness == "everyone"
    note = getattr(card.detail, "note", None)
    html = card.kind.html(card.publication) if card.kind.html is not None and is_open else ""
    return Item(
        card=card,
        url=url,
        lead=(getattr(card.detail, "lead", "") or excerpt(html, A_LEAD)) if is_open else "",
        note=note.text if note is not None and is_open else "",
        html=absolute(html, url) if html else "",
        is_whole=bool(html),
    )


def group(
    subscription: Subscription, items: Sequence[Item], *, leave: str = "", has_more: bool = False
) -> Group:
    source = subscription.follow.source
    name = source.called(translation.get_language() or "")
    leave = leave or whole(leaving_path(subscription))
    return Group(subscription, name, whole(source.path), items, leave, has_more)


# Placeholders that stand in no text, each as long as what comes in its place, so that lines break alike.
TO, DATE, ID = (secrets.token_hex(16) for _number in range(3))
LEAVE, ALL = (secrets.token_hex((ID_LENGTH + OF_A_MARK) // 2) for _number in range(2))
BY_MAIL = secrets.token_hex(OF_A_TOKEN // 2)


@dataclass(frozen=True)
class Master:
    """A mail without its reader: what is the same for all who get the same, so that it is written once."""

    sender: str
    data: bytes
    groups: Sequence[Group]

    @property
    def items(self) -> Sequence[Item]:
        return [item for group in self.groups for item in group.items]


def addressed(master: Master, mail: Mail, recipient: str, at: datetime) -> Letter:
    """The copy of one reader, with their own address, links and number."""
    reader, subscription = mail.person, mail.subscription
    own = {
        f"To: {TO}": folded("To", person(reader.name if reader.is_member else "", recipient)),
        DATE: format_datetime(at),
        ID: mail.public_id,
        LEAVE: key("leave", subscription.public_id) if subscription is not None else "",
        ALL: key("reading", reader.public_id),
    }
    if domain():
        leave = leave_address(subscription) if subscription is not None else leave_all_address(reader)
        own[by_mail(mail)] = leave
    data = master.data
    for placeholder, instead in own.items():
        data = data.replace(placeholder.encode(), instead.encode())
    wanted = (
        {mail.subscription_id} if subscription is not None else {one.subscription.pk for one in master.groups}
    )
    return Letter(
        sender=bounce_address(mail) or master.sender,
        recipient=recipient,
        data=data,
        items=master.items,
        subscriptions=frozenset(number for number in wanted if number is not None),
        upto=max(one.publication.ord for one in master.items),
    )


def written(mail: Mail, groups: Sequence[Group]) -> Master | None:
    """The bytes of a mail, with placeholders where its reader stands; None when there is nothing to say."""
    if not groups:
        return None
    square = the_square()
    items = [item for one in groups for item in one.items]
    is_digest = mail.kind == MailKind.DIGEST
    everything = whole(reverse("subscriptions-by-link", args=[ALL]))
    context = {
        "square": square,
        "reader": mail.person,
        "groups": groups,
        "is_digest": is_digest,
        "is_weekly": mail.rhythm == Rhythm.WEEKLY,
        "all": everything,
        "subject": subject_of(items, square.name, is_digest=is_digest),
    }
    sender_name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    author = items[0].publication.author
    said = f"{author.name} · {square.name}" if not is_digest else square.name or sender_name
    host = urlsplit(whole("/")).hostname or "localhost"
    leaves = [
        everything if is_digest else groups[0].leave,
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
        ("List-Post", "NO"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
        ("Precedence", "bulk"),
    ]
    data = letter(
        headers,
        text=render_to_string("mail/letter.txt", context),
        html=render_to_string("mail/letter.html", context),
        boundary=boundary_of(items[0].publication),
    )
    return Master(sender, data, groups)


def by_mail(mail: Mail) -> str:
    """The address by which one leaves, with a placeholder for its token."""
    word = "leave-all" if mail.kind == MailKind.DIGEST else "leave"
    return f"{word}{delimiter()}{BY_MAIL}@{domain()}"


def boundary_of(publication: Publication) -> str:
    """What parts a mail; it stands in no text, for only this house can write it, and is the same each time."""
    return salted_hmac("parvis.delivery.boundary", publication.public_id, algorithm="sha256").hexdigest()


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
