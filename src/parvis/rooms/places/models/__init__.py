"""What this app keeps."""

from .badges import OwnBadge
from .board import Attendance, Mayoralty
from .checkins import KIND, Checkin, Evidence, Mode, Precise, Whereabouts
from .company import Companion, CompanionState
from .imports import Import, ImportItem, ImportVenue, Placing
from .play import Award, BadgeWon, Tally, VenueTally
from .posting import NotFetched, PictureElsewhere, PostingGrant, PostingKey
from .presence import Presence
from .venues import Venue, VenueIdentifier, VenueProposal, VenueState

__all__ = [
    "KIND",
    "Attendance",
    "Award",
    "BadgeWon",
    "Checkin",
    "Companion",
    "CompanionState",
    "Evidence",
    "Import",
    "ImportItem",
    "ImportVenue",
    "Mayoralty",
    "Mode",
    "NotFetched",
    "OwnBadge",
    "PictureElsewhere",
    "Placing",
    "PostingGrant",
    "PostingKey",
    "Precise",
    "Presence",
    "Tally",
    "Venue",
    "VenueIdentifier",
    "VenueProposal",
    "VenueState",
    "VenueTally",
    "Whereabouts",
]
