"""What can be done: subscribe and leave, hand over what came out and what is told, send mails, and keep the ledger."""

from .asking import AskedTooOften, ask, asked_by, confirm, forget_asked
from .exporting import note_export
from .feeding import close_feed, fetched, key_of, open_feed
from .handing import hand_over, never_announce
from .leaving import leave_digest
from .mentioning import tell_mentioned
from .noticing import choose_ways, end_mails_of, hand_over_notices
from .recalling import note_unanswered, said_deleted
from .subscribing import (
    clock_changed,
    leave,
    leave_all,
    pause_all,
    set_hours,
    set_quiet_hours,
    subscribe,
)
from .writing import send_letter

__all__ = [
    "AskedTooOften",
    "ask",
    "asked_by",
    "choose_ways",
    "clock_changed",
    "close_feed",
    "confirm",
    "end_mails_of",
    "fetched",
    "forget_asked",
    "hand_over",
    "hand_over_notices",
    "key_of",
    "leave",
    "leave_all",
    "leave_digest",
    "never_announce",
    "note_export",
    "note_unanswered",
    "open_feed",
    "pause_all",
    "said_deleted",
    "send_letter",
    "set_hours",
    "set_quiet_hours",
    "subscribe",
    "tell_mentioned",
]
