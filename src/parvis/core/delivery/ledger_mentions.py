"""The lines of the ledger for pages elsewhere that were told that a text links to them."""

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from .models import CopyState
from .ways_out import Line, Tally

SAID = {
    CopyState.LEFT: (
        ngettext_lazy(
            "%(count)d page to which it links was told so, on %(day)s.",
            "%(count)d pages to which it links were told so, the last on %(day)s.",
            "count",
        ),
        _("If it is public no more, they are asked to take away what they show of it."),
    ),
    CopyState.ASKED: (
        ngettext_lazy(
            "%(count)d page was told that it is gone, and has not said what it does.",
            "%(count)d pages were told that it is gone, and have not said what they do.",
            "count",
        ),
        _("What they keep is theirs to decide."),
    ),
    CopyState.CONFIRMED: (
        ngettext_lazy(
            "%(count)d page was told that it is gone, and answers that it has seen to it.",
            "%(count)d pages were told that it is gone, and answer that they have seen to it.",
            "count",
        ),
        _("Nobody here can check that."),
    ),
    CopyState.REFUSED: (
        ngettext_lazy(
            "%(count)d page did not want to be told of it.",
            "%(count)d pages did not want to be told of it.",
            "count",
        ),
        "",
    ),
    CopyState.UNKNOWN: (
        ngettext_lazy(
            "Of %(count)d page nobody knows whether it was told: it did not answer.",
            "Of %(count)d pages nobody knows whether they were told: they did not answer.",
            "count",
        ),
        "",
    ),
    CopyState.UNANSWERED: (
        ngettext_lazy(
            "%(count)d page could not be told that it is gone: it does not answer any more.",
            "%(count)d pages could not be told that it is gone: they do not answer any more.",
            "count",
        ),
        "",
    ),
}
"""What is true of the mentions in a state, and what can still be done."""


def by_mention(tallies: Sequence[Tally]) -> Sequence[Line]:
    """Those that wait, or did not leave, say nothing yet."""
    return [line(tally) for tally in tallies if tally.state in SAID]


def line(tally: Tally) -> Line:
    words, advice = SAID[CopyState(tally.state)]
    day = date_format(tally.last, "DATE_FORMAT") if tally.last is not None else ""
    return Line(words % {"count": tally.count, "day": day}, str(advice))
