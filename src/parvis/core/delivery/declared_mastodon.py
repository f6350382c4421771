"""What announcing elsewhere declares: its lines in the ledger, and what is kept of accounts there."""

from typing import Any

from django.utils.translation import gettext_lazy

from parvis.core.people.personal import Personal
from parvis.core.people.personal import register as register_personal

from .actions.announcing import IN_MASTODON
from .ledger_mastodon import by_mastodon
from .models import Announcement, MastodonAccount
from .ways_out import WayOut
from .ways_out import register as register_ways

register_ways(WayOut(channel=IN_MASTODON, say=by_mastodon))  # asked by itself


def account_export(row: MastodonAccount) -> dict[str, Any]:
    return {"server": row.server, "name": row.name, "connected_at": row.made_at}


def announcement_export(row: Announcement) -> dict[str, Any]:
    return {"publication": row.publication.public_id, "announced_at": row.told_at, "named_there": row.remote}


def stays_until_taken_back(row: MastodonAccount | Announcement) -> None:
    """Nothing to change now: the chore `delivery.accounts` lets it go once nothing is left to take back."""


BECAUSE = gettext_lazy(
    "What you announced of what is deleted is taken back there; then we forget the account."
)

register_personal(
    Personal(
        model=MastodonAccount,
        owner="person",
        title=gettext_lazy("Your account of Mastodon"),
        erase="anonymise",
        because=BECAUSE,
        forget=stays_until_taken_back,
        export=account_export,
    ),
    Personal(
        model=Announcement,
        owner="publication__author",
        title=gettext_lazy("What you announced on Mastodon"),
        erase="anonymise",
        because=BECAUSE,
        forget=stays_until_taken_back,
        export=announcement_export,
    ),
)
