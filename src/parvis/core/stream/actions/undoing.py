"""Second thoughts: what has just come out goes back to being a draft, before anything carries it away."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.lib.refusal import Refusal

from ..models import Placement, Publication
from ..search import forget
from .publishing import no_longer_public

UNDO_FOR = timedelta(seconds=10)
"""How long the way back is offered."""
SETTLED_AFTER = timedelta(seconds=15)
"""From then on it stays; whatever carries publications away (mail, announcements, other servers) begins no sooner."""


class TooLateToUndo(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("It has been out for more than a few seconds. You can still change who sees it, or delete it.")
        )


@transaction.atomic
def withdraw(*, publication: Publication, at: datetime) -> Publication:
    """Make a draft again of what has just come out, or waits to; it remembers for whom it was, and that it was out.

    Raises TooLateToUndo.
    """
    out_at = publication.published_at
    if out_at is None:
        return publication
    if at >= out_at + SETTLED_AFTER:
        raise TooLateToUndo
    if out_at <= at:
        publication.withdrawn_at = at
        no_longer_public(publication, at, None)
    publication.published_at = publication.edited_at = None
    publication.revision += 1
    publication.save(
        update_fields=["published_at", "edited_at", "withdrawn_at", "was_public", "public_until", "revision"]
    )
    Placement.objects.filter(publication=publication).delete()
    forget([publication])
    return publication
