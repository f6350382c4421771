"""A creator's own accounts: at a bank, and at a payment provider. Nothing is ever pooled, and no key is shown again."""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from parvis.core.people.models import Person
from parvis.lib.bills import Unbillable, checks
from parvis.lib.funding.campaigns import BEFORE, RUNNING, CampaignState, Collection
from parvis.lib.refusal import Refusal

from ..models import (
    Attempt,
    BankAccount,
    Campaign,
    CardAccount,
    Dispute,
    Pledge,
    Provider,
    Refund,
    RefundState,
)
from ..provider.gateways import sealed
from ..words.faults import said
from .locking import hold_accounts

NEEDED = Q(state__in=[*map(str, RUNNING), CampaignState.SUSPENDED]) | Q(
    collection__in=[Collection.COLLECTING, Collection.GRACE]
)
"""Campaigns that need their accounts: they run, or what was promised to them is being collected."""


class NotSo(Refusal):
    """Something in a form cannot be so; `field` says which."""

    def __init__(self, field: str, words: object) -> None:
        super().__init__(words)
        self.field = field


class KnownAccount(NotSo):
    def __init__(self) -> None:
        super().__init__("iban", _("This account is in your list already."))


class OneIsEnough(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("You have an account at this provider already. Give it new keys, or close it first.")
        )


class InUse(Refusal):
    def __init__(self, campaign: Campaign) -> None:
        super().__init__(
            _("“%(title)s” needs this account until all is collected. It can be closed after that.")
            % {"title": campaign.publication.title}
        )


class ModeStands(NotSo):
    def __init__(self, title: str) -> None:
        super().__init__(
            "key",
            _(
                "“%(title)s” runs with the other mode, for tests or in earnest: a key of this one would debit nobody who left a card."
            )
            % {"title": title},
        )


class OtherAccount(NotSo):
    def __init__(self, title: str) -> None:
        super().__init__(
            "key",
            _(
                "This is a key of another account at Stripe. “%(title)s” needs the one you have here: "
                "the cards that were left for it are there. Take a key of that account."
            )
            % {"title": title},
        )


class PaidThrough(NotSo):
    def __init__(self) -> None:
        super().__init__(
            "key",
            _(
                "This is a key of another account at Stripe. What was paid through the one you have here can only go back "
                "through it. Close that one here first, then add this one."
            ),
        )


class NoPretending(Refusal):
    def __init__(self) -> None:
        super().__init__(_("This square takes no make-believe payments."))


@dataclass(frozen=True, kw_only=True)
class Bank:
    """An account as its holder typed it."""

    holder: str
    street: str
    house_number: str
    postal_code: str
    town: str
    country: str
    iban: str
    bic: str = ""


def checked(bank: Bank) -> Bank:
    """The same as bills will have it. Raises NotSo."""
    try:
        iban = checks.iban("iban", bank.iban, "")
        return replace(
            bank,
            holder=checks.text("holder", bank.holder, 70),
            street=checks.text("street", bank.street, 70, needed=False),
            house_number=checks.text("house_number", bank.house_number, 16, needed=False),
            postal_code=checks.text("postal_code", bank.postal_code, 16),
            town=checks.text("town", bank.town, 35),
            country=checks.country("country", bank.country),
            iban=iban,
            bic=checks.bic("bic", bank.bic, iban, ""),
        )
    except Unbillable as fault:
        raise NotSo(fault.field, said(fault)) from fault


@transaction.atomic
def open_bank(*, person: Person, bank: Bank, at: datetime) -> BankAccount:
    """An account to which bills are paid. Raises NotSo, KnownAccount."""
    bank = checked(bank)
    if BankAccount.objects.filter(person=person, iban=bank.iban, closed_at=None).exists():
        raise KnownAccount
    return BankAccount.objects.create(person=person, made_at=at, **asdict(bank))


@transaction.atomic
def close_bank(*, account: BankAccount, at: datetime) -> None:
    """It is used no more; campaigns that were not launched lose it. Raises InUse."""
    hold_accounts(account.person)
    mine = campaigns_with(bank=account)
    refuse_in_use(mine)
    mine.filter(state__in=[*map(str, BEFORE)]).update(bank=None)
    BankAccount.objects.filter(pk=account.pk, closed_at=None).update(closed_at=at)


