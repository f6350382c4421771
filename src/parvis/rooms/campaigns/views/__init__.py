"""The pages of the campaigns."""

from .own import change, confirm, mine, own, withdraw
from .pledging import again, pledge
from .reading import backers, bar, campaign, changes, decided, home
from .waiting import wait

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
    "withdraw",
]
