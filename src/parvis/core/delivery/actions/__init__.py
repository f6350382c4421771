"""What can be done: subscribe and leave, hand publications over, send mails, and keep the ledger."""

from .asking import AskedTooOften, ask, asked_by, confirm, forget_asked
from .exporting import note_export
from .feeding import close_feed, fetched, key_of, open_feed
from .handing import hand_over, never_announce
from .recalling import note_unanswered, said_deleted
from .subscribing import (
    leave,
    leave_all,
    pause_all,
    set_hours,
    subscribe,
)

__all__ = [
    "AskedTooOften",
    "ask",
    "asked_by",
    "close_feed",
    "confirm",
    "fetched",
    "forget_asked",
    "hand_over",
    "key_of",
    "leave",
    "leave_all",
    "never_announce",
    "note_export",
    "note_unanswered",
    "open_feed",
    "pause_all",
    "said_deleted",
    "set_hours",
    "subscribe",
]
