"""How what is published reaches each reader: what they asked for, the mails that go, and the copies that have left."""

from .copies import Copy, CopyState
from .feeds import FeedKey
from .handing import HandOver
from .mails import Mail, MailKind, MailState
from .recalls import Recall, Wording
from .subscriptions import Asked, Channel, Reading, Rhythm, Subscription

__all__ = [
    "Asked",
    "Channel",
    "Copy",
    "CopyState",
    "FeedKey",
    "HandOver",
    "Mail",
    "MailKind",
    "MailState",
    "Reading",
    "Recall",
    "Rhythm",
    "Subscription",
    "Wording",
]
