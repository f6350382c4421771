"""What becomes of a campaign (research: campaigns a.2), of the collection of what was promised, and of the work."""

from enum import StrEnum

from .moving import Moves, moves


class CampaignState(StrEnum):
    DRAFT = "draft"
    ANNOUNCED = "announced"
    """A page says what is coming, and who wants to be told leaves an address."""
    LIVE = "live"
    WAITING = "waiting"
    """The deadline has passed; pledges that were begun in time could still decide, and have some minutes."""
    SUCCESSFUL = "successful"
    FAILED = "failed"
    CANCELED = "canceled"
    SUSPENDED = "suspended"


class CampaignMove(StrEnum):
    ANNOUNCE = "announce"
    LAUNCH = "launch"
    WAIT = "wait"
    SUCCEED = "succeed"
    FAIL = "fail"
    CANCEL = "cancel"
    SUSPEND = "suspend"
    RESUME = "resume"


class Collection(StrEnum):
    NONE = "none"
    COLLECTING = "collecting"
    GRACE = "grace"
    """Seven days for cards that were declined and bills that are not paid yet."""
    CLOSED = "closed"
    UNDONE = "undone"


class CollectionMove(StrEnum):
    BEGIN = "begin"
    TRIED_ALL = "tried-all"
    CLOSE = "close"
    UNDO = "undo"


class Release(StrEnum):
    NONE = "none"
    BACKERS = "backers"
    PUBLIC = "public"


class ReleaseMove(StrEnum):
    GIVE = "give"
    FREE = "free"


C, M = CampaignState, CampaignMove
BEFORE = (C.DRAFT, C.ANNOUNCED)
RUNNING = (C.LIVE, C.WAITING)

CAMPAIGNS = Moves(
    moves(
        {
            M.ANNOUNCE: {C.DRAFT: C.ANNOUNCED},
            M.LAUNCH: dict.fromkeys(BEFORE, C.LIVE),
            M.WAIT: {C.LIVE: C.WAITING},
            M.SUCCEED: dict.fromkeys(RUNNING, C.SUCCESSFUL),
            M.FAIL: dict.fromkeys(RUNNING, C.FAILED),
            M.CANCEL: {C.LIVE: C.CANCELED, C.SUSPENDED: C.CANCELED},
            M.SUSPEND: dict.fromkeys(RUNNING, C.SUSPENDED),
            M.RESUME: {C.SUSPENDED: C.LIVE},
        }
    )
)
ENDED = frozenset({C.SUCCESSFUL, C.FAILED, C.CANCELED})
"""What never runs again."""

COLLECTIONS = Moves(
    moves(
        {
            CollectionMove.BEGIN: {Collection.NONE: Collection.COLLECTING},
            CollectionMove.TRIED_ALL: {Collection.COLLECTING: Collection.GRACE},
            CollectionMove.CLOSE: {Collection.GRACE: Collection.CLOSED},
            CollectionMove.UNDO: {Collection.CLOSED: Collection.UNDONE},
        }
    )
)

RELEASES = Moves(
    moves(
        {
            ReleaseMove.GIVE: {Release.NONE: Release.BACKERS},
            ReleaseMove.FREE: {Release.NONE: Release.PUBLIC, Release.BACKERS: Release.PUBLIC},
        }
    )
)
