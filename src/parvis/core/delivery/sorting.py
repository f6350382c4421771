"""Mail that has been taken in is dealt with: each once, by a worker that has claimed it."""

import logging
import smtplib
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q
from django.utils import timezone

from parvis.core.people.mails import write
from parvis.core.people.models import Address, Person
from parvis.lib.mail.received import Received

from .actions.complaining import forget_complaints
from .actions.puzzling import forget_puzzles
from .inbound import INBOUND, Taken
from .intake import sweep_parts
from .links import reading_path, whole
from .models import InboundMail, InboundState
from .models.inbound import FOLDER

logger = logging.getLogger(__name__)

A_BATCH = 50
LEASE = timedelta(minutes=5)
PAUSE = timedelta(minutes=5)
MOST_ATTEMPTS = 5
MOST_READ = 2**20
"""Octets that are read of a mail to one of our own tokens: what a report or a person says stands in front."""
ANSWERED_WITHIN = timedelta(days=1)
A_DAY = timedelta(days=1)
MOST_ANSWERS_A_DAY = 10
OCTETS_KEPT = timedelta(days=7)
ROWS_KEPT = timedelta(days=30)


class NotOurs(RuntimeError):
    """Another worker has dealt with it meanwhile."""


class Sorter:
    """One worker's part in what comes in."""

    def step(self) -> bool:
        """Deal with some mails, and send the short answers that are owed; False when nothing was there to do."""
        at = timezone.now()
        mails = claim(at)
        for mail in mails:
            deal_with(mail, timezone.now())
        return answer_some(at) or bool(mails)


def claim(at: datetime, limit: int = A_BATCH) -> Sequence[InboundMail]:
    """Take some mails that wait, the oldest first; what another worker takes meanwhile is not ours."""
    InboundMail.objects.filter(
        state=InboundState.WAITING, attempts__gt=MOST_ATTEMPTS, locked_until__lte=at
    ).update(state=InboundState.STUCK, state_at=at, locked_until=None)
    free = InboundMail.objects.filter(state=InboundState.WAITING, next_try__lte=at).filter(
        Q(locked_until=None) | Q(locked_until__lte=at)
    )
    numbers = free.order_by("next_try", "pk").values_list("pk", flat=True)[:limit]
    until = timezone.now() + LEASE
    mine = [
        number
        for number in list(numbers)
        if free.filter(pk=number).update(locked_until=until, attempts=F("attempts") + 1)
    ]
    return list(InboundMail.objects.filter(pk__in=mine, locked_until=until).order_by("pk"))


def deal_with(mail: InboundMail, at: datetime) -> None:
    """Do what one mail asks, and write down that it is done, in one transaction; on a fault of ours it waits."""
    ours = InboundMail.objects.filter(
        pk=mail.pk, state=InboundState.WAITING, attempts=mail.attempts, locked_until=mail.locked_until
    )
    try:
        received = Received(mail.octets()[: MOST_READ if mail.address_id is None else None], mail.sender)
        with transaction.atomic():
            if not ours.update(**outcome(take(mail, received, at), received, at)):
                raise NotOurs
    except (OperationalError, InterfaceError, NotOurs):
        logger.warning("mail %s that came in waits for another try", mail.pk, exc_info=True)
    except Exception as error:
        logger.exception("mail %s that came in could not be dealt with", mail.pk)
        is_stuck = mail.attempts >= MOST_ATTEMPTS
        ours.update(
            state=InboundState.STUCK if is_stuck else InboundState.WAITING,
            state_at=at,
            next_try=at + PAUSE * mail.attempts,
            locked_until=None,
            problem=f"{type(error).__name__}: {error}"[:500],
        )


def take(mail: InboundMail, received: Received, at: datetime) -> Taken:
    """What the kind of a mail makes of it."""
    kind = INBOUND.get(mail.kind)
    return (
        kind.take(mail, received, at)
        if kind is not None
        else Taken(problem="nobody has this address any more")
    )


def outcome(taken: Taken, received: Received, at: datetime) -> dict[str, object]:
    """What is written down of a mail that has been dealt with. A machine gets no answer."""
    is_answered = bool(taken.answer) and taken.person is not None and not received.is_automatic
    return {
        "state": InboundState.DROPPED if taken.problem else InboundState.DONE,
        "state_at": at,
        "next_try": at,
        "locked_until": None,
        "person": taken.person,
        "answer": taken.answer if is_answered else "",
        "words": taken.words[:500] if is_answered else "",
        "problem": taken.problem[:500],
    }


