"""Looks at the clock: closes each campaign whose deadline has passed, and leaves what follows to the settlement.

It stands apart, so that no provider that answers slowly to one campaign lets another close late.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from parvis.core.site.chores import soon
from parvis.lib.funding.campaigns import CampaignState

from .actions.closing import close
from .actions.locking import Clock
from .models import Campaign

logger = logging.getLogger(__name__)

NEAR_THE_END = timedelta(minutes=10)
BOOKS = "campaigns.books"
"""The chore that checks the books."""


def safely[**P](do: Callable[P, bool], *args: P.args, **kwargs: P.kwargs) -> bool:
    """Do it; where it fails, say so and go on: what goes wrong with one holds up no other."""
    try:
        return do(*args, **kwargs)
    except Exception:
        logger.exception("%s failed for %s", do, [getattr(one, "pk", "") for one in args])
        return False


class Deadlines:
    """Closes what is due, by this clock."""

    def __init__(self, clock: Clock = timezone.now) -> None:
        self.clock = clock

    def step(self) -> bool:
        """Close all that is due; whether something was."""
        safely(self.look)
        due = Campaign.objects.past_their_deadline(self.clock())
        return any([safely(self.close, campaign) for campaign in due])

    def look(self) -> bool:
        """Note the moment beside campaigns that are about to end, for a clock that is put back later."""
        at = self.clock()
        near = Campaign.objects.unguarded("the clock of each").filter(
            state__in=[CampaignState.LIVE, CampaignState.WAITING], deadline_at__lte=at + NEAR_THE_END
        )
        if near.filter(seen_at=None).exists():
            soon(BOOKS)
        return near.filter(Q(seen_at=None) | Q(seen_at__lt=at)).update(seen_at=at) > 0

    def close(self, campaign: Campaign) -> bool:
        """Close it, and have the books checked after it, as they were when it was about to end."""
        closed = close(campaign=campaign, clock=self.clock)
        if closed is not None:
            soon(BOOKS)
        return closed is not None


def watch(_alone: bool, _is_stopping: Callable[[], bool]) -> Callable[[], bool]:
    """The step of a worker that looks at the clock each second."""
    return Deadlines().step
