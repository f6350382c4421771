"""Bank statements (camt.053, camt.054, MT940) and the references of bills in them, so that payments find their bills; plain Python."""

from .keys import same_payment
from .reading import read
from .records import Line, Reason, Statement, StatementRefused

__all__ = ["Line", "Reason", "Statement", "StatementRefused", "read", "same_payment"]
