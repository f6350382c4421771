"""Which pictures of one's check-ins did not come, and why, in sentences for their author alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Person
from parvis.core.stream.models import Publication

from ..models import Import, ImportItem, NotFetched, PictureElsewhere
from ..models.posting import PictureElsewhereQuerySet

SHOWN = 50
SENTENCES: Mapping[str, Promise] = {
    NotFetched.GONE: _("There is nothing at this address any more."),
    NotFetched.CLOSED: _("Its site does not give it (it answers %(status)s)."),
    NotFetched.NO_PICTURE: _(
        "What stands there is not a picture that can be shown here. JPEG, PNG, GIF, WebP and AVIF pictures can."
    ),
    NotFetched.UNSHOWABLE: _("The picture is damaged, or has more pixels than can be shown here."),
    NotFetched.TOO_LARGE: _("It is larger than %(limit)s MB."),
    NotFetched.NOT_ASKED: _(
        "This server asks for nothing there: the address leads into a network that is not public, to an unusual "
        "port, or from one address to the next without an end."
    ),
    NotFetched.SILENT: _("Its site was asked five times and did not answer in time."),
    NotFetched.BUSY: _("Its site was asked five times and could not give it (it answers %(status)s)."),
    NotFetched.OURS: _(
        "It came, but could not be kept here. Whoever keeps the server finds the reason in the log."
    ),
}


@dataclass(frozen=True)
class Missing:
    """Pictures that did not come, the latest first, with the reasons; `more` is how many there are beyond those shown.

    `to_come` counts those of a check-in that are still asked for.
    """

    pictures: Sequence[tuple[PictureElsewhere, str]]
    more: int = 0
    to_come: int = 0


def missing_of(person: Person, import_of: Import) -> Missing:
    """Those of what came by one import and stands."""
    items = ImportItem.objects.filter(import_of=import_of).values("publication")
    rows = PictureElsewhere.objects.of(person).filter(publication__in=items, publication__deleted_at=None)
    return with_reasons(rows.missing().select_related("publication__whereabouts"))


def missing_on(publication: Publication) -> Missing:
    """Those of one check-in, for its author."""
    rows = PictureElsewhere.objects.of(publication.author).filter(publication=publication)
    return replace(with_reasons(rows.missing()), to_come=rows.to_come().count())


def with_reasons(rows: PictureElsewhereQuerySet) -> Missing:
    found = list(rows.order_by("-pk")[: SHOWN + 1])
    more = rows.count() - SHOWN if len(found) > SHOWN else 0
    return Missing([(row, why(row)) for row in found[:SHOWN]], more)


def why(row: PictureElsewhere) -> str:
    """Why it did not come."""
    values = {"status": row.status, "limit": settings.PARVIS_UPLOAD_LIMIT // 2**20}
    return str(SENTENCES[row.problem] % values)
