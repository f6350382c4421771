"""What the house is told of venues that are reported, and of corrections that wait."""

from datetime import datetime

from django.db.models import Exists, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from parvis.core.delivery.notices import Sentence, number_of
from parvis.core.people.models import Notice, Person

from .knowing import may_correct
from .models import Venue, VenueProposal, VenueState


def venue_page(public_id: str) -> str:
    """The page of a venue; nothing once it is hidden for good, or there is none."""
    venue = Venue.objects.filter(public_id=public_id).first()
    if venue is None or (venue.state == VenueState.HIDDEN and venue.hidden_until is None):
        return ""
    return reverse("places:venue", args=[public_id])


def proposed(notice: Notice) -> Sentence | None:
    """Somebody proposes a correction of a venue that one keeps."""
    rows = VenueProposal.objects.select_related("venue", "by")
    found = rows.filter(pk=notice.about.get("proposal")).first()
    if found is None or not may_correct(notice.person, found.venue):
        return None
    words = _("%(name)s proposes a correction of “%(place)s”.")
    path = reverse("places:venue", args=[found.venue.public_id])
    return Sentence(words % {"name": found.by.name, "place": found.venue.name}, path, by=found.by)


def proposed_stands(person: Person, at: datetime) -> Q:
    """Of `proposed`: it still waits, for this person."""
    mine = Q(venue__made_by=person) | (Q(venue__is_shared=True) if person.is_owner else Q(pk__in=[]))
    return Q(Exists(VenueProposal.objects.filter(mine, pk=number_of("proposal"))))
