"""What has been published, where it stands, who follows it, and what hangs on it."""

from .attachment import Attachment
from .comment import Comment
from .publication import Opening, Placement, Publication, PublicationQuerySet
from .reading import Follow, Source, StandingRule, Stream
from .report import Report
from .words import WordIndex
from .writing import Status, WorkingCopy

__all__ = [
    "Attachment",
    "Comment",
    "Follow",
    "Opening",
    "Placement",
    "Publication",
    "PublicationQuerySet",
    "Report",
    "Source",
    "StandingRule",
    "Status",
    "Stream",
    "WordIndex",
    "WorkingCopy",
]
