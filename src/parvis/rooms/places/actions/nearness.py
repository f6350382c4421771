"""Telling two people that they are close to one another, when both want to be told."""

from datetime import datetime

from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Notice, Person
from parvis.core.stream.models import Publication

from ..models import Presence
from ..near import IN_THE_SAME_PART, Near, connected_to, near_now

CLOSE = "places.close"
MOST = 50


def tell_near(publication: Publication, at: datetime) -> None:
    """Tell the author of a check-in, and each of their connections who is close by, of one another.

    Each is told only what their page of who is near says of the other at this moment.
    """
    me = publication.author
    if publication.published_at is None or publication.published_at > at or not wants(me):
        return
    at = max(at, publication.ord_at)
    willing = Presence.objects.filter(is_told=True).values("person")
    for other in connected_to(me).filter(pk__in=willing).order_by("pk")[:MOST]:
        seen = close_to(other, me, at)
        if seen is not None and seen.public_id == publication.public_id:
            once(other, seen, at)
            back = close_to(me, other, at)
            if back is not None:
                once(me, back, at)


def wants(person: Person) -> bool:
    return Presence.objects.filter(person=person, is_told=True).exists()


def close_to(one: Person, other: Person, at: datetime) -> Near | None:
    """What one's page says of another who is close by; None when it says that of nobody, or not of them."""
    rows = near_now(one, Viewer.of(one, at), only=other)
    return next((row for row in rows if row.rank <= IN_THE_SAME_PART), None)


def once(person: Person, seen: Near, at: datetime) -> None:
    about = {"publication": seen.publication}
    if not Notice.objects.filter(person=person, kind=CLOSE, about=about).exists():
        Notice.objects.create(person=person, kind=CLOSE, about=about, at=at)
