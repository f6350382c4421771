"""The lines of the ledger for pages elsewhere that were told that a text links to them."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from .models import CopyState

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
"""What is true of the mentions in a state, and what can still be done. Those that wait, or did not leave, say nothing yet."""


def by_mention(state: str, count: int, last: datetime | None) -> Sequence[tuple[str, str]]:
    """(what is true, what can still be done) of the mentions that are in one state."""
    if state not in SAID:
        return []
    words, advice = SAID[CopyState(state)]
    day = date_format(last, "DATE_FORMAT") if last is not None else ""
    return [(words % {"count": count, "day": day}, str(advice))]
