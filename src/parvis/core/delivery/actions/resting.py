"""Mails whose readers do not want to be written to just now: they are put off until they may leave."""

from collections.abc import Sequence
from datetime import datetime

from ..models import Mail, MailState
from ..rest import ends_of_rest


def rest(mails: Sequence[Mail], at: datetime) -> set[int]:
    """Put off those of these claimed mails that may not leave now, as if they had been queued at the end; which.

    Waiting on its reader’s wish counts neither as a try nor for the days after which a mail is given up.
    """
    ends = ends_of_rest(mails, at)
    for mail in mails:
        if mail.pk in ends:
            until = ends[mail.pk]
            mine = Mail.objects.filter(pk=mail.pk, state=MailState.QUEUED, claimed_by=mail.claimed_by)
            mine.update(next_try=until, queued_at=until, locked_until=None, claimed_by="")
    return set(ends)


def without_resting(mails: Sequence[Mail], at: datetime) -> Sequence[Mail]:
    """Those of these claimed mails that may leave now; the others are put off."""
    put_off = rest(mails, at) if mails else set()
    return [mail for mail in mails if mail.pk not in put_off]
