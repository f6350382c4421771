"""Why an item was left out, or brought otherwise than one may expect, in sentences."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

SENTENCES: Mapping[str, Promise] = {
    "trash": _("It lay in the trash of the old site."),
    "spam": _("It is marked as spam."),
    "auto-draft": _("It is an empty draft that WordPress made by itself."),
    "menu": _("It is an entry of a menu: the square has its own."),
    "whole-menu": _("It is a menu: the square has its own."),
    "design": _("It belongs to the look of the old site (%(detail)s)."),
    "leftover": _("It is something WordPress keeps for itself (%(detail)s)."),
    "no-type": _("The file does not say what it is."),
    "unknown-type": _("The journal has no place for this kind of thing (%(detail)s)."),
    "unreadable": _("Nothing of it could be read: the file is damaged here."),
    "too-long": _("It is longer than two million characters."),
    "long-comment": _("It is longer than a hundred thousand characters."),
    "twice": _("Its number stands in the file a second time; the first one counts."),
    "known-guid": _("It is here already: its identifier (guid) came with another import (%(detail)s)."),
    "deleted-here": _("It was deleted here since it was brought."),
    "edited-here": _("It was changed here since it was brought; the newer text of the file was not taken."),
    "no-bytes": _("Its file is not at hand; the reference is kept: %(detail)s"),
    "file-refused": _("Its file was not taken: %(detail)s"),
    "shown-nowhere": _("Its file is at hand, but it belongs to no post that was brought and none shows it."),
    "attachment-comment": _("It answers a picture or a file, which has no page here."),
    "above-skipped": _("What it answers was not brought."),
    "unknown-comment": _("It is not a comment one writes (%(detail)s)."),
    "empty": _("It holds no words."),
    "taxonomy": _("The journal does not sort by “%(detail)s”; the word is kept with the posts that bear it."),
    "language-term": _("It says a language; the posts have it."),
    "future": _("Its date lies ahead (%(detail)s): it is a draft here, and nothing publishes it by itself."),
    "was-future": _("It was due on %(detail)s and not yet out: it is a draft here."),
    "pending": _("It waited for someone’s yes on the old site: it is a draft here."),
    "unknown-status": _("Its state “%(detail)s” is unknown here: it is a draft."),
    "no-status": _("The file does not say whether it was published: it is a draft here."),
    "no-date": _("The file has no date for it; it bears the date of its last change or of the import."),
    "shared-guid": _(
        "Another post of the old site has the same identifier (guid, %(detail)s); this one has got one of ours."
    ),
    "lost": _(
        "Some parts of it only the old site could draw (%(detail)s): they are left out, the words inside them stay."
    ),
    "absent-files": _(
        "It shows pictures or files that are not in the export: nothing stands in their place."
    ),
    "note-adrift": _(
        "Its note in another language is not shown, for nothing tells which one that is; it is kept with the post."
    ),
    "reaction": _("Kept as a comment; on the old site it was a %(detail)s."),
    "waits": _("It waits for a yes here as on the old site."),
    "moved-up": _("What it answered was not brought; it stands under the nearest comment above."),
}

# On a page, where the details are addresses and stand below.
APART: Mapping[str, Promise] = {
    "no-bytes": _("Its file is not at hand; the reference is kept."),
    "shared-guid": _(
        "Another post of the old site has the same identifier (guid); this one has got one of ours."
    ),
}


def sentence(code: str, detail: str = "") -> str:
    """The sentence in the language of whoever reads it; a code without one is its own sentence."""
    words = SENTENCES.get(code)
    return str(words) % {"detail": detail} if words is not None else code


def listed(names: Sequence[str], more: int) -> str:
    """Some names in one line, and how many more there are."""
    said = ", ".join(names)
    if not more:
        return said
    words = ngettext("%(names)s and %(count)d more", "%(names)s and %(count)d more", more)
    return words % {"names": said, "count": more}
