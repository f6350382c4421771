"""The pages of the places."""

from .badging import drop_badge, own_badges
from .bringing import import_page, import_report, import_undo, import_work
from .caring import decide, propose, report_venue
from .checking import check_in, choose, new_venue, nowhere, words
from .company import company, left
from .keeping import calendar, export, mine, numbers, own_places
from .live import micropub
from .meeting import meeting
from .merging import merge, take_apart
from .pictures import pictures
from .placing import displace, place_it, unplaced
from .playing import badges, person, week
from .posting import authorize, introspect, metadata, posting, profile, revoke, token
from .reading import checkin, home
from .streets import streets
from .venues import correct, venue

__all__ = [
    "authorize",
    "badges",
    "calendar",
    "check_in",
    "checkin",
    "choose",
    "company",
    "correct",
    "decide",
    "displace",
    "drop_badge",
    "export",
    "home",
    "import_page",
    "import_report",
    "import_undo",
    "import_work",
    "introspect",
    "left",
    "meeting",
    "merge",
    "metadata",
    "micropub",
    "mine",
    "new_venue",
    "nowhere",
    "numbers",
    "own_badges",
    "own_places",
    "person",
    "pictures",
    "place_it",
    "posting",
    "profile",
    "propose",
    "report_venue",
    "revoke",
    "streets",
    "take_apart",
    "token",
    "unplaced",
    "venue",
    "week",
    "words",
]
