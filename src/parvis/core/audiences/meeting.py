"""Who may know of whom: whose page one may open, and whose portrait one may see."""

from django.db.models import Q

from parvis.core.people.models import Role

from .models import Block
from .rule import Viewer


def may_meet(viewer: Viewer) -> Q:
    """The people whose page this viewer may open.

    Members meet all who take part, visitors and guests those who let visitors see their page; nobody meets across a
    shut door, nor guests.
    """
    there = Q(suspended_at=None, erased_at=None) & ~Q(role=Role.GUEST)
    if viewer.person_id is None:
        return there & Q(is_listed=True)
    shut = Block.objects.filter(person=viewer.person_id).values("owner")
    known = Q() if viewer.is_member else Q(is_listed=True)
    return there & (Q(pk=viewer.person_id) | known & ~Q(pk__in=shut))
