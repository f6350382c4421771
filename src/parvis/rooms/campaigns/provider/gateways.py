"""The gateway of an account at a payment provider; nothing here asks the network before it is used."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from django.conf import settings

from parvis.lib.payments import Gateway, NotReady
from parvis.lib.payments.fake import FakeGateway
from parvis.lib.sealed import Unsealable, seal, unseal

from ..models import CardAccount, Provider

PURPOSE = "campaigns: payment provider"


def sealed(text: str) -> str:
    """A key of a provider as it is kept."""
    return seal(text, key=settings.SECRET_KEY, purpose=PURPOSE)


def last_four(account: CardAccount) -> str:
    """The end of its key, by which whoever has it knows it again; "" where there is none to be read."""
    try:
        return unseal(account.key, key=settings.SECRET_KEY, purpose=PURPOSE)[-4:] if account.key else ""
    except Unsealable:
        return ""


def stripe(key: str, secret: str) -> Gateway:
    # Only who has installed the extra has Stripe's library.
    from parvis.lib.payments.stripe_gateway import StripeGateway  # noqa: PLC0415

    return StripeGateway(key=key, webhook_secret=secret)


def fake(key: str, secret: str) -> Gateway:
    return FakeGateway(leaves="")  # each chooses what to leave on our own page


MADE_BY: Mapping[str, Callable[[str, str], Gateway]] = {Provider.STRIPE: stripe, Provider.FAKE: fake}
OTHERWISE: dict[str, Gateway] = {}
"""Gateways by the public id of an account, for tests and benches."""


def gateway_of(account: CardAccount) -> Gateway:
    """What debits for this account. Raises NotReady."""
    if account.public_id in OTHERWISE:
        return OTHERWISE[account.public_id]
    if account.closed_at is not None:
        raise NotReady("the account was closed")
    return made(account.provider, account.key, account.secret)


@lru_cache(maxsize=64)
def made(provider: str, key: str, secret: str) -> Gateway:
    try:
        opened = [
            unseal(text, key=settings.SECRET_KEY, purpose=PURPOSE) if text else "" for text in (key, secret)
        ]
    except Unsealable as error:
        raise NotReady("the keys were sealed by another house") from error
    return MADE_BY[provider](opened[0], opened[1])
