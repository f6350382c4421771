"""The pages of the campaigns."""

from .own import change, confirm, mine, own, withdraw
from .pledging import again, pledge
from .reading import backers, bar, campaign, changes, decided, home
from .waiting import wait, wait_by_link

__all__ = [
    "again",
    "backers",
    "bar",
    "campaign",
    "change",
    "changes",
    "confirm",
    "decided",
    "home",
    "mine",
    "own",
    "pledge",
    "wait",
    "wait_by_link",
    "withdraw",
]
