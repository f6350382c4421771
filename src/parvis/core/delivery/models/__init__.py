"""How what is published reaches each reader: what they asked for, the mails that go, and the copies that have left."""

from .copies import Copy, CopyState
from .feeds import FeedKey
from .handing import HandOver
from .mails import Mail, MailKind, MailState
from .mentions import MentionKind, MentionState, WebMention, WebMentionQuerySet, WelcomeSite
from .subscriptions import Asked, Channel, Reading, Rhythm, Subscription
from .telling import HubPing, SentMention, Told

__all__ = [
    "Asked",
    "Channel",
    "Copy",
    "CopyState",
    "FeedKey",
    "HandOver",
    "HubPing",
    "Mail",
    "MailKind",
    "MailState",
    "MentionKind",
    "MentionState",
    "Reading",
    "Rhythm",
    "SentMention",
    "Subscription",
    "Told",
    "WebMention",
    "WebMentionQuerySet",
    "WelcomeSite",
]
