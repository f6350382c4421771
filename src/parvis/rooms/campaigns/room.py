"""The campaigns tell the house about themselves."""

from django.utils.translation import gettext_lazy as _

from parvis.core.site.rooms import Room, open_room
from parvis.core.stream.kinds import Kind

from . import carried
from .cards import addresses, at_path, details
from .declared import PERSONAL
from .models import KIND
from .sitemap import pages

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
                html=carried.html,
                heading=carried.heading,
                announced=carried.announced,
                at_path=at_path,
                default_audience="public",
            ),
        ),
        personal=PERSONAL,
        at_path=at_path,
        sitemap=pages,
    )
)
