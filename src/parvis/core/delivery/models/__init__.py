"""How what is published reaches each reader: what they asked for, the mails that go, and the copies that have left."""

from .bouncing import Bounce, BounceCategory, Breaker, Hold
from .copies import Copy, CopyState
from .feeds import FeedKey
from .handing import HandOver
from .inbound import InboundAddress, InboundMail, InboundState
from .mails import Mail, MailKind, MailState
from .subscriptions import Asked, Channel, Reading, Rhythm, Subscription

__all__ = [
    "Asked",
    "Bounce",
    "BounceCategory",
    "Breaker",
    "Channel",
    "Copy",
    "CopyState",
    "FeedKey",
    "HandOver",
    "Hold",
    "InboundAddress",
    "InboundMail",
    "InboundState",
    "Mail",
    "MailKind",
    "MailState",
    "Reading",
    "Rhythm",
    "Subscription",
]
