"""Mails for those who have nothing but an address: asked for by anyone, begun only by whoever reads that address.

The limits are those of the research on subscription bombing: a form must never be a way to fill somebody's mailbox.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from parvis.core.people.actions import guest, verify_address
from parvis.core.people.actions.invitations import hashed
from parvis.core.people.models import Person, Role
from parvis.core.people.models.person import canonical
from parvis.core.people.squares import the_square
from parvis.core.stream.models import Source
from parvis.lib.refusal import Refusal

from ..models import Asked, Channel, Subscription
from .subscribing import subscribe

VALID_FOR = timedelta(days=7)
AGAIN_AFTER = timedelta(days=1)
A_MONTH = timedelta(days=30)
MOST_A_MONTH = 3
MOST_AN_HOUR, TIMES_THE_MEAN = 20, 2


class AskedTooOften(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Many people are asking for mails just now. Come back in an hour, or follow by the feed meanwhile."
            )
        )


def ask(
    *,
    address: str,
    source: Source,
    rhythm: str,
    languages: Sequence[str] = (),
    language: str,
    at: datetime,
    is_by_mail: bool = False,
) -> str:
    """Note that mails of a source are asked for; the secret of the link that says yes, told this once (192 bits).

    Empty when this address has been written to enough: nothing tells the asker so. Raises AskedTooOften when all
    askers together are too many; who asks by a mail of their own (`is_by_mail`) spends as much as they make us spend, and is
    counted by address alone.
    """
    if not is_by_mail and asked_since(
        at - timedelta(hours=1)
    ) >= MOST_AN_HOUR + TIMES_THE_MEAN * mean_of_an_hour(at):
        raise AskedTooOften
    address_hash = hashed_address(address)
    before = Asked.objects.filter(address_hash=address_hash)
    if (
        before.filter(at__gt=at - AGAIN_AFTER).exists()
        or before.filter(at__gt=at - A_MONTH).count() >= MOST_A_MONTH
    ):
        return ""
    token = secrets.token_urlsafe(24)
    Asked.objects.create(
        token_hash=hashed(token),
        address=address.strip(),
        address_hash=address_hash,
        source=source,
        rhythm=rhythm,
        languages=list(languages),
        language=language,
        at=at,
        until=at + VALID_FOR,
    )
    return token


def hashed_address(address: str) -> str:
    """What is kept of an address after a week, and what counts how often it was written to."""
    return salted_hmac("parvis.delivery.asked", canonical(address), algorithm="sha256").hexdigest()


def asked_since(at: datetime) -> int:
    return Asked.objects.filter(at__gt=at).count()


def mean_of_an_hour(at: datetime) -> float:
    """How many were asked for in an hour, in the mean of the week before this hour."""
    hours = 7 * 24
    week = Asked.objects.filter(at__gt=at - timedelta(hours=hours + 1), at__lte=at - timedelta(hours=1))
    return week.count() / hours


def asked_by(token: str, at: datetime) -> Asked | None:
    """What the link of a mail asks for, while it can still be said yes to."""
    return (
        Asked.objects.select_related("source__person").filter(token_hash=hashed(token), until__gt=at).first()
    )


@transaction.atomic
def confirm(*, asked: Asked, at: datetime) -> Subscription:
    """Whoever reads the address says yes: from now on the mails come, as asked for this time.

    They are known here as a guest, if not already.
    """
    person = Person.objects.reached_by(asked.address).first()
    if person is None:
        person = guest(
            name=asked.address.partition("@")[0],
            address=None,
            at=at,
            language=asked.language,
            zone=the_square().zone,
        )
        verify_address(person=person, value=asked.address, at=at)
    elif person.role == Role.GUEST and person.language != asked.language:
        person.language = asked.language  # a guest has no other page to say so; a member has settings
        person.save(update_fields=["language"])
    followed = subscribe(
        person=person,
        source=asked.source,
        channel=Channel.MAIL,
        rhythm=asked.rhythm,
        languages=asked.languages,
        at=at,
    )
    asked.until = at
    asked.save(update_fields=["until"])
    return Subscription.objects.get(follow=followed)


def forget_asked(at: datetime) -> None:
    """What nobody said yes to in a week loses its address; the marks that keep the count go after a month."""
    Asked.objects.filter(at__lt=at - A_MONTH).delete()
    Asked.objects.filter(until__lt=at).exclude(address="").update(address="")
