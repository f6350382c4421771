"""Mails about accounts: written in the reader's language from two small templates, and handed to Django."""

from collections.abc import Mapping
from email.utils import make_msgid, parseaddr
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation

from .models import Person
from .squares import the_square


def reader_of(address: str) -> Person | None:
    """Whoever has shown that this address is theirs."""
    reader: Person | None = Person.objects.reached_by(address).first()
    return reader


def write(template: str, *, to: str, language: str, zone: str, context: Mapping[str, Any]) -> EmailMessage:
    """The mail that `template`_subject.txt and `template`_message.txt make, in this language and on this clock."""
    words = {"square": the_square(), "email": to, **context}
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        subject = " ".join(render_to_string(f"{template}_subject.txt", words).split())
        body = render_to_string(f"{template}_message.txt", words).strip() + "\n"
    # The name of the machine, which Django would take for the number of the mail, is nobody's business.
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    headers = {
        "Message-ID": make_msgid(domain=domain or "localhost"),
        "Auto-Submitted": "auto-generated",
        "Content-Language": language,
    }
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [to], headers=headers)


def send(template: str, *, to: str, language: str = "", context: Mapping[str, Any]) -> None:
    """Write and send; by default in the language of whoever the address belongs to, else of the page being shown."""
    square, reader = the_square(), reader_of(to)
    spoken = reader.language if reader else language or translation.get_language() or square.language
    write(template, to=to, language=spoken, zone=(reader or square).zone, context=context).send()
