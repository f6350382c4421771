"""Mails that tell their reader something at once."""

from datetime import datetime
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from parvis.core.people.models import Notice
from parvis.core.people.squares import the_square
from parvis.lib.mail.letter import letter, person, words

from .inbound import reply_address
from .links import mark, whole
from .masters import ALL, DATE, ID, TO, Master, boundary_of
from .models import Mail
from .telling import TellingPart, told_in


def of_notices(mail: Mail, at: datetime) -> Master | None:
    """The bytes of a mail of notices, with placeholders where its reader stands; None when there is nothing to tell."""
    told = told_in(mail, at)
    if not told.lines:
        return None
    square = the_square()
    sender_name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    host = urlsplit(whole("/")).hostname or "localhost"
    name = square.name or sender_name
    answer_to = reply_to(told.alone) if told.alone is not None else ""
    headers = [
        ("From", person(name, sender)),
        ("To", TO),
        *([("Reply-To", answer_to)] if answer_to else []),
        ("Subject", words(told.subject)),
        ("Date", DATE),
        ("Message-ID", f"<{ID}@{host}>"),
        *([("References", thread_of(told, host))] if len(told.about) == 1 else []),
        ("Content-Language", mail.person.language),
        ("List-Id", person(name, f"notices.{host}")),
        ("List-Unsubscribe", f"<{told.leave}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
    ]
    context = {
        "square": square,
        "reader": mail.person,
        "told": told,
        "can_answer": bool(answer_to),
        "subject": told.subject,
        "all": whole(reverse("subscriptions-by-link", args=[ALL])),
    }
    data = letter(
        headers,
        text=render_to_string("mail/letter.txt", context),
        html=render_to_string("mail/letter.html", context),
        boundary=boundary_of(mail.public_id),
    )
    return Master(sender, data, (), told)


def thread_of(told: TellingPart, host: str) -> str:
    """What keeps the mails about one text together (RFC 5322 §3.6.4); it names nothing that anybody could open."""
    return f"<{mark('thread', told.about[0].public_id)}@{host}>"


def reply_to(notice: Notice) -> str:
    """The address at which an answer to a mail of this notice is taken; empty where none is."""
    return reply_address(notice)
