"""Queueing a letter to one person, in the transaction of what it is about."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from parvis.core.people.models import Person

from ..models import Mail, MailKind
from ..room_letters import LETTERS

LONGEST_KEY = 80


@transaction.atomic
def send_letter(
    *,
    kind: str,
    person: Person,
    key: str,
    about: Mapping[str, int | str],
    at: datetime,
    not_before: datetime | None = None,
) -> Mail | None:
    """Let a letter of this kind leave, once for a key, however often and by however many it is asked for.

    None when it was asked for before, or its reader is not here any more. It leaves if the transaction around it holds.
    Raises KeyError for a kind that nobody has declared.
    """
    declared = LETTERS[kind]
    begins = max(at, not_before or at)
    if person.erased_at is not None:
        return None
    # Whoever asks second waits for the first, and a savepoint keeps the transaction of both whole.
    mail, is_new = Mail.objects.get_or_create(
        key=key_of(kind, key),
        defaults={
            "kind": MailKind.LETTER,
            "letter": declared.name,
            "person": person,
            "about": dict(about),
            "queued_at": begins,
            "next_try": begins,
            "state_at": at,
        },
    )
    return mail if is_new else None


def key_of(kind: str, key: str) -> str:
    """The key of the mail; letters of two kinds about one thing never stand in each other's way."""
    whole = f"letter:{kind}:{key}"
    return whole if len(whole) <= LONGEST_KEY else f"letter:{sha256(whole.encode()).hexdigest()}"
