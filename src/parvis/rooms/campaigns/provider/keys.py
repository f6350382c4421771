"""Keys of an account at Stripe: first it is asked whose they are, then they are kept. What Stripe does not vouch for is not."""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Person
from parvis.lib.payments import NotReady

from ..actions import accounts
from ..actions.accounts import Keys, NotSo
from ..models import CardAccount, Provider
from .gateways import MADE_BY


class KeyRefused(NotSo):
    def __init__(self) -> None:
        super().__init__(
            "key", _("Stripe does not accept this key. Copy it once more from there, or make another one.")
        )


class KeyForbidden(NotSo):
    def __init__(self, lacks: str) -> None:
        words = _(
            "This key may not read its own account, so nobody can tell whose it is. "
            "Give it the permission %(lacks)s at Stripe, or take the secret key."
        )
        super().__init__("key", words % {"lacks": lacks})


class NoAnswer(NotSo):
    def __init__(self) -> None:
        super().__init__(
            "key", _("Stripe does not answer now. Nothing was kept; try again in a few minutes.")
        )


class NoLibrary(NotSo):
    def __init__(self) -> None:
        super().__init__(
            "key", _("This square cannot talk to Stripe yet: whoever runs it must add its library first.")
        )


READS_AN_ACCOUNT = "accounts_kyc_basic_read"
"""What Stripe calls the permission to read an account, should it not say."""


def open_at_stripe(*, person: Person, keys: Keys, at: datetime) -> CardAccount:
    """An account that takes cards. Raises what `owned` does, and OneIsEnough."""
    keys = owned(keys)
    return accounts.open_cards(person=person, provider=Provider.STRIPE, keys=keys, at=at)


def change_keys(*, account: CardAccount, keys: Keys) -> None:
    """Other keys for the same account. Raises what `owned` does, ModeStands, OtherAccount, PaidThrough."""
    accounts.change_keys(account=account, keys=owned(keys))


def owned(keys: Keys) -> Keys:
    """The keys with the name of the account that they open, as Stripe says. Raises NotSo, KeyRefused, KeyForbidden, NoAnswer, NoLibrary."""
    accounts.mode_of(keys)
    try:
        whose = MADE_BY[Provider.STRIPE](keys.key, keys.secret).whose()
    except NotReady as error:
        raise NoLibrary from error
    if whose.status == "refused":
        raise KeyRefused
    if whose.status == "forbidden":
        raise KeyForbidden(whose.lacks or READS_AN_ACCOUNT)
    if whose.status == "unknown":
        raise NoAnswer
    return replace(keys, name=whose.account)
