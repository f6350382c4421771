"""The names, addresses and answers of the backers, taken out of the house: noted among what happened to a campaign."""

from datetime import datetime

from django.db import transaction

from parvis.core.people.models import Person

from ..models import Campaign
from ..spreadsheets import backers_csv
from .locking import held
from .moving import note
from .releasing import refuse_unless_successful

EXPORTED = "exported"


@transaction.atomic
def export_backers(*, campaign: Campaign, by: Person, at: datetime) -> str:
    """The list of backers as CSV; that it was taken is written down. Raises OnlyAfterSuccess."""
    campaign = held(campaign)
    refuse_unless_successful(campaign)
    note(campaign, EXPORTED, before=campaign.state, after=campaign.state, at=at, by=by)
    return backers_csv(campaign, by.language)
