"""Why something was left out, or what is worth knowing of what came, in sentences."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, Promise] = {
    "no-moment": _("The file does not say when it was."),
    "no-place": _("The file says neither where it was nor anything else of it."),
    "bad-point": _(
        "Its latitude and longitude are no place on the earth. They may have been swapped; nothing was guessed."
    ),
    "unlikely": _("The phone itself did not think it likely."),
    "short": _("It lasted less than ten minutes."),
    "twice": _("It stands there more than once; the first one counts."),
    "points": _("These are %(detail)s bare positions that were no stay anywhere; they were not kept."),
    "passive": _(
        "The phone noticed it by itself, and nobody said so. It helped to find where places are, and was not kept."
    ),
    "moving": _("It was a way from one place to another."),
    "broken": _("The file breaks off or is damaged there; what stands before was read (%(detail)s)."),
    "malformed": _("It is not shaped as it should be."),
    "settings": _("These are settings of a phone or an account."),
    "encrypted": _("It is locked with a key that nobody has here."),
    "other": _("This part of the export holds no check-ins."),
    "unknown": _("This is no format that can be read here."),
    "too-large": _("It unpacks to far more than such a file holds."),
    "too-deep": _("It is nested deeper than such a file ever is."),
    "entities": _("It declares entities of its own, which no such file needs."),
    "nothing": _("It is empty."),
    "ahead": _("It lies ahead in time."),
    "from-here": _("It was made here, and is here."),
    "deleted-here": _("You deleted it here since it was brought."),
    "changed-here": _("You changed it here since it was brought; what the file says now was not taken."),
    "not-placed": _("It is here by its name alone: the file does not say where that is."),
    "by-others": _("Somebody else checked you in there."),
    "companions": _("It names who was with you. Names of others are not brought."),
    "photos": _("It has photos elsewhere (%(detail)s). They are not fetched."),
    "cut": _("Its words are longer than a check-in can hold; the first %(detail)s characters are here."),
}


def sentence(reason: str, detail: str = "") -> str:
    """A reason as a sentence."""
    return str(SENTENCES[reason] % {"detail": detail})
