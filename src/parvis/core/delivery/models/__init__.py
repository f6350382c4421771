"""How what is published reaches each reader: what they asked for, the mails that go, and the copies that have left."""

from .copies import Copy, CopyState
from .feeds import FeedKey
from .handing import HandOver
from .mails import Mail, MailKind, MailState
from .noticing import BY_MAIL, LookedThrough, NoticeChoice, Telling, Way
from .recalls import Recall, Wording
from .subscriptions import Asked, Channel, Reading, Rhythm, Subscription

__all__ = [
    "BY_MAIL",
    "Asked",
    "Channel",
    "Copy",
    "CopyState",
    "FeedKey",
    "HandOver",
    "LookedThrough",
    "Mail",
    "MailKind",
    "MailState",
    "NoticeChoice",
    "Reading",
    "Recall",
    "Rhythm",
    "Subscription",
    "Telling",
    "Way",
    "Wording",
]
