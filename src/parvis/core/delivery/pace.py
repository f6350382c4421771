"""How fast mails go to one provider: so many a minute if the owner says so, and none for a while to one that puts us off."""

from collections import Counter
from datetime import datetime, timedelta

TRIES = 5
"""Mails that a provider puts off in a row, before the others wait."""
REST = timedelta(minutes=5)
LONGEST_REST = timedelta(hours=2)
A_MINUTE = timedelta(minutes=1)


class Pace:
    """What one worker knows of each provider, which is the domain of an address. It is forgotten when the worker ends.

    `per_minute` is how many mails a provider gets in a minute of the clock; 0: as many as there are.
    """

    def __init__(self, per_minute: int = 0) -> None:
        self.per_minute = per_minute
        self.minute: datetime | None = None
        self.given: Counter[str] = Counter()
        self.held: Counter[str] = Counter()
        self.put_off: Counter[str] = Counter()
        self.rests: dict[str, timedelta] = {}
        self.resting: dict[str, datetime] = {}

    def held_until(self, domain: str, at: datetime) -> datetime | None:
        """Until when a mail to this provider waits; None when it goes now, and counts as given."""
        until = self.resting.get(domain)
        if until is not None and until > at:
            return until
        if not self.per_minute:
            return None
        minute = at.replace(second=0, microsecond=0)
        if minute != self.minute:
            self.minute = minute
            self.given.clear()
            self.held.clear()
        if self.given[domain] < self.per_minute:
            self.given[domain] += 1
            return None
        self.held[domain] += 1
        return minute + A_MINUTE * (1 + (self.held[domain] - 1) // self.per_minute)

    def took(self, domain: str) -> None:
        """The provider took a mail: all is well."""
        self.put_off.pop(domain, None)
        self.rests.pop(domain, None)

    def was_put_off(self, domain: str, at: datetime) -> None:
        """It did not take one just now; after some in a row it is left alone, longer each time."""
        self.put_off[domain] += 1
        if self.put_off[domain] >= TRIES:
            self.put_off[domain] = 0
            self.rests[domain] = min(2 * self.rests.get(domain, REST / 2), LONGEST_REST)
            self.resting[domain] = at + self.rests[domain]


def domain_of(address: str) -> str:
    """The provider of an address."""
    return address.rpartition("@")[2].lower()
