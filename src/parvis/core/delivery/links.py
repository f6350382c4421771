"""Links that need no login: they end subscriptions, change how mails come, and answer; they can do or show nothing else.

They never run out (RFC 8058 asks that leaving always works), and hold nothing of the reader's address.
"""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from parvis.core.people.models import Person
from parvis.core.people.squares import the_square

from .models import Channel, Mail, MailKind, Subscription

ID, OF_A_MARK = 20, 40  # characters


class NoSuchLink(LookupError):
    """Whatever this link says, this house has not written it."""


def whole(path: str) -> str:
    """A path of this square as a whole address; empty while the square does not know its own."""
    base = str(settings.PARVIS_URL or the_square().url).rstrip("/")
    return base + path if base else ""


def mark(what: str, public_id: str) -> str:
    """What makes a public id a key: 160 bits that only this house can write."""
    return salted_hmac(f"parvis.delivery.{what}", public_id, algorithm="sha256").hexdigest()[:OF_A_MARK]


def key(what: str, public_id: str) -> str:
    return public_id + mark(what, public_id)


def opened(what: str, token: str) -> str:
    """The public id in a token that this house wrote for this; "" for any other."""
    public_id, rest = token[:ID], token[ID:]
    return public_id if rest.isascii() and constant_time_compare(rest, mark(what, public_id)) else ""


def leaving_path(subscription: Subscription) -> str:
    """Where one subscription is left with one click."""
    return reverse("subscription-leave", args=[key("leave", subscription.public_id)])


def digest_leaving_path(person: Person, rhythm: str) -> str:
    """Where all that comes to a person in the digest of this rhythm is left with one click."""
    return reverse("digest-leave", args=[rhythm, key(f"digest {rhythm}", person.public_id)])


def leaving_all_path(person: Person) -> str:
    """Where all mails to a person are ended with one click."""
    return reverse("all-leave", args=[key("leave-all", person.public_id)])


def notices_leaving_path(person: Person, kinds: Iterable[str]) -> str:
    """Where mails of these kinds of notice are ended with one click."""
    names = "+".join(sorted(kinds))
    return reverse("notices-leave", args=[names, key(f"notices {names}", person.public_id)])


def reading_path(person: Person) -> str:
    """The page of all that comes to a person by mail."""
    return reverse("subscriptions-by-link", args=[key("reading", person.public_id)])


def subscription_of(token: str) -> Subscription | None:
    """The subscription by mail that a link leaves, if it is not left already."""
    public_id = opened("leave", token)
    rows = Subscription.objects.select_related("follow__person", "follow__source__person")
    return rows.filter(public_id=public_id, channel=Channel.MAIL).first() if public_id else None


def recall_of(token: str) -> Mail | None:
    """The mail that asked a copy back, by the link in it. Raises NoSuchLink for what this house did not write."""
    public_id = opened("gone", token)
    if not public_id:
        raise NoSuchLink
    rows = Mail.objects.filter(kind=MailKind.RECALL).select_related("person")
    return rows.filter(public_id=public_id).first()


def reader_of(token: str) -> Person | None:
    """The person whose page of subscriptions a link opens, while they are there."""
    return person_of("reading", token)


def reader_of_digest(rhythm: str, token: str) -> Person | None:
    """The person whose digest of this rhythm a link ends, while they are there."""
    return person_of(f"digest {rhythm}", token)


def reader_of_all(token: str) -> Person | None:
    """The person all of whose mails a link ends, while they are there."""
    return person_of("leave-all", token)


def told_by(kinds: str, token: str) -> Person | None:
    """The person whose mails of these kinds of notice a link ends, while they are there."""
    return person_of(f"notices {kinds}", token)


def person_of(what: str, token: str) -> Person | None:
    """The person whom a token that this house wrote for this names, while they are there."""
    public_id = opened(what, token)
    found: Person | None = Person.objects.active().filter(public_id=public_id).first() if public_id else None
    return found
