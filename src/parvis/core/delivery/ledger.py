"""The copies of a publication that have left, told to its author in plain sentences; how many, never to whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Max, When
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parvis.core.audiences.models import PUBLIC
from parvis.core.stream.models import Publication

from .actions.feeding import IN_FEEDS
from .actions.outward import IN_MENTIONS
from .ledger_mentions import by_mention
from .models import Copy, CopyState, MailState


@dataclass(frozen=True)
class Line:
    """Some copies of one kind: what is true of them, and what can still be done."""

    words: str
    advice: str = ""


def lines_of(publication: Publication, at: datetime) -> Sequence[Line]:
    """Everything known of the copies of a publication, the surest first."""
    rows = (
        Copy.objects.filter(publication=publication)
        .annotate(kept=Case(When(mail__state=MailState.KEPT, then=True), default=False))
        .values("channel", "state", "is_whole", "kept")
        .annotate(count=Count("pk"), last=Max("left_at"))
        .order_by("channel", "state", "-is_whole", "kept")
    )
    found = [line for row in rows for line in said(row)]
    return [*found, *in_public(publication, at)]


def said(row: Mapping[str, Any]) -> Sequence[Line]:
    """The sentences for some copies of one channel that are in one state."""
    if row["channel"] == IN_FEEDS:
        return by_feed(row["is_whole"], row["count"], row["last"])
    if row["channel"] == IN_MENTIONS:
        return [Line(*said) for said in by_mention(row["state"], row["count"], row["last"])]
    if row["kept"]:
        return in_the_outbox(row["count"])
    return by_mail(row["state"], row["is_whole"], row["count"], row["last"])


def by_mail(state: str, is_whole: bool, count: int, last: datetime | None) -> Sequence[Line]:
    """Copies in mails that are in one state. Those that were not sent are no copies, and why they were not is not told."""
    told = {"count": count, "day": date_format(last, "DATE_FORMAT") if last is not None else ""}
    match state:
        case CopyState.LEFT if is_whole:
            words = ngettext(
                "%(count)d mail has left with the whole text, on %(day)s.",
                "%(count)d mails have left with the whole text, the last on %(day)s.",
                count,
            )
            return [Line(words % told, _("A mail that has left cannot be taken back."))]
        case CopyState.LEFT:
            words = ngettext(
                "%(count)d mail has left with the title and a link, on %(day)s.",
                "%(count)d mails have left with the title and a link, the last on %(day)s.",
                count,
            )
            advice = _("The text stays here: whoever may no longer see it finds nothing behind the link.")
            return [Line(words % told, advice)]
        case CopyState.UNKNOWN:
            words = ngettext(
                "Of %(count)d mail nobody knows whether it has left: the line broke at that very moment.",
                "Of %(count)d mails nobody knows whether they have left: the line broke at that very moment.",
                count,
            )
            return [Line(words % told, _("They are not sent again, so that nobody gets anything twice."))]
        case CopyState.QUEUED:
            words = ngettext("%(count)d mail waits to leave.", "%(count)d mails wait to leave.", count)
            advice = _("Whether its reader may still see this is asked once more when it leaves.")
            return [Line(words % told, advice)]
        case CopyState.REFUSED:
            words = ngettext(
                "%(count)d mail was refused on the other side.",
                "%(count)d mails were refused on the other side.",
                count,
            )
            return [Line(words % told)]
    return []


def in_the_outbox(count: int) -> Sequence[Line]:
    """Copies in mails that were written while there was no relay: they are sent by nobody."""
    words = ngettext(
        "%(count)d mail was written, but not sent: this square has no mail relay.",
        "%(count)d mails were written, but not sent: this square has no mail relay.",
        count,
    )
    advice = _("They lie in a folder of the owners, and are not sent later either.")
    return [Line(words % {"count": count}, advice)]


def by_feed(is_whole: bool, count: int, last: datetime) -> Sequence[Line]:
    """Copies that reader programs have fetched by their readers' own addresses."""
    told = {"count": count, "day": date_format(last, "DATE_FORMAT")}
    if is_whole:
        words = ngettext(
            "%(count)d reader’s program has fetched the whole text, on %(day)s.",
            "%(count)d readers’ programs have fetched the whole text, the last on %(day)s.",
            count,
        )
        return [Line(words % told, _("Some programs keep everything; the next fetch no longer holds it."))]
    words = ngettext(
        "%(count)d reader’s program has fetched the title and a link, on %(day)s.",
        "%(count)d readers’ programs have fetched the title and a link, the last on %(day)s.",
        count,
    )
    advice = _("The text stays here: whoever may no longer see it finds nothing behind the link.")
    return [Line(words % told, advice)]


def in_public(publication: Publication, at: datetime) -> Sequence[Line]:
    """What is, or was, open to everyone may have been kept by anyone."""
    if publication.published_at is None or publication.published_at > at:
        return []
    since = {"day": date_format(publication.published_at, "DATE_FORMAT")}
    if publication.audience_id == PUBLIC:
        return [
            Line(
                _("It has been public since %(day)s.") % since,
                _("Anyone may have read, copied or archived it; nobody knows who."),
            )
        ]
    if publication.was_public:
        return [
            Line(
                _("It was public for some time."),
                _("Anyone may have read, copied or archived it then; nobody knows who."),
            )
        ]
    return []
