"""The days of check-ins: a night out is one day (`game.visits`)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from .game import visits


def day_of(at: datetime, zone: str) -> date:
    """The day to which a moment belongs where the clock is that of `zone`."""
    return visits.day_of(at.astimezone(ZoneInfo(zone)).replace(tzinfo=None))
