"""The logins of a person: when each was last used, and their end."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

NOTED_EVERY = timedelta(minutes=5)
KEY = "used_at"


def note_use(*, session: SessionBase, at: datetime) -> None:
    """Write down that this login is in use, at most once in five minutes: a page that is read writes nothing."""
    now = int(at.timestamp())
    if 0 <= now - session.get(KEY, 0) < NOTED_EVERY.total_seconds():
        return
    session[KEY] = now
    UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=at)


@transaction.atomic
def end_sessions(*, sessions: Sequence[UserSession]) -> None:
    """Log these browsers out."""
    for session in sessions:
        session.end()
