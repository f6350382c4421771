"""A mail that tries an address again whose provider refused it: it says so, and asks for nothing."""

import smtplib
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from .actions.bouncing import due_probes, probe_put_off, probe_refused, see_to_holds
from .actions.breaking import see_to_breakers
from .inbound import domain, probe_address
from .links import whole
from .models import Hold
from .sorting import short_mail


def try_again(at: datetime) -> None:
    """Look after the addresses and the providers that are spared: what may go again goes, what is to be tried is tried."""
    see_to_breakers(at)
    see_to_holds(at)
    if not whole("/"):
        return
    for hold in due_probes(at):
        send_probe(hold)


def send_probe(hold: Hold) -> None:
    """The mail that tries; a refusal given at once counts like one that comes back."""
    address = hold.address
    made = short_mail(address.person, address, "probe", {"words": hold.words})
    made.extra_headers["Auto-Submitted"] = "auto-generated"
    made.from_email = probe_address(hold) if domain() else ""
    try:
        made.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        code, words = next(iter(refusal.recipients.values()), (0, b""))
        if code >= 500:
            said = words.decode(errors="replace") if isinstance(words, bytes) else words
            with transaction.atomic():
                probe_refused(hold=hold, at=timezone.now(), words=f"{code} {said}")
            return
        probe_put_off(hold=hold, at=timezone.now())
    except (OSError, smtplib.SMTPException):
        probe_put_off(hold=hold, at=timezone.now())
