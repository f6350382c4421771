"""Moments as such files write them: seconds, milliseconds, ISO 8601, and UTC without saying so."""

import re
from datetime import UTC, datetime, timedelta

EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
"""What is earlier is a clock that was never set."""
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,9})?")
SPACED_OFFSET = re.compile(r"\s+([+-]\d\d:?\d\d)$")
LONG_FRACTION = re.compile(r"(\.\d{6})\d+")
OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)$")
MOST_OFFSET = 14 * 60


class BadMoment(ValueError):
    """These words are no moment."""


def moment(value: object) -> datetime:
    """The moment in UTC. What names no offset is UTC, as in the exports of Swarm. Raises BadMoment."""
    try:
        found = _moment(value)
    except (ValueError, OverflowError, TypeError) as mistake:
        raise BadMoment("no moment") from mistake
    if not EARLIEST <= found < LATEST:
        raise BadMoment("no moment of our time")
    return found


def moment_or_none(value: object) -> datetime | None:
    """The moment, or None where there is none."""
    try:
        return moment(value)
    except BadMoment:
        return None


def offset_of(value: object) -> int | None:
    """Minutes from UTC that an ISO moment names; None for none, and for `Z`, which most often is nobody's clock."""
    found = OFFSET.search(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    minutes = int(found[2]) * 60 + int(found[3])
    return minutes_or_none(-minutes if found[1] == "-" else minutes)


def minutes_or_none(value: object) -> int | None:
    """Minutes from UTC as a clock can have them."""
    try:
        minutes = int(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return minutes if -MOST_OFFSET <= minutes <= MOST_OFFSET else None


def _moment(value: object) -> datetime:
    if isinstance(value, bool) or value is None:
        raise ValueError("no moment")
    if isinstance(value, int | float):
        return _of_number(float(value))
    words = str(value).strip()
    if NUMBER.fullmatch(words):
        return _of_number(float(words))
    if len(words) < 10:
        raise ValueError("no moment")
    if words[-1] == "Z" and len(words) <= 27:
        return datetime.fromisoformat(words)
    words = LONG_FRACTION.sub(r"\1", SPACED_OFFSET.sub(r"\1", words[:64]))
    found = datetime.fromisoformat(words.removesuffix(" UTC"))
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _of_number(number: float) -> datetime:
    """Seconds since 1970, or milli-, micro- or nanoseconds: told apart by their size, which is years of our time."""
    for unit in (1, 1_000, 1_000_000, 1_000_000_000):
        if abs(number) < 1e10 * unit:
            # Not fromtimestamp: what it takes differs from one machine to the next.
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=number / unit)
    raise ValueError("no moment")
