"""What a mail says: made when it leaves, of what its reader may see at that moment, in their language."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime, parseaddr
from functools import cached_property
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from parvis.core.audiences.models import PUBLIC
from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Address, Person
from parvis.core.people.squares import the_square
from parvis.core.stream.cards import Card, cards
from parvis.core.stream.models import Publication
from parvis.core.stream.pages import page_of
from parvis.lib.mail.letter import folded, letter, person, words
from parvis.lib.markup import absolute, excerpt, plain, without_pictures
from parvis.lib.text.typography import elided, typeset

from .inbound import OF_A_TOKEN, bounce_address, delimiter, domain, token
from .links import ID as ID_LENGTH
from .links import OF_A_MARK, key, leaving_path, whole
from .models import Mail, MailKind, Subscription
from .models.subscriptions import Rhythm
from .recalls import recall
from .telling import NOTHING_TOLD, Named, TellingPart, told_in
from .ways import awaiting_a_digest
from .whole_texts import chosen_whole

A_LEAD = 60
"""Words of a publication without a title in a digest."""
MOST = 30
"""Publications of one source in a digest; the others wait behind a link."""


@dataclass(frozen=True)
class Item:
    """A publication in a mail: whole for the audience `whole_for`, if there is one, else its title and the way to it."""

    card: Card
    url: str
    lead: str
    note: str
    html: str
    whole_for: int

    @property
    def is_whole(self) -> bool:
        """Whether its text itself goes along."""
        return bool(self.html)

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

    @cached_property
    def in_digest(self) -> Mapping[str, str]:
        """How it stands in a digest, as text and as HTML, in the language and on the clock of who it was made for."""
        context = {"item": self, "is_digest": True}
        return {form: render_to_string(f"mail/item.{form}", context) for form in ("txt", "html")}

    @property
    def is_foreign(self) -> bool:
        """Whether it is written in another language than the mail."""
        return self.publication.language != get_language()

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

    `upto` is how far a digest reaches; `told` are the notices in it, each with its words.
    """

    sender: str
    recipient: str
    data: bytes
    items: Sequence[Item | Named]
    subscriptions: frozenset[int]
    upto: int
    told: Mapping[int, str] = field(default_factory=dict)


class Writer:
    """Writes the mails of a batch: what is the same for many readers is looked up and drawn once.

    The rule is asked of whoever is the first to get a publication in this language; of each reader it is asked when
    their mail leaves (`leaving.may_leave`), and nothing leaves without.
    """

    def __init__(self, mails: Sequence[Mail]) -> None:
        people = {mail.person_id for mail in mails}
        rows = Address.objects.filter(person__in=people, is_primary=True, hold=None).exclude(verified_at=None)
        self.addresses = dict(rows.values_list("person_id", "value"))
        self.masters: dict[tuple[object, ...], Master | None] = {}
        self.items = Items()
        self.awaiting = awaiting_a_digest(people)

    def letter_for(self, mail: Mail, at: datetime) -> Letter | None:
        """The mail as it is now; None when there is nothing (any more) for this reader to get, or nowhere to send it."""
        reader, address = mail.person, self.addresses.get(mail.person_id)
        if address is None or not reader.is_active:
            return None
        if mail.kind == MailKind.RECALL:
            return asking_back(mail, address, at)
        made = self.master_of(mail, at)
        return addressed(made, mail, address, at) if made is not None else None

    def master_of(self, mail: Mail, at: datetime) -> "Master | None":
        """What a mail says to whoever gets the same; None for nothing. A digest is its reader's alone."""
        if mail.kind == MailKind.DIGEST or mail.subscription is None:
            return self.written(mail, at)
        reader = mail.person
        key = (mail.publication_id, mail.subscription.follow.source_id, reader.language, reader.zone)
        if self.masters.get(key) is None:
            self.masters[key] = self.written(mail, at)
        return self.masters[key]

    def written(self, mail: Mail, at: datetime) -> "Master | None":
        """What a mail says at this moment, in the language and on the clock of its reader; None for nothing."""
        reader, subscription = mail.person, mail.subscription
        with translation.override(reader.language), timezone.override(ZoneInfo(reader.zone)):
            viewer = Viewer.of(reader, at)
            if mail.kind == MailKind.DIGEST:
                told = told_in(mail, at) if mail.person_id in self.awaiting else NOTHING_TOLD
                return master(mail, the_new(mail, viewer, self.items), told)
            if subscription is None:
                return None
            return master(mail, the_one(mail, subscription, viewer, self.items))


