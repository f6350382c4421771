"""What the game knows of a check-in, and of the title of mayor at its place."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

DAY_STARTS = timedelta(hours=4)
"""A night out belongs to the day on which it began."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Mode(StrEnum):
    """What the author says of their being there."""

    HERE = "here"
    WAS_HERE = "was_here"
    FROM_AFAR = "from_afar"


class Evidence(StrEnum):
    """What a position measured on the spot says, if there was one."""

    NEAR = "near"
    FAR = "far"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One check-in. Visits of a person come in order of `(at, number)`."""

    number: int
    """Of the check-in; unique, and breaks ties in time."""
    at: datetime
    """When the person was there: aware, UTC."""
    local: datetime
    """The same moment on the venue's clock, naive."""
    day: date
    """The venue's local day, which starts at four in the morning (see `day_of`)."""
    venue: int
    category: str
    """The venue's kind, such as `amenity/cafe`, as it was when the check-in was made."""
    group: str
    """The top-level group that its category belongs to."""
    tags: frozenset[str] = frozenset()
    town: int | None = None
    country: str = ""
    """Two letters (ISO 3166-1), or nothing when unknown."""
    lat: float
    lon: float
    has_extent: bool = False
    """A road, a railway line, a park, a town, an airport: its point says little of where someone stands."""
    radius: float = 0.0
    """Of the venue, in metres."""
    mode: Mode = Mode.HERE
    is_late: bool = False
    """Told more than 24 hours after."""
    is_imported: bool = False
    is_private: bool = False
    """The venue is somebody's private place."""
    is_off_grid: bool = False
    companions: int = 0
    """How many accepted to be named."""
    has_picture: bool = False
    creates_venue: bool = False
    """Its author added the venue with it, and a day later the venue still stood, neither merged nor hidden."""
    evidence: Evidence = Evidence.NONE
    """Only for the author's private tally and for mayors: folds shown to others are given `NONE`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """What the room found about the mayor of the venue when the check-in was made."""

    is_mine_before: bool = False
    is_won_by_this: bool = False
    held: int = 0
    """How many titles the person holds once this check-in is counted."""


NO_TITLE = Title()


def day_of(local: datetime) -> date:
    """The day a moment on the venue's clock belongs to."""
    return (local - DAY_STARTS).date()


def microseconds(at: datetime) -> int:
    """A moment as whole microseconds since 1970, so that JSON keeps it exactly."""
    return (at - _EPOCH) // _MICROSECOND


def is_at_night(local: datetime) -> bool:
    """Between six in the evening and four in the morning: all of one local day."""
    return local.hour >= 18 or local.hour < 4
