"""Saying yes or no to where posts that were brought seem to have come out first."""

from collections.abc import Sequence

from django.db import transaction

from parvis.core.people.models import Person

from ..models import Import, ImportItem, Original
from .fates import TEXTS


def proposed(import_of: Import, person: Person) -> Sequence[Original]:
    """The proposals of an import that wait for a yes: of one's own posts, and of those no member answers for."""
    brought = ImportItem.objects.filter(import_of=import_of, kind__in=TEXTS).values("publication")
    rows = Original.objects.unguarded("proposals shown to whoever answers for the posts").filter(
        is_confirmed=False, post__publication__in=brought, post__publication__deleted_at=None
    )
    found = rows.select_related("post__publication__author").order_by("post__publication__ord")
    return [row for row in found if answers_for(person, row)]


def answers_for(person: Person, original: Original) -> bool:
    """Whether a proposal is this person's to settle: the author's; for a guest's public post, the owners'."""
    publication = original.post.publication
    if publication.author_id == person.pk:
        return True
    return person.is_owner and not publication.author.is_member and publication.audience_id == 1


@transaction.atomic
def settle(*, originals: Sequence[Original], is_right: bool) -> int:
    """Confirm proposals, or drop them; how many."""
    numbers = [original.pk for original in originals]
    rows = Original.objects.filter(pk__in=numbers, is_confirmed=False)
    return rows.update(is_confirmed=True) if is_right else rows.delete()[0]
