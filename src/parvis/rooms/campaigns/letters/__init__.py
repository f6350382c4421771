"""What backers and creators are written: each letter follows from a row that says what happened."""

from .declared import LETTERS
from .queueing import Teller, remind_of_debts, watch

__all__ = ["LETTERS", "Teller", "remind_of_debts", "watch"]
