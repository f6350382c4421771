"""The rules of all-or-nothing funding: until when it runs, what decides, and what may still change."""

from .deadlines import LONGEST, Deadline, NoSuchLength, after_days, at_local
from .deciding import LAST_DAY, Outcome, may_change, outcome

__all__ = [
    "LAST_DAY",
    "LONGEST",
    "Deadline",
    "NoSuchLength",
    "Outcome",
    "after_days",
    "at_local",
    "may_change",
    "outcome",
]
