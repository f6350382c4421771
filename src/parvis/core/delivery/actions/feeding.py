"""A person's own feeds: of each an address told once, closed at any time, and each copy it gives out in the ledger."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from parvis.core.audiences.rule import Viewer
from parvis.core.people.actions.invitations import hashed
from parvis.core.people.models import Person
from parvis.core.stream.models import Publication

from ..items import Item
from ..models import Copy, CopyState, FeedKey, Holds

IN_FEEDS = "feed"
TOMBSTONES_FOR = timedelta(days=30)
LOOKED_AT = 500
NETWORKS_KEPT = 20
SEEN_AGAIN = timedelta(minutes=10)


@dataclass(frozen=True)
class Gone:
    """A publication that its reader may not see any more, and since when it is asked back."""

    publication: Publication
    at: datetime


@transaction.atomic
def open_feed(*, person: Person, holds: str = Holds.ALL, at: datetime) -> str:
    """A new address for a feed of theirs; the one before is closed. Its secret is told once (192 bits)."""
    close_feed(person=person, holds=holds, at=at)
    token = secrets.token_urlsafe(24)
    FeedKey.objects.create(person=person, holds=holds, token_hash=hashed(token), made_at=at)
    return token


def close_feed(*, person: Person, holds: str = Holds.ALL, at: datetime) -> bool:
    """Close the address of a feed of theirs; False when there was none."""
    return FeedKey.objects.filter(person=person, holds=holds, closed_at=None).update(closed_at=at) > 0


def key_of(token: str) -> FeedKey | None:
    """The key that a feed's address holds, closed or not, of a person who is there."""
    rows = FeedKey.objects.select_related("person").filter(person__suspended_at=None, person__erased_at=None)
    return rows.filter(token_hash=hashed(token)).first()


@transaction.atomic
def fetched(*, key: FeedKey, items: Iterable[Item], network: str, at: datetime) -> None:
    """Write down which copies a fetch takes along: one line for each publication, at its first time by this address.

    What is given out again after it was asked back has left again.
    """
    mark = salted_hmac("parvis.delivery.feed", network, algorithm="sha256").hexdigest()[:16]
    is_news = mark not in key.networks or key.used_at is None or key.used_at < at - SEEN_AGAIN
    shown = {item.publication.pk: item for item in items}
    known = {copy.publication_id: copy for copy in given_out(key).filter(publication__in=shown)}
    new = [shown[pk] for pk in shown.keys() - known.keys()]
    for pk, copy in known.items():
        if leaves_again(copy, shown[pk], key):
            values = {"is_whole": copy.is_whole or shown[pk].is_whole, "left_at": at, "state_at": at}
            Copy.objects.filter(pk=copy.pk).update(state=CopyState.LEFT, **values)
    if new:
        Copy.objects.bulk_create(copy_of(item, key, at) for item in new)
    if is_news:
        networks = [one for one in key.networks if one != mark][-NETWORKS_KEPT + 1 :]
        FeedKey.objects.filter(pk=key.pk).update(used_at=at, networks=[*networks, mark])


def given_out(key: FeedKey) -> QuerySet[Copy]:
    """The copies that have left by this feed, by its addresses of before too."""
    return Copy.objects.filter(channel=IN_FEEDS, feed=key.holds, person=key.person_id)


def leaves_again(copy: Copy, item: Item, key: FeedKey) -> bool:
    """Whether a copy that is noted already leaves as it had not: asked back, by an address before, or as a link alone."""
    is_before = copy.left_at is None or copy.left_at < key.made_at
    return copy.state != CopyState.LEFT or is_before or (item.is_whole and not copy.is_whole)


@transaction.atomic
def let_go(*, key: FeedKey, viewer: Viewer, at: datetime) -> Sequence[Gone]:
    """What this address has given out and its reader may not see any more: asked back from now on, for thirty days.

    The newest copies alone are looked at, as many as reader programs may be thought to keep.
    """
    mine = given_out(key).filter(left_at__gte=key.made_at)
    held = mine.filter(
        Q(state=CopyState.LEFT) | Q(state=CopyState.ASKED, state_at__gt=at - TOMBSTONES_FOR)
    ).order_by("-left_at", "-pk")[:LOOKED_AT]
    copies = {copy.publication_id: copy for copy in held}
    seen = Publication.objects.visible_to(viewer).filter(pk__in=copies, deleted_at=None)
    gone = copies.keys() - set(seen.values_list("pk", flat=True))
    new = [copies[pk].pk for pk in gone if copies[pk].state == CopyState.LEFT]
    if new:
        Copy.objects.filter(pk__in=new).update(state=CopyState.ASKED, state_at=at)
    rows = Publication.objects.unguarded("what this very address has given out").filter(pk__in=gone)
    return [
        Gone(one, at if copies[one.pk].pk in new else copies[one.pk].state_at)
        for one in rows.defer("text", "title").order_by("-ord")
    ]


def copy_of(item: Item, key: FeedKey, at: datetime) -> Copy:
    return Copy(
        publication=item.publication,
        revision=item.publication.revision,
        channel=IN_FEEDS,
        feed=key.holds,
        person_id=key.person_id,
        audience=item.publication.audience,
        is_whole=item.is_whole,
        queued_at=at,
        left_at=at,
        state=CopyState.LEFT,
        state_at=at,
    )
