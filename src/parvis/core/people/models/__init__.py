"""Persons, their addresses, whom they know, and what waits to be told to them."""

from .knowing import Connection, ConnectionRequest
from .notice import Notice
from .person import ONLY_ON_A_PAGE, Address, Person, Role, public_id
from .square import Invitation, JoinPolicy, Square
from .tries import Tries

__all__ = [
    "ONLY_ON_A_PAGE",
    "Address",
    "Connection",
    "ConnectionRequest",
    "Invitation",
    "JoinPolicy",
    "Notice",
    "Person",
    "Role",
    "Square",
    "Tries",
    "public_id",
]
