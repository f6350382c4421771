"""The mail that asks a copy back: who may still be asked, and what it says. It tells nothing that its reader did not have."""

from datetime import datetime
from email.utils import format_datetime, parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from parvis.core.audiences.models import Block
from parvis.core.audiences.rule import Viewer
from parvis.core.people.squares import the_square
from parvis.core.stream.actions.publishing import sources_of
from parvis.core.stream.models import Publication
from parvis.lib.mail.letter import letter, person, words
from parvis.lib.text.typography import typeset

from .links import key, mark, reading_path, whole
from .models import Copy, CopyState, Mail, MailState, Subscription, Wording

HELD = (CopyState.LEFT, CopyState.UNKNOWN)
"""States of copies that somebody may hold, and whose readers have not been asked yet."""


def copy_asked_back(mail: Mail) -> Copy | None:
    """The newest copy by mail of what a mail asks back, with which its reader knows it."""
    rows = Copy.objects.filter(
        publication=mail.publication_id, person=mail.person_id, channel="mail", state__in=HELD
    )
    return rows.exclude(mail=None).select_related("mail").order_by("-pk").first()


def is_to_be_asked(mail: Mail, at: datetime) -> bool:
    """Whether somebody may be asked for their copy, right before they are.

    They hold one and may not read it any more; they still take something by mail where it came from; no door is shut
    between them and its author; and the mail is still ours to send.
    """
    publication, reader = mail.publication, mail.person
    if publication is None or not reader.is_active or not publication.author.is_active:
        return False
    ours = Mail.objects.filter(
        pk=mail.pk, claimed_by=mail.claimed_by, state__in=[MailState.QUEUED, MailState.LEAVING]
    )
    sees = Publication.objects.visible_to(Viewer.of(reader, at)).filter(pk=publication.pk, deleted_at=None)
    shut = Block.objects.filter(person=reader, owner=publication.author)
    takes = Subscription.objects.filter(follow__person=reader, follow__source__in=sources_of(publication))
    return (
        ours.exists()
        and copy_asked_back(mail) is not None
        and takes.exists()
        and not shut.exists()
        and not sees.exists()
    )


def recall(mail: Mail, address: str, at: datetime) -> bytes | None:
    """The mail, in answer to the one that brought the copy; None when nobody is to be asked (any more)."""
    copy = copy_asked_back(mail)
    if copy is None or copy.mail is None or not is_to_be_asked(mail, at):
        return None
    square, reader, publication = the_square(), mail.person, copy.publication
    known = Wording.objects.filter(publication=publication, revision=copy.revision).first()
    title = typeset(known.title, publication.language) if known is not None else ""
    context = {
        "square": square,
        "reader": reader,
        "author": publication.author,
        "title": title,
        "language": publication.language,
        "sent_at": copy.left_at or copy.state_at,
        "done": whole(reverse("copy-gone", args=[key("gone", mail.public_id)])),
        "all": whole(reading_path(reader)),
    }
    context["subject"] = (
        _("Please delete “%(title)s”") % {"title": title} if title else _("Please delete a mail from me")
    )
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    host = urlsplit(whole("/")).hostname or "localhost"
    headers = [
        ("From", person(f"{publication.author.name} · {square.name}", sender)),
        ("To", person(reader.name if reader.is_member else "", address)),
        ("Subject", words(str(context["subject"]))),
        ("Date", format_datetime(at)),
        ("Message-ID", f"<{mail.public_id}@{host}>"),
        ("In-Reply-To", f"<{copy.mail.public_id}@{host}>"),
        ("References", f"<{copy.mail.public_id}@{host}>"),
        ("Content-Language", get_language() or reader.language),
        ("List-Unsubscribe", f"<{context['all']}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
    ]
    return letter(
        headers,
        text=render_to_string("mail/recall.txt", context),
        html=render_to_string("mail/recall.html", context),
        boundary=mark("boundary", mail.public_id),
    )