def campaigns_with(**account: object) -> "QuerySet[Campaign]":
    rows = Campaign.objects.unguarded("campaigns of an account's owner").filter(**account)
    return rows.select_for_update()


def refuse_in_use(campaigns: "QuerySet[Campaign]") -> None:
    """Raises InUse."""
    needs = campaigns.filter(NEEDED).first()
    if needs is not None:
        raise InUse(needs)


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The secret key of an account at a provider, the signing secret of what it tells us, and the account's name there."""

    key: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    name: str = ""


@transaction.atomic
def open_cards(*, person: Person, provider: str, keys: Keys, at: datetime) -> CardAccount:
    """An account that takes cards. Its keys are sealed, and never shown again. Raises NotSo, OneIsEnough, NoPretending."""
    if CardAccount.objects.filter(person=person, provider=provider, closed_at=None).exists():
        raise OneIsEnough
    if provider == Provider.FAKE:
        if not settings.PARVIS_PRETEND_PAYMENTS:
            raise NoPretending
        return CardAccount.objects.create(person=person, provider=provider, made_at=at)
    return CardAccount.objects.create(
        person=person,
        provider=provider,
        key=sealed(keys.key),
        secret=sealed(keys.secret),
        name=keys.name,
        is_live=mode_of(keys),
        made_at=at,
    )


def mode_of(keys: Keys) -> bool:
    """Whether keys of Stripe's debit in earnest. Raises NotSo for what is no such key."""
    key, secret = keys.key, keys.secret
    if key.startswith("pk_"):
        raise NotSo("key", _("This is the publishable key. The secret one begins with sk_ or rk_."))
    if not key.startswith(("sk_live_", "sk_test_", "rk_live_", "rk_test_")) or len(key) < 20:
        raise NotSo("key", _("A secret key of Stripe begins with sk_live_, rk_live_, sk_test_ or rk_test_."))
    if not secret.startswith("whsec_") or len(secret) < 12:
        raise NotSo("secret", _("The signing secret of an endpoint begins with whsec_."))
    return "_live_" in key


@transaction.atomic
def change_keys(*, account: CardAccount, keys: Keys) -> None:
    """Other keys for the same account. Raises NotSo, ModeStands, OtherAccount, PaidThrough."""
    is_live = mode_of(keys)
    hold_accounts(account.person)
    account.refresh_from_db()
    needs = campaigns_with(card=account).filter(NEEDED).first()
    if needs is not None and is_live != account.is_live:
        raise ModeStands(needs.publication.title)
    if account.name not in {"", keys.name}:
        refuse_another(account, needs)
    account.key, account.secret, account.is_live = sealed(keys.key), sealed(keys.secret), is_live
    account.name, account.problem, account.checked_at = keys.name, "", None
    account.save(update_fields=["key", "secret", "name", "is_live", "problem", "checked_at"])


def refuse_another(account: CardAccount, needs: Campaign | None) -> None:
    """Raises OtherAccount and PaidThrough, unless nothing has ever happened through this one."""
    if needs is not None:
        raise OtherAccount(needs.publication.title)
    if Attempt.objects.filter(account=account).exists():
        raise PaidThrough


class ReturnsOpen(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Money still goes back through this account, or a payment is disputed. Close it once that has ended."
            )
        )


def refuse_with_open_returns(account: CardAccount) -> None:
    """Raises ReturnsOpen: without its keys nothing goes back to anybody."""
    open_refunds = Refund.objects.filter(
        attempt__account=account, state__in=[RefundState.PREPARED, RefundState.ASKED]
    )
    disputed = Dispute.objects.filter(attempt__account=account, stage="asked")
    undone = Pledge.objects.filter(
        tries__account=account, campaign__in=campaigns_with(card=account).filter(collection=Collection.UNDONE)
    ).filter(received__gt=F("returned"))
    if open_refunds.exists() or disputed.exists() or undone.exists():
        raise ReturnsOpen


@transaction.atomic
def close_cards(*, account: CardAccount, at: datetime) -> None:
    """Its keys are forgotten; campaigns that were not launched lose it. Raises InUse and ReturnsOpen."""
    hold_accounts(account.person)
    mine = campaigns_with(card=account)
    refuse_in_use(mine)
    refuse_with_open_returns(account)
    mine.filter(state__in=[*map(str, BEFORE)]).update(card=None)
    CardAccount.objects.filter(pk=account.pk, closed_at=None).update(closed_at=at, key="", secret="")
