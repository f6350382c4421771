"""The campaigns tell the house about themselves."""

from django.utils.translation import gettext_lazy as _

from parvis.core.site.rooms import Room, Watch, open_room
from parvis.core.stream.kinds import Kind

from . import letters, settlement
from .bank_command import COMMANDS as OF_STATEMENTS
from .cards import addresses, details
from .chores import CHORES
from .command import COMMANDS
from .declared import PERSONAL
from .letters import LETTERS
from .models import KIND
from .notices import NOTICES

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
        notices=NOTICES,
        letters=LETTERS,
        commands=(*COMMANDS, *OF_STATEMENTS),
        chores=CHORES,
        watches=(
            Watch(name="campaigns.clock", pause=1.0, begin=settlement.watch),
            Watch(name="campaigns.letters", pause=2.0, begin=letters.watch),
        ),
    )
)
