"""The campaigns tell the house about themselves."""

from datetime import timedelta

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parvis.core.site.rooms import Chore, Room, open_room
from parvis.core.stream.kinds import Kind

from . import given, told
from .actions.asking import forget_addresses
from .actions.telling import forget_updates
from .cards import addresses, details
from .declared import PERSONAL
from .models import BACKERS, HAVE_REWARD, KIND, UPDATE, WORK

ONLY_BACKERS = _("Those who back it and who makes it write here.")


def backers_of(title: str) -> str:
    return gettext("those who back “%(title)s”") % {"title": title}


def who_have(title: str) -> str:
    return gettext("those who have “%(title)s”") % {"title": title}


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
                default_audience="public",
            ),
        ),
        groups={BACKERS: backers_of, HAVE_REWARD: who_have},
        chores=(
            Chore(name="campaigns.trash", every=timedelta(days=1), run=forget_updates),
            Chore(name="campaigns.addresses", every=timedelta(days=1), run=forget_addresses),
        ),
        personal=PERSONAL,
    )
)
