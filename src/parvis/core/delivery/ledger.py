"""The copies of a publication that have left, told to its author in plain sentences; how many, never to whom.

Who could not be asked for a copy, and why, is not told either: it would tell who has left, or shut a door.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Max, Min, When
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from parvis.core.audiences.models import PUBLIC, Audience
from parvis.core.audiences.rule import microseconds
from parvis.core.audiences.words import for_whom
from parvis.core.stream.audience_now import audience_now
from parvis.core.stream.models import Publication

from .models import Copy, CopyState, MailKind, MailState, Recall
from .ways_out import WAYS_OUT, Line, Tally

OUT = (CopyState.LEFT, CopyState.ASKED, CopyState.CONFIRMED, CopyState.UNANSWERED)
"""States of copies that have left."""


def lines_of(publication: Publication, at: datetime) -> Sequence[Line]:
    """Everything known of the copies of a publication, way by way."""
    by_channel: dict[str, list[Tally]] = {}
    for channel, tally in tallies(publication):
        by_channel.setdefault(channel, []).append(tally)
    found = [
        line
        for channel, some in by_channel.items()
        if channel in WAYS_OUT
        for line in WAYS_OUT[channel].say(some)
    ]
    return [*found, *asking(publication), *in_public(publication, at)]


def tallies(publication: Publication) -> Sequence[tuple[str, Tally]]:
    """The copies of a publication, counted by channel and by what is told apart. One query."""
    rows = (
        Copy.objects.filter(publication=publication)
        .annotate(
            kept=Case(When(mail__state=MailState.KEPT, then=True), default=False),
            digest=Case(When(mail__kind=MailKind.DIGEST, then=True), default=False),
        )
        .values("channel", "state", "is_whole", "kept", "digest")
        .annotate(count=Count("pk"), first=Min("left_at"), last=Max("left_at"))
        .order_by("channel", "state", "-is_whole", "kept", "digest")
    )
    return [(row["channel"], tally(row)) for row in rows]


def tally(row: Mapping[str, Any]) -> Tally:
    return Tally(
        state=row["state"],
        is_whole=row["is_whole"],
        is_kept=row["kept"],
        is_digest=row["digest"],
        count=row["count"],
        first=row["first"],
        last=row["last"],
    )


def asking(publication: Publication) -> Sequence[Line]:
    """When those who hold a copy were last asked for it."""
    last = Recall.objects.filter(publication=publication).order_by("-at").first()
    if last is None:
        return []
    words = _("On %(day)s you asked whoever holds a mail and may no longer read it to delete it.")
    advice = _("Those who can be asked are asked once. Nobody can check what they do.")
    return [Line(words % {"day": date_format(last.at, "DATE_FORMAT")}, advice)]


def in_public(publication: Publication, at: datetime) -> Sequence[Line]:
    """What is, or was, open to everyone may have been kept by anyone."""
    if publication.published_at is None or publication.published_at > at:
        return [was_public(publication)] if publication.was_public else []
    since = {"day": date_format(publication.published_at, "DATE_FORMAT")}
    if publication.audience_id == PUBLIC and publication.deleted_at is None:
        return [
            Line(
                _("It has been public since %(day)s.") % since,
                _("Anyone may have read, copied or archived it; nobody knows who."),
            )
        ]
    return [was_public(publication)] if publication.was_public else []


def was_public(publication: Publication) -> Line:
    advice = _("Anyone may have read, copied or archived it then; nobody knows who.")
    if publication.public_until is None:
        return Line(_("It was public for some time."), advice)
    day = {"day": date_format(publication.public_until, "DATE_FORMAT")}
    return Line(_("It was public until %(day)s.") % day, advice)


def under_which(publication: Publication) -> Sequence[tuple[str, int]]:
    """For whom it was when copies left, as its author says it, and how many left then; nothing while it was always the same."""
    rows = Copy.objects.filter(publication=publication, state__in=OUT).values_list("audience")
    counts = dict(rows.annotate(count=Count("pk")).order_by("audience"))
    if set(counts) <= {publication.audience_id}:
        return []
    audiences = Audience.objects.in_bulk(counts)
    return [(for_whom(audiences[pk], publication.author), count) for pk, count in counts.items()]


def may_ask(publication: Publication, at: datetime) -> bool:
    """Whether its author may ask for copies: some left while it was for others than now, and were not asked for yet."""
    askable = [channel for channel, way in WAYS_OUT.items() if way.ask is not None]
    held = Copy.objects.filter(
        publication=publication, channel__in=askable, state__in=[CopyState.LEFT, CopyState.UNKNOWN]
    )
    last = Recall.objects.filter(publication=publication).order_by("-at").first()
    if last is not None:
        held = held.filter(state_at__gt=last.at)
    if publication.deleted_at is None and not publication.is_draft:
        now = audience_now(publication, microseconds(at))
        if now is None or now.is_public:
            return False
        held = held.exclude(audience=now)
    return held.exists()


def ask_back(publication: Publication, at: datetime) -> None:
    """Ask all who can be asked, by every way."""
    for way in WAYS_OUT.values():
        if way.ask is not None:
            way.ask(publication, at)
