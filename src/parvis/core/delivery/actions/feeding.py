"""A person's own feed: an address told once, closed at any time, and each copy it gives out in the ledger."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from parvis.core.people.actions.invitations import hashed
from parvis.core.people.models import Person

from ..letters import Item
from ..models import Copy, CopyState, FeedKey

IN_FEEDS = "feed"
NETWORKS_KEPT = 20
SEEN_AGAIN = timedelta(minutes=10)


@transaction.atomic
def open_feed(*, person: Person, at: datetime) -> str:
    """A new address for the feed of all they may see; the one before is closed. Its secret is told once (192 bits)."""
    close_feed(person=person, at=at)
    token = secrets.token_urlsafe(24)
    FeedKey.objects.create(person=person, token_hash=hashed(token), made_at=at)
    return token


def close_feed(*, person: Person, at: datetime) -> bool:
    """Close the address of their feed; False when there was none."""
    return FeedKey.objects.filter(person=person, closed_at=None).update(closed_at=at) > 0


def key_of(token: str) -> FeedKey | None:
    """The key that a feed's address holds, closed or not, of a person who is there."""
    rows = FeedKey.objects.select_related("person").filter(person__suspended_at=None, person__erased_at=None)
    return rows.filter(token_hash=hashed(token)).first()


@transaction.atomic
def fetched(*, key: FeedKey, items: Iterable[Item], network: str, at: datetime) -> None:
    """Write down which copies a fetch takes along: one line for each publication, at its first time."""
    mark = salted_hmac("parvis.delivery.feed", network, algorithm="sha256").hexdigest()[:16]
    is_news = mark not in key.networks or key.used_at is None or key.used_at < at - SEEN_AGAIN
    shown = {item.publication.pk: item for item in items}
    known = Copy.objects.filter(channel=IN_FEEDS, person=key.person_id, publication__in=shown)
    new = [shown[pk] for pk in shown.keys() - set(known.values_list("publication_id", flat=True))]
    if new:
        Copy.objects.bulk_create(copy_of(item, key, at) for item in new)
    if is_news:
        networks = [one for one in key.networks if one != mark][-NETWORKS_KEPT + 1 :]
        FeedKey.objects.filter(pk=key.pk).update(used_at=at, networks=[*networks, mark])


def copy_of(item: Item, key: FeedKey, at: datetime) -> Copy:
    return Copy(
        publication=item.publication,
        revision=item.publication.revision,
        channel=IN_FEEDS,
        person_id=key.person_id,
        audience=item.publication.audience,
        is_whole=item.is_whole,
        queued_at=at,
        left_at=at,
        state=CopyState.LEFT,
        state_at=at,
    )
