"""A check-in as it is carried away: in mails and feeds, for those for whom it is."""

from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from parvis.core.stream.models import Publication
from parvis.lib.markup import plain
from parvis.lib.text.typography import elided

from .cards import card
from .maps import drawn_to_carry
from .models import Checkin, Mode


def html(publication: Publication) -> str:
    """The whole of a check-in, in the language of the moment: where, when, its words, and a map (microformats2: h-entry).

    It says what the card says to its readers, no more exactly.
    """
    rows = Checkin.objects.unguarded("whoever gets the publication may read it")
    row = rows.filter(publication=publication).select_related("venue__merged_into").first()
    if row is None:
        return ""
    at = card(row, publication)
    context = {"at": at, "publication": publication, "map": drawn_to_carry(at)}
    return render_to_string("places/carried.html", context)


def announced(publication: Publication) -> str:
    """A check-in in plain words: the place as it is said to its readers here, and the words."""
    rows = Checkin.objects.unguarded("its author announces it")
    row = rows.filter(publication=publication).select_related("venue__merged_into").first()
    if row is None:
        return ""
    at = card(row, publication)
    where = ", ".join(filter(None, [at.place, at.about]))
    said = {Mode.WAS_HERE: _("Was at: %(where)s"), Mode.FROM_AFAR: _("From afar: %(where)s")}
    line = said.get(Mode(row.mode), _("At: %(where)s")) % {"where": where}
    return "\n\n".join(filter(None, [line, plain(row.html) if row.html else ""]))


def heading(publication: Publication) -> str:
    """What a check-in is called where nothing of it may be told."""
    name = publication.author.name
    return elided(_("%(name)s has checked in") % {"name": name}, name, get_language() or "")
