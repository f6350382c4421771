"""How what is published reaches each reader: what they asked for, the mails that go, and the copies that have left."""

from .bouncing import Bounce, BounceCategory, Breaker, Hold
from .copies import Copy, CopyState
from .feeds import FeedKey
from .handing import HandOver
from .inbound import InboundAddress, InboundMail, InboundState
from .mails import Mail, MailKind, MailState
from .noticing import BY_MAIL, LookedThrough, NoticeChoice, Telling, Way
from .outward import HubPing, SentMention, Told
from .recalls import Recall, Wording
from .subscriptions import Asked, Channel, Reading, Rhythm, Subscription
from .web_mentions import MentionKind, MentionState, WebMention, WebMentionQuerySet, WelcomeSite

__all__ = [
    "BY_MAIL",
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
    "HubPing",
    "InboundAddress",
    "InboundMail",
    "InboundState",
    "LookedThrough",
    "Mail",
    "MailKind",
    "MailState",
    "MentionKind",
    "MentionState",
    "NoticeChoice",
    "Reading",
    "Recall",
    "Rhythm",
    "SentMention",
    "Subscription",
    "Telling",
    "Told",
    "Way",
    "WebMention",
    "WebMentionQuerySet",
    "WelcomeSite",
    "Wording",
]
