"""The pages of the campaigns."""

from .banking import decide, payment, refund, same_account, statements
from .billing import bill, bill_pdf, bill_svg
from .own import change, confirm, mine, own, withdraw
from .pledging import again, pledge
from .reading import backers, bar, campaign, changes, decided, home
from .waiting import wait, wait_by_link

__all__ = [
    "again",
    "backers",
    "bar",
    "bill",
    "bill_pdf",
    "bill_svg",
    "campaign",
    "change",
    "changes",
    "confirm",
    "decide",
    "decided",
    "home",
    "mine",
    "own",
    "payment",
    "pledge",
    "refund",
    "same_account",
    "statements",
    "wait",
    "wait_by_link",
    "withdraw",
]
