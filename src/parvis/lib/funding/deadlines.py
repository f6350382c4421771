"""When a campaign ends: so many days by the clock on the wall of its zone, reckoned once, at its launch.

Of 382 campaigns of Kickstarter whose length is whole days, this rule gives all 382 deadlines to the second; days of
86,400 seconds give 314 (research: campaigns, fact 2).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

LONGEST = 60
"""Days. Longer campaigns reach their goal less often: 24 % of those of ninety days, 44 % of all (research: campaigns a.1)."""


class NoSuchLength(ValueError):
    """A campaign cannot run for that long; `longest` is how many days one may run here."""

    def __init__(self, longest: int) -> None:
        super().__init__(f"A campaign runs for at least a moment, and for {longest} days at most.")
        self.longest = longest


@dataclass(frozen=True)
class Deadline:
    """The first moment at which it is too late, and the zone by whose clocks it was reckoned. It never moves again."""

    at: datetime
    zone: str

    def accepts(self, now: datetime) -> bool:
        """Whether something done at this moment is still in time: the span is half-open."""
        return now < self.at


def after_days(launched_at: datetime, days: int, zone: str, *, longest: int = LONGEST) -> Deadline:
    """The deadline so many days after the launch, at the same time of day in the zone. Raises NoSuchLength."""
    if not 1 <= days <= longest:
        raise NoSuchLength(longest)
    wall = launched_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + timedelta(days=days)
    return Deadline(moment_of(wall, zone), zone)


def at_local(launched_at: datetime, wall: datetime, zone: str, *, longest: int = LONGEST) -> Deadline:
    """The deadline at a day and time that somebody chose, by the clocks of the zone. Raises NoSuchLength.

    `wall` has no zone of its own.
    """
    found = moment_of(wall, zone)
    furthest = launched_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + timedelta(days=longest)
    if found <= launched_at or found > moment_of(furthest, zone):
        raise NoSuchLength(longest)
    return Deadline(found, zone)


def moment_of(wall: datetime, zone: str) -> datetime:
    """The moment at which clocks of the zone show this.

    What they show twice is meant the first time. What they leave out, when they are put forward, is as much later as they are
    put forward (PEP 495: a time in a gap, read with fold=0, is taken with the offset from before it).
    """
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
