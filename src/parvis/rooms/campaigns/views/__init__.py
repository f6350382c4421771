"""The pages of the campaigns."""

from .banking import decide, payment, refund, same_account, statements
from .billing import bill, bill_pdf, bill_svg
from .reading import campaign, home

__all__ = [
    "bill",
    "bill_pdf",
    "bill_svg",
    "campaign",
    "decide",
    "home",
    "payment",
    "refund",
    "same_account",
    "statements",
]
