"""Asking no faster than a provider allows."""

import time
from collections.abc import Callable
from threading import Lock

PER_SECOND = 20
"""Stripe takes 25 requests a second for each kind of them, and what is beyond is refused (research: campaigns, fact 7)."""


class Pace:
    """Lets this many pass in a second, evenly, from whatever threads; each waits for its turn."""

    def __init__(
        self,
        per_second: float = PER_SECOND,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._between = 1 / per_second
        self._clock = clock
        self._sleep = sleep
        self._lock = Lock()
        self._next = 0.0

    def wait(self) -> None:
        with self._lock:
            now = self._clock()
            turn = max(self._next, now)
            self._next = turn + self._between
        if turn > now:
            self._sleep(turn - now)
