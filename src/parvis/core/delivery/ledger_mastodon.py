"""The lines of the ledger for what was announced at an account of Mastodon."""

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from .models import CopyState
from .ways_out import Line, Tally

SAID = {
    CopyState.LEFT: (
        _("It was announced on Mastodon on %(day)s."),
        _(
            "If it is narrowed, hidden or deleted here, its deletion is asked for there. Who read it keeps what they read."
        ),
    ),
    CopyState.ASKED: (
        _("On Mastodon, its deletion is being asked for."),
        _("Until the server answers, it still stands there."),
    ),
    CopyState.CONFIRMED: (
        _("It was announced on Mastodon, and your server says that it is deleted there."),
        _("Other servers are told so by yours; whether they do it, nobody here can check."),
    ),
    CopyState.REFUSED: (_("Your server of Mastodon did not take it."), ""),
    CopyState.UNKNOWN: (
        _(
            "Of what was to be announced on Mastodon nobody knows whether it stands there: the server did not answer."
        ),
        _("Look there, and delete it there if it does."),
    ),
    CopyState.UNANSWERED: (
        _(
            "It was announced on Mastodon, and cannot be taken back from here: as far as we know it still stands there."
        ),
        _("You can delete it there yourself."),
    ),
}
"""What is true of an announcement in a state, and what can still be done."""


def by_mastodon(tallies: Sequence[Tally]) -> Sequence[Line]:
    """What waits, or did not leave, says nothing yet."""
    return [line(tally) for tally in tallies if tally.state in SAID]


def line(tally: Tally) -> Line:
    words, advice = SAID[CopyState(tally.state)]
    day = date_format(tally.last, "DATE_FORMAT") if tally.last is not None else ""
    return Line(str(words) % {"day": day}, str(advice))
