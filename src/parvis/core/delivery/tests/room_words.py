"""A room that exists in tests alone, and what it writes: a bill with a file, in words of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format

from parvis.core.delivery.models import Mail
from parvis.core.delivery.room_letters import LETTERS, Enclosure, LetterKind, Written, register

PDF = b"%PDF-1.7\r\n" + bytes(range(256)) * 40 + b"\r\n.\r\n.\n%%EOF"
TXT = """{% extends "mail/room_letter.txt" %}{% block letter %}{{ words }}

{% include "mail/table.txt" with rows=rows %}
{% include "mail/go.txt" with url=url words="Pay" %}{% endblock %}
"""
HTML = """{% extends "mail/room_letter.html" %}{% block letter %}<p>{{ words }}</p>
{% include "mail/table.html" with rows=rows %}{% include "mail/go.html" with url=url words="Pay" %}{% endblock %}
"""
SUBJECTS = {"fr": "Votre facture", "en": "Your bill"}
KIND = "pebbles.bill"


class Pebbles:
    """What the room knows: whether each pledge still stands; `asked` is how often it wrote, `is_broken` that it cannot."""

    def __init__(self) -> None:
        self.dropped: set[int] = set()
        self.asked = 0
        self.is_broken = False

    def write(self, mail: Mail, at: datetime) -> Written | None:
        self.asked += 1
        if self.is_broken:
            raise RuntimeError("a room has a fault")
        if mail.about["pledge"] in self.dropped:
            return None
        return Written(
            subject=SUBJECTS[translation.get_language()],
            template="pebbles/mail/bill",
            context={
                "words": f"Anna & Paul, {date_format(timezone.localtime(at), 'Y-m-d H:i')}",
                "rows": [("Sum", "CHF 12.00"), ("Pledge", mail.about["pledge"])],
                "url": "https://parvis.example/pebbles/12/?a=1&b=2",
                "reader": "whoever",
            },
            enclosures=(Enclosure(name="Reçu d’été.pdf", content_type="application/pdf", data=PDF),),
            reply_to="Olive <olive@parvis.example>",
        )


@contextmanager
def pebbles(settings: Any, folder: Path) -> Iterator[Pebbles]:
    """The room, while a test takes place."""
    mails = folder / "templates/pebbles/mail"
    mails.mkdir(parents=True)
    (mails / "bill.txt").write_text(TXT)
    (mails / "bill.html").write_text(HTML)
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [engine | {"DIRS": [folder / "templates"]}]
    settings.PARVIS_URL = "https://parvis.example"
    settings.DEFAULT_FROM_EMAIL = "Le parvis <parvis@parvis.example>"
    room = Pebbles()
    register(LetterKind(name=KIND, title="A bill", write=room.write))
    try:
        yield room
    finally:
        del LETTERS[KIND]
