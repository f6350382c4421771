"""How what is published reaches each reader: what they asked for, the mails that go, and the copies that have left."""

from .copies import Copy, CopyState
from .feeds import FeedKey
from .handing import HandOver
from .mails import Mail, MailKind, MailState
from .outward import HubPing, SentMention, Told
from .subscriptions import Asked, Channel, Reading, Rhythm, Subscription
from .web_mentions import MentionKind, MentionState, WebMention, WebMentionQuerySet, WelcomeSite

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
