"""The campaigns tell the house about themselves."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from parvis.core.site.rooms import Chore, Room, open_room
from parvis.core.stream.kinds import Kind

from .cards import addresses, details
from .declared import PERSONAL
from .following import check_accounts
from .models import KIND

campaigns = open_room(
    Room(
        slug="campaigns",
        title=_("Campaigns"),
        urls="parvis.rooms.campaigns.urls",
        kinds=(
            Kind(
                name=KIND,
                title=_("campaign"),
                card="campaigns/card.html",
                details=details,
                addresses=addresses,
                default_audience="public",
            ),
        ),
        personal=PERSONAL,
        chores=(Chore(name="campaigns.accounts", every=timedelta(days=1), run=check_accounts),),
    )
)
