"""What follows when a mail is not delivered: the ledger says so, and an address that refuses for long is spared.

The rules are those of the research on lists (2.4): an address rests after two mails that say that nobody is there, a
day apart and with none delivered in between, or after five days of a full mailbox within thirty. What is about this
square, or about the size of a mail, never counts against its reader.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from parvis.core.people.models import Address, Notice, public_id
from parvis.lib.mail.bounces import category_of

from ..models import Bounce, BounceCategory, CopyState, Hold, Mail, MailKind, MailState
from .breaking import mind
from .marks import settle_copies
from .recalling import not_asked_back
from .subscribing import leave_all

A_DAY = timedelta(days=1)
WITHIN = timedelta(days=30)
DAYS_OF_TROUBLE = 5
PROBES_AFTER = (timedelta(days=3), timedelta(days=10), timedelta(days=30))
SILENCE = timedelta(days=2)
"""How long a mail that tries an address again may stay without a refusal until it counts as delivered."""
ENDED_AFTER = timedelta(days=60)
OF_THE_MAILBOX = (BounceCategory.FULL, BounceCategory.TRANSIENT)
SENT = (MailState.LEFT, MailState.UNKNOWN, MailState.LEAVING, MailState.REFUSED)


@transaction.atomic
def bounced(
    *,
    mail: Mail,
    category: str,
    status: str,
    words: str,
    at: datetime,
    named: Collection[str] = (),
    is_own: bool = False,
) -> Bounce | None:
    """One mail was not delivered, and never will be. Does nothing the second time.

    `named` are the addresses that the report speaks of, in lower case; of those of its reader the one it names is
    judged, else the one to which mails go. With `is_own` our own relay refused it, and no mail told so.
    """
    if mail.state not in SENT:
        return None
    address = address_of(mail, named)
    bounce, is_new = Bounce.objects.get_or_create(
        mail=mail,
        defaults={
            "address": address,
            "domain": domain_of(address),
            "category": category,
            "status": status[:20],
            "words": words[:300],
            "left_at": mail.state_at,
            "is_own": is_own,
            "at": at,
        },
    )
    if not is_new:
        return None
    if mail.state != MailState.REFUSED:
        problem = f"{status} {words}".strip()
        Mail.objects.filter(pk=mail.pk).update(
            state=MailState.REFUSED, state_at=at, problem=problem[:500], locked_until=None
        )
        settle_copies([mail.pk], state=CopyState.REFUSED, at=at)
        if mail.kind == MailKind.RECALL:
            not_asked_back(mail=mail, at=at)
    if category == BounceCategory.US:
        mind(bounce, at)
    elif address is not None and has_had_enough(bounce):
        hold(address, bounce, at)
    return bounce


def address_of(mail: Mail, named: Collection[str]) -> Address | None:
    """The address that did not get a mail, as far as it is still known."""
    rows = Address.objects.filter(person=mail.person_id, kind="mail").exclude(verified_at=None)
    return rows.filter(canonical__in=named).first() or rows.filter(is_primary=True).first()


def domain_of(address: Address | None) -> str:
    return address.canonical.rpartition("@")[2][:253] if address is not None else ""


def has_had_enough(bounce: Bounce) -> bool:
    """Whether this one makes its address rest."""
    before = Bounce.objects.filter(address=bounce.address, counts=True)
    if bounce.category == BounceCategory.GONE:
        earlier = before.filter(category=BounceCategory.GONE, left_at__lte=bounce.left_at - A_DAY)
        last = earlier.order_by("-left_at").first()
        return last is not None and not delivered_between(last, bounce)
    if bounce.category in OF_THE_MAILBOX:
        recent = before.filter(category__in=OF_THE_MAILBOX, left_at__gt=bounce.left_at - WITHIN)
        return len({moment.date() for moment in recent.values_list("left_at", flat=True)}) >= DAYS_OF_TROUBLE
    return False


def delivered_between(first: Bounce, second: Bounce) -> bool:
    """Whether a mail that left after the first, and before the second, has not come back."""
    rows = Mail.objects.filter(person=second.mail.person_id, state=MailState.LEFT)
    return rows.filter(state_at__gt=first.left_at, state_at__lt=second.left_at).exists()


def hold(address: Address, bounce: Bounce, at: datetime) -> None:
    """Send this address no more, but try it again after some days; its reader is told where they read us."""
    defaults = {
        "category": bounce.category,
        "words": bounce.words,
        "at": at,
        "next_probe_at": at + PROBES_AFTER[0],
    }
    _hold, is_new = Hold.objects.get_or_create(address=address, defaults=defaults)
    if is_new:
        Notice.objects.create(
            person_id=address.person_id, kind="delivery.held", about={"address": address.pk}, at=at
        )


@transaction.atomic
def release(*, hold: Hold, at: datetime, is_delivered: bool = False) -> None:
    """Mails go to this address again, and letters that waited for it: its reader asks for it, or one that tried it was not refused."""
    address = hold.address
    Bounce.objects.filter(address=address).update(counts=False)
    Notice.objects.filter(person=address.person_id, kind="delivery.held", about__address=address.pk).delete()
    waiting = Mail.objects.filter(
        person=address.person_id, kind=MailKind.LETTER, state=MailState.QUEUED, queued_at__lte=at
    )
    waiting.filter(next_try__gt=at).update(next_try=at)
    hold.delete()
    if is_delivered:
        Notice.objects.create(
            person_id=address.person_id, kind="delivery.released", about={"address": address.pk}, at=at
        )


@transaction.atomic
def probe_refused(*, hold: Hold, at: datetime, words: str) -> None:
    """A mail that tried an address was refused: the next one goes later, up to the third."""
    probes = hold.probes + 1
    mine = Hold.objects.filter(pk=hold.pk, probe_id=hold.probe_id).exclude(probe_left_at=None)
    following = hold.at + PROBES_AFTER[probes] if probes < len(PROBES_AFTER) else None
    mine.update(
        probes=probes,
        words=words[:300] or hold.words,
        probe_id=public_id(),
        probe_left_at=None,
        next_probe_at=following,
    )


def see_to_holds(at: datetime) -> None:
    """Mails go again to whoever took the one that tried; whoever took none for two months gets no more."""
    for one in Hold.objects.filter(probe_left_at__lte=at - SILENCE, ended_at=None).select_related("address"):
        release(hold=one, at=at, is_delivered=True)
    old = Hold.objects.filter(
        ended_at=None, probe_left_at=None, probes__gte=len(PROBES_AFTER), at__lte=at - ENDED_AFTER
    )
    for one in old.select_related("address__person"):
        give_up(one, at)


@transaction.atomic
def give_up(hold: Hold, at: datetime) -> None:
    """End the mails of whoever could not be reached for two months."""
    if Hold.objects.filter(pk=hold.pk, ended_at=None).update(ended_at=at):
        leave_all(person=hold.address.person, at=at)


def due_probes(at: datetime) -> list[Hold]:
    """The addresses that are to be tried again now, each claimed for whoever asked."""
    due = Hold.objects.filter(next_probe_at__lte=at, probe_left_at=None, ended_at=None)
    return [
        one
        for one in due.select_related("address__person")
        if Hold.objects.filter(pk=one.pk, next_probe_at=one.next_probe_at).update(
            next_probe_at=None, probe_left_at=at
        )
    ]


def probe_put_off(*, hold: Hold, at: datetime) -> None:
    """The mail that was to try an address could not leave: again in an hour."""
    Hold.objects.filter(pk=hold.pk).update(next_probe_at=at + timedelta(hours=1), probe_left_at=None)


def refused(*, mail: Mail, code: int, status: str, words: str) -> None:
    """The relay itself refused a mail for its recipient: what it says is judged like a mail that comes back."""
    said = status or str(code or "")
    mail.refresh_from_db(fields=["state", "state_at"])
    bounced(
        mail=mail, category=category_of(said, words), status=said, words=words, at=timezone.now(), is_own=True
    )
