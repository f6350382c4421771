"""The places tell the house about themselves."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from parvis.core.people.personal import Personal
from parvis.core.site.rooms import Chore, Room, open_room
from parvis.core.stream.kinds import Kind
from parvis.core.stream.reportables import Reportable

from . import carried, keeping
from .actions import bring_back, catch_up, credit_makers, forget_evidence, settle_due, stand
from .actions.caring import REASONS, VENUE, take_venue_down
from .bringing import own
from .bringing.command import COMMANDS as OF_IMPORTS
from .bringing.jobs import JOBS
from .cards import addresses, details
from .caring import venue_page
from .demo import furnish
from .gathering.command import COMMANDS as OF_GATHERING
from .models import (
    KIND,
    Attendance,
    Award,
    BadgeWon,
    Checkin,
    Companion,
    Import,
    ImportItem,
    ImportVenue,
    Mayoralty,
    OwnBadge,
    PictureElsewhere,
    Placing,
    PostingGrant,
    PostingKey,
    Presence,
    Tally,
    Venue,
    VenueProposal,
    Whereabouts,
)
from .naming import index_missing
from .notices import NOTICES
from .posting.fetching import fetch_pictures


def index_names(at: datetime) -> None:
    """Make venues findable by name that came in many at once, or whose words another version wrote."""
    index_missing()


places = open_room(
    Room(
        slug="places",
        title=_("Places"),
        brings=_("Check-ins from Swarm, Google, a phone or a GPS, into the places"),
        urls="parvis.rooms.places.urls",
        kinds=(
            Kind(
                name=KIND,
                title=_("check-in"),
                card="places/card.html",
                card_has_files=True,
                details=details,
                addresses=addresses,
                html=carried.html,
                heading=carried.heading,
                announced=carried.announced,
                default_audience="connections",
                placed=stand,
            ),
        ),
        notices=NOTICES,
        personal=(
            Personal(
                model=Companion,
                owner="person",
                also=("publication__author",),
                title=_("With whom you were"),
                export_at=keeping.companion_export,
            ),
            Personal(
                model=Checkin,
                owner="person",
                title=_("What others read of your check-ins"),
                export=keeping.checkin_export,
            ),
            Personal(
                model=Whereabouts,
                owner="person",
                title=_("Your check-ins"),
                export=keeping.whereabouts_export,
            ),
            Personal(
                model=Presence,
                owner="person",
                title=_("How you want to be met"),
                export=keeping.presence_export,
            ),
            Personal(
                model=Attendance,
                owner="person",
                title=_("What counts for the mayors of the square"),
                erase="anonymise",
                forget=keeping.attendance_forget,
                export=keeping.attendance_export,
            ),
            Personal(
                model=Mayoralty,
                owner="person",
                title=_("Where you were mayor"),
                export=keeping.mayoralty_export,
            ),
            Personal(
                model=Award,
                owner="publication__author",
                title=_("Your points"),
                export=keeping.award_export,
            ),
            Personal(
                model=BadgeWon,
                owner="tally__person",
                title=_("Your badges"),
                export=keeping.badge_export,
            ),
            Personal(
                model=Tally,
                owner="person",
                title=_("What your points are reckoned from"),
                export=keeping.nothing,
            ),
            Personal(
                model=Venue,
                owner="made_by",
                title=_("Places you have added"),
                erase="anonymise",
                forget=keeping.venue_forget,
                export=keeping.venue_export,
            ),
            Personal(
                model=VenueProposal,
                owner="by",
                title=_("Corrections of places that you proposed"),
                export=keeping.proposal_export,
            ),
            Personal(model=Import, owner="person", title=_("What you imported"), export=own.import_export),
            Personal(
                model=ImportItem,
                owner="person",
                title=_("Check-ins that an import brought"),
                export=own.item_export,
            ),
            Personal(
                model=ImportVenue,
                owner="person",
                title=_("What your places are called elsewhere"),
                export=own.venue_export,
            ),
            Personal(
                model=OwnBadge,
                owner="made_by",
                title=_("Badges you have added"),
                erase="anonymise",
                because=_("A badge that you added stays, without your name."),
                forget=keeping.own_badge_forget,
                export=keeping.own_badge_export,
            ),
            Personal(
                model=Placing,
                owner="person",
                title=_("Where you said that places are"),
                export=own.placing_export,
            ),
            Personal(
                model=PostingKey,
                owner="person",
                title=_("Programs that bring your check-ins"),
                export=own.key_export,
            ),
            Personal(
                model=PostingGrant,
                owner="person",
                title=_("Programs that come for their key"),
                export=own.grant_export,
            ),
            Personal(
                model=PictureElsewhere,
                owner="person",
                title=_("Pictures that programs named"),
                export=own.picture_export,
            ),
        ),
        reportables=(Reportable(name=VENUE, path=venue_page, reasons=REASONS, take_down=take_venue_down),),
        commands=(*OF_IMPORTS, *OF_GATHERING),
        jobs=JOBS,
        chores=(
            Chore(name="places.evidence", every=timedelta(days=1), run=forget_evidence),
            Chore(name="places.homes", every=timedelta(hours=1), run=bring_back),
            Chore(name="places.names", every=timedelta(minutes=1), run=index_names),
            Chore(name="places.boards", every=timedelta(minutes=1), run=settle_due),
            Chore(name="places.makers", every=timedelta(hours=1), run=credit_makers),
            Chore(name="places.pictures", every=timedelta(minutes=1), run=fetch_pictures),
            Chore(name="places.tallies", every=timedelta(minutes=1), run=catch_up),
        ),
        demo=furnish,
    )
)
