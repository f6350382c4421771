"""The campaigns tell the house about themselves."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from parvis.core.site.rooms import Room, Watch, open_room
from parvis.core.stream.kinds import Kind

from . import carried, deadlines, given, letters, settlement, told
from .cards import addresses, at_path, details
from .chores import CHORES
from .commands.closing import COMMANDS
from .commands.statements import COMMANDS as OF_STATEMENTS
from .declared import PERSONAL
from .demo import furnish
from .leaving import end_what_was_begun
from .letters import LETTERS
from .models import BACKERS, HAVE_REWARD, KIND, UPDATE, WORK
from .notices import NOTICES
from .sitemap import pages
from .staying import campaign_stands, work_stands

ONLY_BACKERS = _("Those who back it and who makes it write here.")


def backers_of(title: str) -> str:
    return _now("those who back “%(title)s”") % {"title": title}


def who_have(title: str) -> str:
    return _now("those who have “%(title)s”") % {"title": title}


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
                stands=campaign_stands,
                default_audience="public",
                may_answer=told.backs,
                who_answers=ONLY_BACKERS,
            ),
            Kind(
                name=UPDATE,
                title=_("news of a campaign"),
                card="campaigns/update_card.html",
                details=told.details,
                addresses=told.addresses,
                html=told.whole,
                heading=told.heading,
                announced=told.announced,
                default_audience="public",
                may_answer=told.backs,
                who_answers=ONLY_BACKERS,
            ),
            Kind(
                name=WORK,
                title=_("finished work"),
                card="campaigns/work_card.html",
                details=given.details,
                addresses=given.addresses,
                html=given.whole,
                heading=given.heading,
                announced=given.announced,
                stands=work_stands,
                default_audience="public",
            ),
        ),
        groups={BACKERS: backers_of, HAVE_REWARD: who_have},
        personal=PERSONAL,
        notices=NOTICES,
        letters=LETTERS,
        commands=(*COMMANDS, *OF_STATEMENTS),
        chores=CHORES,
        watches=(
            Watch(name="campaigns.clock", pause=1.0, begin=deadlines.watch),
            Watch(name="campaigns.settlement", pause=1.0, begin=settlement.watch),
            Watch(name="campaigns.letters", pause=2.0, begin=letters.watch),
        ),
        at_path=at_path,
        sitemap=pages,
        leaving=end_what_was_begun,
        demo=furnish,
    )
)
