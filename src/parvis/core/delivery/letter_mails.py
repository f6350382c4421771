"""Mails that bring a letter of a room: written when they leave, and asked about once more right before they do."""

import logging
from datetime import datetime
from email.utils import format_datetime, parseaddr
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from parvis.core.people.squares import the_square
from parvis.lib.mail.letter import letter, person, words

from .inbound import bounce_address
from .links import whole
from .masters import Letter, boundary_of
from .models import Mail
from .room_letters import LETTERS, LetterKind, Written

logger = logging.getLogger(__name__)


def of_a_room(mail: Mail, address: str, at: datetime) -> Letter | None:
    """The letter as it is now; None when there is nothing to say any more, or nobody who would say it."""
    kind = LETTERS.get(mail.letter)
    with translation.override(mail.person.language), timezone.override(ZoneInfo(mail.person.zone)):
        if kind is None or not stands(kind, mail, at):
            return None
        said = kind.write(mail, at)
        if said is None:
            return None
        data = in_bytes(said, mail, address, at)
    sender = bounce_address(mail) or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return Letter(sender, address, data, (), frozenset(), 0)


def stands(kind: LetterKind, mail: Mail, at: datetime) -> bool:
    return kind.stands is None or kind.stands(mail, at)


def still_stands(mail: Mail, at: datetime) -> bool:
    """Whether a letter that has been written may still say what it says.

    One whose room fails at the question does not leave as it is; it is written again, and then waits.
    """
    kind = LETTERS.get(mail.letter)
    if kind is None:
        return False
    with translation.override(mail.person.language), timezone.override(ZoneInfo(mail.person.zone)):
        try:
            return kind.write(mail, at) is not None if kind.stands is None else kind.stands(mail, at)
        except Exception:  # what one room gets wrong must not hold up the mails of the house
            logger.exception("Nobody could say whether letter %s still stands", mail.pk)
            return False


def in_bytes(said: Written, mail: Mail, address: str, at: datetime) -> bytes:
    """The mail. It has no List-Unsubscribe: it is owed to one person and is no mailing that they could end (RFC 2369)."""
    square, reader = the_square(), mail.person
    sender_name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    answers_name, answers = parseaddr(said.reply_to)
    host = urlsplit(whole("/")).hostname or "localhost"
    headers = [
        ("From", person(square.name or sender_name, sender)),
        ("To", person(reader.name if reader.is_member else "", address)),
        *([("Reply-To", person(answers_name, answers))] if "@" in answers and answers.isascii() else []),
        ("Subject", words(said.subject)),
        ("Date", format_datetime(at)),
        ("Message-ID", f"<{mail.public_id}@{host}>"),
        ("Content-Language", reader.language),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
    ]
    context = {**said.context, "square": square, "reader": reader, "subject": said.subject}
    return letter(
        headers,
        text=render_to_string(f"{said.template}.txt", context).lstrip(),
        html=render_to_string(f"{said.template}.html", context),
        boundary=boundary_of(mail.public_id),
        enclosures=said.enclosures,
    )
