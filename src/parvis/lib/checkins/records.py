"""What a file of check-ins holds, whatever format it has; and what was left out of it, with the reason."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b

from parvis.lib.geo.earth import Point

EXAMPLES = 1_000
"""So many items a reason are named; the rest are counted."""
LONGEST_NAME = 200
LONGEST_WORDS = 10_000
LONGEST_ADDRESS = 2_000
LONGEST_CAPTION = 1_000


class Kind(StrEnum):
    """A check-in was said by its author; a visit was found in where a phone had been."""

    CHECKIN = "checkin"
    VISIT = "visit"


class Unreadable(Exception):
    """This file cannot be read at all; `reason` is one of `Reason`, `detail` what it is about."""

    def __init__(self, reason: "Reason", detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason, self.detail = reason, detail


class Reason(StrEnum):
    """Why something was left out, or only read in part."""

    NO_MOMENT = "no-moment"  # nothing says when it was
    NO_PLACE = "no-place"  # nothing says where it was, not even a name
    BAD_POINT = "bad-point"  # no place on the earth; latitude and longitude may be swapped
    UNLIKELY = "unlikely"  # the phone itself did not believe it
    SHORT = "short"  # too short to have been a visit
    TWICE = "twice"  # it stands in these files more than once
    POINTS = "points"  # bare positions, of which no visit was made
    PASSIVE = "passive"  # what a phone noticed by itself: used for where places are, and for nothing else
    MOVING = "moving"  # a way, not a stay
    BROKEN = "broken"  # the file breaks off or is damaged there
    MALFORMED = "malformed"  # not shaped like what it should be
    SETTINGS = "settings"  # settings of a phone or an account
    ENCRYPTED = "encrypted"
    OTHER = "other"  # some other part of an export, which holds no check-ins
    UNKNOWN = "unknown"  # no format that is read here
    TOO_LARGE = "too-large"  # it unpacks to far more than such a file can be
    TOO_DEEP = "too-deep"  # built to exhaust whoever reads it
    ENTITIES = "entities"  # XML that declares entities of its own
    NOTHING = "nothing"  # an empty file


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that was not taken, by the words its owner knows it by."""

    item: str
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture elsewhere: its address, "" for what is none, and in words what it shows. Reading it asks nobody."""

    url: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody was somewhere at a moment.

    `origin` and `external_id` name it for good: the same in every file that holds it. `at` and `until` are in UTC;
    `offset` is how far the clock there was from UTC, in minutes, `zone` its IANA name, where the file says so.
    `venue_id` is what the venue is called by `origin`. `probability` (0 to 1) is how sure the phone was.
    `is_by_others`: somebody else checked this person in. `companions` are names as they stand there, and no more.
    """

    origin: str
    external_id: str
    at: datetime
    kind: Kind = Kind.CHECKIN
    until: datetime | None = None
    zone: str = ""
    offset: int | None = None
    place: str = ""
    venue_id: str = ""
    point: Point | None = None
    category: str = ""
    street: str = ""
    town: str = ""
    country: str = ""
    words: str = ""
    is_private: bool = False
    is_home: bool = False
    is_by_others: bool = False
    companions: tuple[str, ...] = ()
    photos: tuple[Photo, ...] = ()
    probability: float | None = None

    @property
    def name(self) -> str:
        """Words by which its author knows it."""
        return f"{self.place or self.words[:60] or self.kind} ({self.at:%Y-%m-%d %H:%M})"


@dataclass
class Report:
    """What a reading left out, by reason; examples are bounded, counts are not. `part` is the file that is being read.

    `read` counts what was looked at beside the visits themselves: bare positions.
    """

    skipped: list[LeftOut] = field(default_factory=list)
    counts: Counter[Reason] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    part: str = ""
    broken: set[str] = field(default_factory=set)

    def leave(self, item: str, reason: Reason, detail: str = "", count: int = 1) -> None:
        """Something is not taken; `count` of the kind at once."""
        if self.counts[reason] < EXAMPLES or count > 1:
            self.skipped.append(LeftOut(item or self.part, reason, detail))
        self.counts[reason] += count

    def count(self, reason: Reason) -> None:
        """Something is not taken that nobody would know by name."""
        self.counts[reason] += 1

    def broke(self, count: int) -> None:
        """The file that is being read breaks off, after so many things; said once a file."""
        if self.part not in self.broken:
            self.broken.add(self.part)
            self.leave(self.part, Reason.BROKEN, str(count))

    @property
    def unnamed(self) -> dict[Reason, int]:
        """How many were left out for a reason beyond those that are named."""
        named = Counter(one.reason for one in self.skipped)
        return {
            reason: count - named[reason]
            for reason, count in self.counts.items()
            if count > named[reason] and reason != Reason.POINTS
        }


def content_id(*parts: object) -> str:
    """A name made of what something says: the same for the same content, whichever file it stands in."""
    return blake2b("\x1f".join(str(part) for part in parts).encode(), digest_size=12).hexdigest()


def text(value: object, most: int = LONGEST_NAME) -> str:
    """A value as words: nothing for what is none; without control characters, which databases refuse."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    written = str(value)[: 4 * most]
    if written.isprintable():
        return written.strip()[:most]
    cleaned = "".join(
        letter if letter.isprintable() or letter in "\n\t" else " "
        for letter in written
        if not "\ud800" <= letter <= "\udfff"
    )
    return cleaned.strip()[:most]


def line(value: object, most: int = LONGEST_NAME) -> str:
    """The same on one line."""
    return " ".join(text(value, most).split())[:most]
