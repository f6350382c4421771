"""An account of Mastodon at which a person announces what they choose: connected by their yes there, ended here at any time."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from parvis.core.people.models import Person
from parvis.core.stream.models import Publication
from parvis.lib.sealed import Unsealable, seal, unseal

from ..models import Announcement, Copy, CopyState, MastodonAccount, MastodonApp, ReadThere

PURPOSE = "parvis.delivery.mastodon"


def sealed(text: str) -> str:
    """As it is kept."""
    return seal(text, key=settings.SECRET_KEY, purpose=PURPOSE)


def opened(text: str) -> str:
    """What was kept; nothing when the key of the house is another one now."""
    try:
        return unseal(text, key=settings.SECRET_KEY, purpose=PURPOSE)
    except Unsealable:
        return ""


def keep_app(*, server: str, redirect: str, client: str, secret: str, at: datetime) -> MastodonApp:
    """What a server calls this square, for all who have an account there."""
    kept = {"redirect": redirect, "client": client, "secret_sealed": sealed(secret), "made_at": at}
    return MastodonApp.objects.update_or_create(server=server, defaults=kept)[0]


@transaction.atomic
def connect_account(*, person: Person, server: str, name: str, token: str, at: datetime) -> MastodonAccount:
    """This is a person's account now. What was announced at another cannot be taken back from here any more."""
    known = MastodonAccount.objects.filter(person=person).first()
    if known is not None and (known.server, known.name) != (server, name):
        end_account(account=known, at=at)
    kept = {"server": server, "name": name, "token_sealed": sealed(token), "made_at": at, "problem": ""}
    return MastodonAccount.objects.update_or_create(person=person, defaults=kept)[0]


def choose_readers(*, account: MastodonAccount, visibility: str) -> None:
    """Who reads there what is announced, unless it is said otherwise each time."""
    MastodonAccount.objects.filter(pk=account.pk).update(visibility=ReadThere(visibility))


@transaction.atomic
def end_account(*, account: MastodonAccount, at: datetime) -> None:
    """The house may post there no more; what was announced stays there, and the ledger says so."""
    for row in Announcement.objects.filter(account=account):
        unsaid = CopyState.UNKNOWN if row.doubtful_since is not None else CopyState.CANCELLED
        settle(row, unsaid if row.told_at is None else CopyState.UNANSWERED, at)
    account.delete()


def settle(row: Announcement, state: str, at: datetime, **more: object) -> None:
    """The ledger says what became of an announcement."""
    if row.copy_id is not None:
        Copy.objects.filter(pk=row.copy_id).update(state=state, state_at=at, **more)


def forget_accounts(at: datetime) -> None:
    """Let go of the accounts of those who have left, once nothing of theirs is left to take back."""
    deleted = Publication.objects.unguarded("it is to be taken back elsewhere").exclude(deleted_at=None)
    to_take_back = Announcement.objects.filter(account=OuterRef("pk"), publication__in=deleted)
    left = MastodonAccount.objects.exclude(person__erased_at=None)
    for account in left.exclude(Exists(to_take_back.exclude(told_at=None))):
        end_account(account=account, at=at)
