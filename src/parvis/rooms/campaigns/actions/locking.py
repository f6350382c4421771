"""One campaign, held: whatever changes its total or asks what it is does so one after another."""

from collections.abc import Callable
from datetime import datetime

from ..models import Campaign

type Clock = Callable[[], datetime]
"""Tells the moment. What has a deadline asks it once the campaign is held: who waited for it too long is too late."""


def held(campaign: Campaign) -> Campaign:
    """The campaign as it is now, which nobody else changes before this transaction ends."""
    rows = Campaign.held.select_for_update(of=("self",)).select_related("publication__author", "group")
    found: Campaign = rows.get(pk=campaign.pk)
    return found