def answer_some(at: datetime) -> bool:
    """Send the short answers that are owed; False when there are none. One that may have left is not sent again."""
    owed = InboundMail.objects.exclude(answer="").filter(
        answered_at=None, state_at__gt=at - ANSWERED_WITHIN, next_try__lte=at
    )
    some = list(owed.select_related("person").order_by("pk")[:A_BATCH])
    for mail in some:
        if mail.person is None or not may_answer(mail, mail.person, at):
            InboundMail.objects.filter(pk=mail.pk).update(answer="")
        elif InboundMail.objects.filter(pk=mail.pk, answered_at=None).update(answered_at=at):
            send_answer(mail, mail.person, at)
    return bool(some)


def may_answer(mail: InboundMail, person: Person, at: datetime) -> bool:
    """One answer of a kind to a person within a day, and ten of all kinds (RFC 3834 §2)."""
    today = InboundMail.objects.filter(person=person, answered_at__gt=at - A_DAY)
    return (
        not today.filter(answer=mail.answer, words=mail.words).exists() and today.count() < MOST_ANSWERS_A_DAY
    )


def send_answer(mail: InboundMail, person: Person, at: datetime) -> None:
    """The short answer, from nobody, so that it never comes back; to the person, whoever wrote in their name."""
    address = Address.objects.filter(person=person, is_primary=True).exclude(verified_at=None).first()
    if address is None:
        return
    received = Received(mail.octets()[:MOST_READ], mail.sender)
    made = short_mail(person, address, mail.answer, {"words": mail.words})
    made.extra_headers |= answering(received)
    try:
        made.send()
    except (OSError, smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError):
        InboundMail.objects.filter(pk=mail.pk).update(answered_at=None, next_try=at + PAUSE)
    except smtplib.SMTPException:
        logger.warning("the answer to mail %s was refused", mail.pk, exc_info=True)


def answering(received: Received) -> dict[str, str]:
    """The headers by which an answer finds its place (RFC 3834 §3.1.5)."""
    threads = {"In-Reply-To": received.message_id, "References": " ".join(received.references)}
    return {name: value for name, value in threads.items() if value and value.isascii()}


def short_mail(person: Person, address: Address, name: str, words: dict[str, str]) -> EmailMessage:
    """A mail of a few lines from nobody: its envelope names no sender."""
    made = write(
        f"delivery/email/{name.replace('-', '_')}",
        to=address.value,
        language=person.language,
        zone=person.zone,
        context={"reader": person, "reading": whole(reading_path(person)), **words},
    )
    made.extra_headers |= {"From": settings.DEFAULT_FROM_EMAIL, "Auto-Submitted": "auto-replied"}
    made.from_email = ""
    return made


def forget_inbound(at: datetime) -> None:
    """The octets of mails go a week after they were dealt with, and what says that they came after a month.

    Those with which something went wrong here stay, for somebody's words are in them.
    """
    done = InboundMail.objects.filter(state__in=[InboundState.DONE, InboundState.DROPPED])
    for mail in done.filter(is_file=True, state_at__lt=at - OCTETS_KEPT).defer("raw"):
        mail.path.unlink(missing_ok=True)
        InboundMail.objects.filter(pk=mail.pk).update(is_file=False)
    done.filter(state_at__lt=at - OCTETS_KEPT).exclude(raw=None).update(raw=None)
    done.filter(at__lt=at - ROWS_KEPT, is_file=False, raw=None).delete()
    forget_puzzles(at)
    forget_complaints(at)
    sweep(at)


def sweep(at: datetime) -> None:
    """Files that no row speaks of: of a mail that came twice, or was never kept."""
    limit = (at - A_DAY).timestamp()
    for path in (Path(settings.PARVIS_DATA) / FOLDER).glob("*.eml"):
        if path.name.startswith("lmtp-") or path.stat().st_mtime > limit:
            continue
        if not InboundMail.objects.filter(key=path.stem, is_file=True).exists():
            path.unlink(missing_ok=True)
    sweep_parts(at)
