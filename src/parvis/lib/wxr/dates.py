"""Dates of an export: reading them, and finding the zone of a site from its two clocks."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

EARLIEST_YEAR, LATEST_YEAR = 1000, 2200
_WRITTEN = re.compile(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?")
_RAW_DATES = tuple(
    re.compile(rb"<wp:" + name + rb">\s*(?:<!\[CDATA\[)?\s*(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)")
    for name in (b"post_date", b"post_date_gmt")
)
_FEED_DATE = re.compile(r"(?:\w{2,9},?\s+)?\d{1,2}\s+\w{3,9}\s+\d{4}\s")
_ZERO = "0000-00-00"

# The zones people live in, those of this house first: zones with one rule cannot be told apart by their clocks.
LIKELY = (
    "UTC",
    "Europe/Zurich",
    "Europe/London",
    "Europe/Athens",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Halifax",
    "America/St_Johns",
    "America/Phoenix",
    "America/Sao_Paulo",
    "America/Bogota",
    "America/Argentina/Buenos_Aires",
    "Europe/Moscow",
    "Europe/Istanbul",
    "Africa/Lagos",
    "Africa/Nairobi",
    "Africa/Johannesburg",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Australia/Brisbane",
    "Australia/Adelaide",
    "Pacific/Auckland",
    "Pacific/Honolulu",
    "Asia/Jerusalem",
)
_ENOUGH = 0.9
_PAIRS_TRIED = 240


def parse_written(text: str) -> datetime | None:
    """`2010-02-09 09:15:00` without a zone; None for a date that is zero or cannot be."""
    match = _WRITTEN.fullmatch(text.strip())
    if not match or not EARLIEST_YEAR <= int(match[1]) <= LATEST_YEAR:
        return None
    try:
        return datetime(*(int(part or 0) for part in match.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        return None


def parse_feed_date(text: str) -> datetime | None:
    """The `pubDate` of RSS in UTC; None for the impossible ones that drafts carry."""
    if not _FEED_DATE.match(text.strip()):
        return None
    try:
        at = parsedate_to_datetime(text.strip())
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return at if EARLIEST_YEAR <= at.year <= LATEST_YEAR else None


def is_zero(text: str) -> bool:
    """Whether the date is absent, or the zero that WordPress keeps for drafts."""
    return not text.strip() or text.strip().startswith(_ZERO)


def in_utc(local: datetime, zone: str | None) -> datetime:
    """The moment a site's clock showed `local`; without a zone the clock is taken for UTC."""
    return local.replace(tzinfo=zone_named(zone or "UTC") or UTC).astimezone(UTC)


@lru_cache(maxsize=700)
def zone_named(name: str) -> ZoneInfo | None:
    """The zone of that IANA name, None where it is unknown."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


class Clocks:
    """Gathers pairs of (site clock, UTC) and proposes the zone that explains most of them."""

    def __init__(self) -> None:
        self._offsets: dict[tuple[int, int], Counter[timedelta]] = {}
        self._moments: dict[tuple[int, int, timedelta], datetime] = {}

    def add(self, local: datetime | None, at: datetime | None) -> None:
        """One date on both clocks; those of which one is missing say nothing."""
        if local is None or at is None:
            return
        offset = timedelta(minutes=round((local.replace(tzinfo=UTC) - at) / timedelta(minutes=1)))
        if abs(offset) <= timedelta(hours=14):
            self._offsets.setdefault((at.year, at.month), Counter())[offset] += 1
            self._moments.setdefault((at.year, at.month, offset), at)

    def add_written(self, data: bytes) -> None:
        """The two dates of an item, found in its bytes."""
        local, at = (
            parse_written(m[1].decode()) if (m := pattern.search(data)) else None for pattern in _RAW_DATES
        )
        if local is not None and at is not None:
            self.add(local, at.replace(tzinfo=UTC))

    def zone(self) -> str | None:
        """The IANA name of the likeliest zone, None when the dates fit no zone."""
        pairs = [
            (self._moments[year, month, offset], offset, seen)
            for (year, month), offsets in sorted(self._offsets.items())
            for offset, seen in offsets.most_common(1)
        ][-_PAIRS_TRIED:]
        if not pairs:
            return None
        fixed = pairs[-1][1]
        if found := _best(LIKELY, pairs, _ENOUGH):
            return found
        if fixed % timedelta(hours=1) == timedelta(0) and (found := _best([_etc(fixed)], pairs, _ENOUGH)):
            return found
        return _best((*LIKELY, *sorted(available_timezones())), pairs, 0.5)


def _etc(offset: timedelta) -> str:
    """The fixed zone of an offset in whole hours; these names count westwards (tz database, `etcetera`)."""
    hours = int(offset / timedelta(hours=1))
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"


def _best(names: Sequence[str], pairs: Iterable[tuple[datetime, timedelta, int]], least: float) -> str | None:
    """The first of the names that explains the largest share of dates, if that share is at least `least`."""
    weighed = list(pairs)
    total = sum(seen for _, _, seen in weighed)
    best, best_share = None, 0.0
    for name in names:
        zone = zone_named(name)
        if zone is None:
            continue
        share = sum(seen for at, offset, seen in weighed if at.astimezone(zone).utcoffset() == offset) / total
        if share > best_share:
            best, best_share = name, share
    return best if best_share >= least else None
