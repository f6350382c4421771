"""Shutting the door to someone: two rows, so that neither sees more of the other than what is public."""

from datetime import datetime

from django.db import transaction

from parvis.core.people.models import ConnectionRequest, Person

from ..models import NEVER, Block, GroupKind, Membership, Term
from .connections import disconnect


@transaction.atomic
def block(*, by: Person, person: Person, at: datetime) -> None:
    """Shut the door between two people; it ends their connection, and they leave each other's circles.

    What one had asked the other is gone, but for a no: it is still said when the door opens and they ask again.
    Where a circle keeps people out of something they stay kept out; it lets them in nowhere, not after an unblock.
    """
    for reader, owner in ((person, by), (by, person)):
        Block.objects.get_or_create(person=reader, owner=owner, by=by, defaults={"at": at})
    disconnect(one=by, other=person)
    asked = ConnectionRequest.objects.filter(asker__in=[by, person], asked__in=[by, person])
    asked.filter(declined_at=None).delete()
    asked.filter(withdrawn_at=None).update(withdrawn_at=at)
    places = Membership.objects.filter(
        group__kind=GroupKind.CIRCLE, group__owner__in=[by, person], person__in=[by, person]
    )
    keeping_out = places.filter(group__in=Term.objects.filter(sign=-1).values("group"))
    places.exclude(pk__in=keeping_out.values("pk")).delete()
    places.update(opens_from=NEVER)


def unblock(*, by: Person, person: Person) -> bool:
    """Open the door again, unless the other has shut it too. The connection does not come back by itself."""
    return Block.objects.filter(by=by, person__in=[by, person], owner__in=[by, person]).delete()[0] > 0
