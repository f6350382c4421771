"""Whose page may be opened by whom: a venue that somebody typed says where they were, until the members may find it."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Person

from .models import Checkin, Venue, VenueState


def known_to(viewer: Viewer) -> QuerySet[Venue]:
    """The venues this viewer made, those every member may find, and those where they see somebody; nobody else's home.

    Who sees somebody at a venue that was merged knows the one to which it leads.
    """
    shown = Checkin.objects.visible_to(viewer)
    seen = Q(Exists(shown.filter(venue=OuterRef("pk")))) | Q(
        Exists(shown.filter(venue__merged_into=OuterRef("pk")))
    )
    if viewer.is_anonymous:
        return Venue.objects.filter(seen, is_private=False).exclude(state=VenueState.HIDDEN)
    shared = Q(is_shared=True) if viewer.is_member else Q(pk__in=[])
    others = Q(shared | seen, is_private=False) & ~Q(state=VenueState.HIDDEN)
    return Venue.objects.filter(Q(made_by=viewer.person_id) | others)


def may_correct(person: Person | None, venue: Venue) -> bool:
    """Who made it, and the owners for what every member finds."""
    return person is not None and (venue.made_by_id == person.pk or (venue.is_shared and person.is_owner))
