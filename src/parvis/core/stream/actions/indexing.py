"""Making the index of words anew, when a new version of Parvis folds or stems words in another way."""

from django.db import transaction

from parvis.core.audiences.rule import FOREVER
from parvis.lib.text.search import VERSION

from ..models import Publication, WordIndex
from ..search import index

BATCH = 200
MOST_AT_ONCE = 4_000


def index_anew(*, most: int = MOST_AT_ONCE) -> int:
    """Go on where the last call stopped, newest first, until `most` publications are done; how many were.

    Each batch is a transaction that also notes how far it came: whoever is interrupted goes on from there.
    """
    done = 0
    while done < most:
        some = index_next(min(BATCH, most - done))
        if not some:
            break
        done += some
    return done


@transaction.atomic
def index_next(size: int) -> int:
    """Index the next publications that have come out; how many. None are left when it is 0."""
    how_far = WordIndex.objects.select_for_update().first() or WordIndex(version=0)
    if how_far.version != VERSION:
        how_far.version, how_far.reached = VERSION, FOREVER
    if how_far.reached is None:
        return 0
    rows = Publication.objects.unguarded("its words are indexed; each search asks the rule")
    left = rows.filter(ord__lt=how_far.reached, deleted_at=None).exclude(published_at=None)
    some = list(left.select_for_update().order_by("-ord")[:size])
    index(some)
    how_far.reached = some[-1].ord if some else None
    how_far.save()
    return len(some)
