"""The campaigns tell the house about themselves."""

from django.utils.translation import gettext_lazy as _

from parvis.core.site.rooms import Room, open_room
from parvis.core.stream.kinds import Kind

from .bank_command import COMMANDS as OF_STATEMENTS
from .cards import addresses, details
from .declared import PERSONAL
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
        commands=OF_STATEMENTS,
    )
)