def asking_back(mail: Mail, address: str, at: datetime) -> Letter | None:
    """The mail that asks a copy back; None when nobody is to be asked (any more)."""
    with translation.override(mail.person.language), timezone.override(ZoneInfo(mail.person.zone)):
        data = recall(mail, address, at)
    sender = bounce_address(mail) or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return Letter(sender, address, data, (), frozenset(), 0) if data else None


def letter_for(mail: Mail, at: datetime) -> Letter | None:
    """One mail alone, as it is now."""
    return Writer([mail]).letter_for(mail, at)


def the_one(mail: Mail, subscription: Subscription, viewer: Viewer, items: "Items") -> Sequence[Group]:
    """The publication a mail is for, while its reader may see it."""
    seen = (
        Publication.objects.visible_to(viewer)
        .published(viewer)
        .with_authors()
        .filter(pk__in=[mail.publication_id])
    )
    shown = items.of(list(seen), viewer)
    leave = whole(reverse("subscription-leave", args=[LEAVE]))
    return [group(subscription, shown, leave=leave)] if shown else []


def the_new(mail: Mail, viewer: Viewer, items: "Items") -> Sequence[Group]:
    """All that came since the last digest, by source; what stands in several is told once."""
    rows = Subscription.objects.filter(
        follow__person=mail.person, channel="mail", rhythm=mail.rhythm
    ).select_related("follow__source__person", "follow__person")
    told: set[int] = set()
    groups = []
    for subscription in rows.order_by("follow__at", "pk"):
        found = page_of(viewer, [subscription.follow.source_id], limit=MOST, known=items.publications)
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
            groups.append(group(subscription, items.of(new, viewer), has_more=is_cut and bool(found.before)))
    return groups


class Items:
    """Publications as mails show them; one that is open to everyone is drawn once for all who read the same language."""

    def __init__(self) -> None:
        self.known: dict[tuple[int, int, str | None, str], Item] = {}
        self.publications: dict[int, Publication] = {}

    def of(self, publications: Sequence[Publication], viewer: Viewer) -> Sequence[Item]:
        """These, which the viewer has been found to see; without those of a room that is closed."""
        here = get_language(), timezone.get_current_timezone_name()
        keys = {one.pk: (one.pk, one.revision, *here) for one in publications}
        found = {pk: self.known[key] for pk, key in keys.items() if key in self.known}
        rest = [one for one in publications if one.pk not in found]
        made = cards(rest, viewer) if rest else []
        chosen = chosen_whole([card.publication for card in made if card.openness != "everyone"], viewer)
        for card in made:
            number = card.publication.pk
            found[number] = item(card, PUBLIC if card.openness == "everyone" else chosen.get(number, 0))
            if card.openness == "everyone":
                self.known[keys[number]] = found[number]
                self.publications[number] = card.publication
        return [found[one.pk] for one in publications if one.pk in found]


def item(card: Card, whole_for: int) -> Item:
    """A publication as a mail shows it; `whole_for` is the audience for which its text travels, 0 for none.

    Pictures of what is not for everyone stay here, where the rule is asked for each look.
    """
    url, is_open = whole(card.path), whole_for > 0
    note = getattr(card.detail, "note", None)
    html = card.kind.html(card.publication) if card.kind.html is not None and is_open else ""
    html = html if whole_for == PUBLIC else without_pictures(html)
    return Item(
        card=card,
        url=url,
        lead=(getattr(card.detail, "lead", "") or excerpt(html, A_LEAD)) if is_open else "",
        note=note.text if note is not None and is_open else "",
        html=absolute(html, url) if html else "",
        whole_for=whole_for,
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
        LEAVE: key("leave", subscription.public_id) if subscription is not None else "",
        ALL: key("reading", reader.public_id),
    }
    if domain():
        own[BY_MAIL] = (
            token("leave", subscription.public_id)
            if subscription is not None
            else token("leave-all", reader.public_id)
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
    context = {
        "square": square,
        "reader": mail.person,
        "groups": groups,
        "told": told,
        "is_digest": is_digest,
        "is_weekly": mail.rhythm == Rhythm.WEEKLY,
        "all": everything,
        "subject": subject_of(items, square.name, is_digest=is_digest) if items else told.subject,
    }
    sender_name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    author = "" if is_digest else items[0].publication.author.name
    said = f"{author} · {square.name}" if not is_digest else square.name or sender_name
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
    word = "leave-all" if mail.kind == MailKind.DIGEST else "leave"
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
