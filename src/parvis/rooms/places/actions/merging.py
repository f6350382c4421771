"""Two entries for one place: the one leads to the other, and can be taken out of it again as it was.

Nothing that was written of a venue is moved: whoever reads looks through `merged_into`. So taking apart restores exactly.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Person
from parvis.lib.refusal import Refusal

from ..knowing import may_correct
from ..models import Venue
from .attending import rejudge_those_at
from .playing import play_anew


class OneAlready(Refusal):
    def __init__(self) -> None:
        super().__init__(_("These are one place already."))


class NotYours(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Only who added a place, or an owner of the square, merges it. You can report it to them.")
        )


class NotAsOpen(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "A place that members find can only lead to another that they find, and a home only to a home. "
                "Otherwise people would be led to what is not theirs to see."
            )
        )


@transaction.atomic
def merge(*, venue: Venue, into: Venue, by: Person, at: datetime) -> Venue:
    """Let a venue lead to another, or to where that one leads; gives the one that stands.

    One's own that nobody else finds may lead to any that members find. Raises NotYours, OneAlready, NotAsOpen.
    """
    rows = Venue.objects.select_for_update().filter(
        pk__in=[venue.pk, into.pk, into.merged_into_id or into.pk]
    )
    locked = {row.pk: row for row in rows.order_by("pk")}
    one, other = locked[venue.pk], locked[locked[into.pk].merged_into_id or into.pk]
    if one.merged_into_id is not None or one.pk == other.pk:
        raise OneAlready
    if not may_correct(by, one) or not (may_correct(by, other) or (other.is_shared and not one.is_shared)):
        raise NotYours
    if not is_as_open(one, other):
        raise NotAsOpen
    play_anew(Venue.objects.one_with(one))
    Venue.objects.filter(merged_into=one).update(merged_into=other)
    Venue.objects.filter(pk=one.pk).update(leads_to=other, merged_into=other, merged_at=at)
    rejudge_those_at(Venue.objects.one_with(other))
    return other


def is_as_open(one: Venue, other: Venue) -> bool:
    """Whether whoever may know of the one may know of the other."""
    return one.is_private == other.is_private and (other.is_shared or not one.is_shared)


@transaction.atomic
def take_apart(*, venue: Venue, by: Person) -> None:
    """Let a venue stand for itself again, with those that had been merged into it. Raises NotYours."""
    if not may_correct(by, venue):
        raise NotYours
    part(venue)


def part(venue: Venue) -> None:
    """Cut the way of a venue to another; what leads to it, however far, leads to it alone."""
    if venue.leads_to_id is None:
        return
    with_it, found = [venue.pk], [venue.pk]
    while found:
        found = list(Venue.objects.filter(leads_to__in=found).values_list("pk", flat=True))
        with_it += found
    play_anew(Venue.objects.filter(pk__in=with_it))
    stood = Venue.objects.filter(pk__in=[*with_it, venue.merged_into_id])
    Venue.objects.filter(pk=venue.pk).update(leads_to=None, merged_into=None, merged_at=None)
    Venue.objects.filter(pk__in=with_it[1:]).update(merged_into=venue)
    rejudge_those_at(stood)
    venue.leads_to = venue.merged_into = venue.merged_at = None


def part_from(venue: Venue) -> None:
    """Let go of all that leads to a venue that others shall not be led to any more."""
    for one in Venue.objects.filter(leads_to=venue):
        part(one)
