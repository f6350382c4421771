"""What of this square takes part in the conversation between sites: which addresses take mentions, what they show."""

from collections.abc import Sequence
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from django.db.models import QuerySet

from parvis.core.audiences.rule import Viewer, microseconds
from parvis.core.people.squares import the_square
from parvis.core.stream.finding import stands_open
from parvis.core.stream.kinds import standing_at
from parvis.core.stream.models import Publication
from parvis.lib.web import Unfetched, WebAddress, is_public

from .links import whole
from .models import WebMention

MOST_SHOWN = 100


def is_reachable() -> bool:
    """Whether others can come to this square at its own address; one that stands on this machine alone is nobody to them."""
    try:
        host = WebAddress.read(whole("/")).host
    except Unfetched:
        return False
    try:
        return is_public(ip_address(host))
    except ValueError:
        return "." in host and not host.endswith((".localhost", ".local", ".internal"))


def is_on() -> bool:
    """Whether this square takes and sends mentions: its owners want it, and others can come here."""
    return the_square().web_mentions and is_reachable()


def takes_mentions(publication: Publication) -> bool:
    """Whether a publication that everyone sees takes mentions; where comments are closed, these are too."""
    return publication.under_id is None and publication.comments_closed_at is None and is_on()


def public_now(at: datetime) -> QuerySet[Publication]:
    """What any passer-by reads at this moment, in open rooms or not; comments are not among it."""
    passer_by = Viewer(at=microseconds(at))
    rows = Publication.objects.visible_to(passer_by).published(passer_by)
    return rows.filter(under=None, deleted_at=None)


def public_one(number: int, at: datetime) -> Publication | None:
    """This publication, if any passer-by reads it at this moment."""
    found = public_now(at).select_related("author").filter(pk=number).first()
    return found if found is not None and stands_open(found) else None


def is_here(url: str) -> bool:
    """Whether an address is one of this square, whatever stands there."""
    try:
        address, own = WebAddress.read(url), WebAddress.read(whole("/"))
    except Unfetched:
        return False
    return address.authority == own.authority


def target_at(url: str, at: datetime) -> Publication | None:
    """What takes mentions at an address of this square. None for all else alike, in as many statements."""
    if not is_here(url):
        return None
    parts = urlsplit(url)
    found = standing_at(unquote(parts.path).replace("\0", "")) if not parts.query else None
    seen = public_one(found.pk if found is not None else 0, at)
    return seen if seen is not None and takes_mentions(seen) else None


def shown_under(publication: Publication, at: datetime) -> Sequence[WebMention]:
    """The mentions under a publication, the oldest first; none while it is not public."""
    rows = WebMention.objects.visible_to(Viewer(at=microseconds(at))).shown().filter(publication=publication)
    return list(rows.order_by("received_at", "pk")[:MOST_SHOWN])
