"""What the ledger says of copies that left by mail, in feeds of their readers’ own, and in copies of what is held on people."""

from collections.abc import Iterable, Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .ledger import OUT
from .models import CopyState
from .ways_out import Line, Tally


def counted(tallies: Iterable[Tally]) -> tuple[int, dict[str, object]]:
    """How many there are in all; and, in words, with when they left: a day, or from one to another."""
    some = list(tallies)
    days = sorted({day for one in some for day in (one.first, one.last) if day is not None})
    said = list(dict.fromkeys(date_format(day, "DATE_FORMAT") for day in days))
    when = ""
    if len(said) == 1:
        when = _("on %(day)s") % {"day": said[0]}
    elif said:
        when = _("from %(first)s to %(last)s") % {"first": said[0], "last": said[-1]}
    count = sum(one.count for one in some)
    return count, {"count": count, "when": when}


def by_mail(tallies: Sequence[Tally]) -> Sequence[Line]:
    """Copies in mails. Those that were not sent are no copies, and why they were not is not told."""
    kept = [one for one in tallies if one.is_kept]
    others = [one for one in tallies if not one.is_kept]
    out = [one for one in others if one.state in OUT]
    return [
        *mails_whole([one for one in out if one.is_whole and not one.is_digest]),
        *mails_begun([one for one in out if one.is_whole and one.is_digest]),
        *mails_with_a_link([one for one in out if not one.is_whole]),
        *answered(out),
        *mails_under_way(others),
        *in_the_outbox(kept),
    ]


def mails_whole(some: Sequence[Tally]) -> Sequence[Line]:
    if not some:
        return []
    count, told = counted(some)
    words = ngettext(
        "%(count)d mail has left with the whole text, %(when)s.",
        "%(count)d mails have left with the whole text, %(when)s.",
        count,
    )
    return [Line(words % told, _("A mail that has left cannot be taken back."))]


def mails_begun(some: Sequence[Tally]) -> Sequence[Line]:
    if not some:
        return []
    count, told = counted(some)
    words = ngettext(
        "%(count)d digest has left with its beginning, %(when)s.",
        "%(count)d digests have left with its beginning, %(when)s.",
        count,
    )
    return [Line(words % told, _("A mail that has left cannot be taken back."))]


def mails_with_a_link(some: Sequence[Tally]) -> Sequence[Line]:
    if not some:
        return []
    count, told = counted(some)
    words = ngettext(
        "%(count)d mail has left with the title and a link, %(when)s.",
        "%(count)d mails have left with the title and a link, %(when)s.",
        count,
    )
    return [
        Line(
            words % told,
            _("The text stays here: whoever may no longer see it finds nothing behind the link."),
        )
    ]


def answered(out: Sequence[Tally]) -> Sequence[Line]:
    """How many say that they have deleted theirs: it is they who say so, by an act of their own."""
    count = sum(one.count for one in out if one.state == CopyState.CONFIRMED)
    if not count:
        return []
    words = ngettext("%(count)d person says it is deleted.", "%(count)d people say it is deleted.", count)
    return [Line(words % {"count": count})]


def mails_under_way(others: Sequence[Tally]) -> Sequence[Line]:
    """Copies that wait, that may have left, and that were refused."""
    lines = []
    if count := sum(one.count for one in others if one.state == CopyState.UNKNOWN):
        words = ngettext(
            "Of %(count)d mail nobody knows whether it has left: the line broke at that very moment.",
            "Of %(count)d mails nobody knows whether they have left: the line broke at that very moment.",
            count,
        )
        advice = _("They are not sent again, so that nobody gets anything twice.")
        lines.append(Line(words % {"count": count}, advice))
    if count := sum(one.count for one in others if one.state == CopyState.QUEUED):
        words = ngettext("%(count)d mail waits to leave.", "%(count)d mails wait to leave.", count)
        advice = _("Whether its reader may still see this is asked once more when it leaves.")
        lines.append(Line(words % {"count": count}, advice))
    if count := sum(one.count for one in others if one.state == CopyState.REFUSED):
        words = ngettext(
            "%(count)d mail was refused on the other side.",
            "%(count)d mails were refused on the other side.",
            count,
        )
        lines.append(Line(words % {"count": count}))
    return lines


def in_the_outbox(kept: Sequence[Tally]) -> Sequence[Line]:
    """Copies in mails that were written while there was no relay: they are sent by nobody."""
    count = sum(one.count for one in kept)
    if not count:
        return []
    words = ngettext(
        "%(count)d mail was written, but not sent: this square has no mail relay.",
        "%(count)d mails were written, but not sent: this square has no mail relay.",
        count,
    )
    advice = _("They lie in a folder of the owners, and are not sent later either.")
    return [Line(words % {"count": count}, advice)]


def by_feed(tallies: Sequence[Tally]) -> Sequence[Line]:
    """Copies that reader programs have fetched by their readers’ own addresses."""
    lines = []
    if whole := [one for one in tallies if one.is_whole]:
        count, told = counted(whole)
        words = ngettext(
            "%(count)d reader’s program has fetched the whole text, %(when)s.",
            "%(count)d readers’ programs have fetched the whole text, %(when)s.",
            count,
        )
        lines.append(
            Line(
                words % told,
                _("The next fetch asks to let it go, where it is no longer open; some keep everything."),
            )
        )
    if links := [one for one in tallies if not one.is_whole]:
        count, told = counted(links)
        words = ngettext(
            "%(count)d reader’s program has fetched the title and a link, %(when)s.",
            "%(count)d readers’ programs have fetched the title and a link, %(when)s.",
            count,
        )
        advice = _("The text stays here: whoever may no longer see it finds nothing behind the link.")
        lines.append(Line(words % told, advice))
    return lines


def by_export(tallies: Sequence[Tally]) -> Sequence[Line]:
    """Copies in what people took with them of what is held on them."""
    count, told = counted(tallies)
    words = ngettext(
        "It is in %(count)d copy that someone took of what is held on them, %(when)s.",
        "It is in %(count)d copies that people took of what is held on them, %(when)s.",
        count,
    )
    return [Line(words % told, _("Such a copy is a file of theirs: nobody can take it back."))]
