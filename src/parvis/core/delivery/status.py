"""How the mails of this square fare, in figures: for `parvis delivery status`, for the owners' page and their desk."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, Max, Min, Q, QuerySet, Value
from django.db.models.functions import Lower, StrIndex, Substr
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parvis.core.people.squares import the_square

from .intake import turned_away
from .mail import waiting as lying
from .models import Mail, MailState, Reading
from .relay import NoRelay, RelayAddress
from .room_letters import UNADDRESSED, UNWRITTEN

LONG = timedelta(hours=1)
"""A mail that has waited so long has met with something: what is due leaves within a minute or two."""
LATELY = timedelta(days=14)
SHOWN = 20
LEFT_HERE = {
    UNADDRESSED: gettext_lazy("No address of its reader takes mail: a letter waits two weeks for one."),
    UNWRITTEN: gettext_lazy(
        "A room failed to write it: the log of the server says why, and it is tried again for five days."
    ),
}
TROUBLE = (MailState.UNKNOWN, MailState.REFUSED)
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:=]+@")


@dataclass(frozen=True)
class Problem:
    """How many mails to a domain are in the same trouble, and what was said of the newest of them."""

    domain: str
    count: int
    state: MailState
    meaning: str
    words: str
    at: datetime


@dataclass(frozen=True)
class Status:
    """How many mails are in which state, and what became of the last ones. Numbers are of mails, not of readers.

    `turned_away` counts what came in and was put off, within a day; `zone` is the clock of the square.
    """

    relay: str
    counts: dict[str, int]
    waiting_since: datetime | None
    waiting_long: int
    left_today: int
    unknown_lately: int
    refused_lately: int
    in_outbox: int
    next_digest_at: datetime | None
    problems: Sequence[Problem]
    turned_away: int
    zone: str

    @property
    def waiting(self) -> int:
        return self.counts[MailState.QUEUED]


@dataclass(frozen=True)
class Trouble:
    """What asks for an owner's attention: mails that wait long, those nobody knows of, and those refused lately."""

    waiting_long: int
    unknown: int
    refused: int


def status(at: datetime) -> Status:
    """The figures of this moment."""
    counts = dict.fromkeys(MailState.values, 0)
    counts |= dict(Mail.objects.values_list("state").annotate(Count("pk")).order_by())
    zone = the_square().zone
    midnight = at.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    found = trouble(at)
    return Status(
        relay=relay_in_use(),
        counts=counts,
        waiting_since=due(at).aggregate(first=Min("queued_at"))["first"],
        waiting_long=found.waiting_long,
        left_today=Mail.objects.filter(state=MailState.LEFT, state_at__gte=midnight).count(),
        unknown_lately=found.unknown,
        refused_lately=found.refused,
        in_outbox=lying(),
        next_digest_at=next_digest(),
        problems=problems(at),
        turned_away=turned_away(at),
        zone=zone,
    )


def due(at: datetime) -> QuerySet[Mail]:
    """The mails that wait; not those whose reader rests, and letters that are not to leave yet."""
    found: QuerySet[Mail] = Mail.objects.filter(state=MailState.QUEUED, queued_at__lte=at)
    return found


def trouble(at: datetime) -> Trouble:
    """How many mails ask for attention."""
    long = Mail.objects.filter(state=MailState.QUEUED, queued_at__lt=at - LONG).count()
    lately = Mail.objects.filter(state__in=TROUBLE, state_at__gt=at - LATELY)
    counts: dict[str, int] = dict(lately.values_list("state").annotate(Count("pk")).order_by())
    return Trouble(long, counts.get(MailState.UNKNOWN, 0), counts.get(MailState.REFUSED, 0))


def relay_in_use() -> str:
    """Host and port of the relay, without its password; empty while mails are kept in the outbox."""
    try:
        relay = RelayAddress.read(settings.PARVIS_MAIL_URL)
    except NoRelay:
        return ""
    return f"{relay.host}:{relay.port}"


def next_digest() -> datetime | None:
    """When the next digest is due."""
    first = Reading.objects.aggregate(daily=Min("next_daily_at"), weekly=Min("next_weekly_at"))
    return min(filter(None, first.values()), default=None)


def in_trouble(at: datetime) -> QuerySet[Mail]:
    """The mails that were refused, or of which nobody knows, lately; and those that wait after a try."""
    waits = Q(state=MailState.QUEUED) & ~Q(problem="")
    return Mail.objects.filter(waits | Q(state__in=TROUBLE, state_at__gt=at - LATELY))


def problems(at: datetime) -> Sequence[Problem]:
    """What became of mails in trouble lately, by domain and state, the most frequent first, and what was said last."""
    rows = in_trouble(at).filter(
        person__addresses__is_primary=True, person__addresses__verified_at__isnull=False
    )
    address = F("person__addresses__value")
    domain = Lower(Substr(address, StrIndex(address, Value("@")) + 1))
    by_domain = rows.annotate(domain=domain)
    counted = by_domain.values_list("domain", "state").annotate(number=Count("pk"), last=Max("pk"))
    most = counted.order_by("-number", "domain", "state")[:SHOWN]
    last = by_domain.annotate(address=address).in_bulk([number for _name, _state, _count, number in most])
    return [problem_of(last[number], name, count) for name, _state, count, number in most if number in last]


def problem_of(mail: Any, domain: str, count: int) -> Problem:
    """What was said of the newest mail in one trouble at a domain, without anybody's address; `mail` knows its `address`."""
    state = MailState(mail.state)
    if mail.problem in LEFT_HERE:
        return Problem(domain, count, state, str(LEFT_HERE[mail.problem]), "", mail.state_at)
    words = masked(mail.problem, mail.address)
    return Problem(domain, count, state, meaning(mail.problem, state), words, mail.state_at)


def masked(problem: str, address: str) -> str:
    """What a relay said, without the part of an address that names a person."""
    words = _ADDRESS.sub("…@", problem)
    local = address.partition("@")[0]
    return re.sub(rf"(?<!\w){re.escape(local)}(?!\w)", "…", words, flags=re.IGNORECASE) if local else words


def meaning(problem: str, state: MailState) -> str:
    """What a relay said, in plain words (RFC 3463 for what its numbers mean)."""
    if state == MailState.UNKNOWN:
        return _("The line was cut before the relay answered: it may have arrived, and is not sent again.")
    found = re.search(r"\b([245]\.\d{1,3}\.\d{1,3})\b", problem)
    status = found[1] if found else ""
    subject = status[2:].partition(".")[0]
    if status[2:] in {"1.1", "1.0", "1.2", "1.10", "2.1"}:
        return _("This mailbox does not exist there, or no more.")
    if status[2:] == "2.2":
        return _("The mailbox is full.")
    if subject == "7":
        return _("They do not take mail from this square; “parvis delivery check-domain” may say why.")
    if state == MailState.QUEUED:
        return _("Not taken yet; it is tried again by itself, for five days.")
    return _("They do not take this mail.")
