"""How what is published reaches each reader: what they asked for, the mails that go, and the copies that have left."""

from .bouncing import Bounce, BounceCategory, Breaker, Hold
from .copies import Copy, CopyState
from .feeds import FeedKey, Holds
from .handing import HandOver
from .inbound import InboundAddress, InboundMail, InboundState
from .mails import Mail, MailKind, MailState
from .mastodon import Announcement, MastodonAccount, MastodonApp, ReadThere
from .noticing import BY_MAIL, LookedThrough, NoticeChoice, Telling, Way
from .outward import HubPing, SentMention, Told
from .recalls import Recall, Wording
from .reports import Complaint, Puzzle
from .subscriptions import Asked, Channel, Reading, Rhythm, Subscription
from .web_mentions import MentionKind, MentionState, WebMention, WebMentionQuerySet, WelcomeSite

__all__ = [
    "BY_MAIL",
    "Announcement",
    "Asked",
    "Bounce",
    "BounceCategory",
    "Breaker",
    "Channel",
    "Complaint",
    "Copy",
    "CopyState",
    "FeedKey",
    "HandOver",
    "Hold",
    "Holds",
    "HubPing",
    "InboundAddress",
    "InboundMail",
    "InboundState",
    "LookedThrough",
    "Mail",
    "MailKind",
    "MailState",
    "MastodonAccount",
    "MastodonApp",
    "MentionKind",
    "MentionState",
    "NoticeChoice",
    "Puzzle",
    "ReadThere",
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
