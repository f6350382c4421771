"""Campaigns that run now, as pages look at them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from parvis.rooms.campaigns.tests.makers import Hands, make_campaign


@pytest.fixture
def now() -> datetime:
    """The moment at which pages look."""
    return timezone.now()


@pytest.fixture
def live(alice: Any, now: datetime) -> Any:
    """A campaign of alice's that began three days ago, and runs for thirty."""
    return make_campaign(alice, goal=9_000_00, at=now - timedelta(days=3))


@pytest.fixture
def clock(now: datetime) -> Hands:
    """A clock that shows the same."""
    return Hands(now)
