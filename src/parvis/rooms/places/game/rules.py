"""The published table of points: what brings how many, the caps, and the sentences that say so.

A change of any number or rule is a new `VERSION`: the room then folds everybody's check-ins again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .words import gettext_noop as _

VERSION = 1
MOST_PER_VISIT = 25
MOST_PER_DAY = 100
MOST_FOR_STOPS = 4
MOST_COMPANIONS = 3
STREAK = 3
REPEATS_FROM = 3
"""From the third check-in at one venue on one day on, nothing is awarded."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table. `award` may hold `%(number)s`, which the award fills."""

    id: str
    points: int
    """For one award; `stop` and `together` bring it several times, the caps take points away."""
    award: str
    """What stands beside the points of one check-in (a msgid)."""
    explanation: str
    """What stands in the published table (a msgid)."""


@dataclass(frozen=True, slots=True)
class Award:
    """Points that one rule brought to one check-in; a cap takes some away."""

    rule: str
    points: int
    number: int = 0
    """What the rule's sentence calls `%(number)s`: the how-manieth place, the companions, the cap."""


TABLE = (
    Rule("base", 1, _("A check-in"), _("Each check-in that counts.")),
    Rule("first", 5, _("Your first visit here"), _("Your first visit to a place.")),
    Rule(
        "create",
        5,
        _("You put this place on the map"),
        _("You added the place, and a day later it still stands. The points come then."),
    ),
    Rule(
        "stop",
        1,
        _("Place number %(number)s of the day"),
        _("The second place of a day brings one point, the third two, and so on up to four."),
    ),
    Rule(
        "mayor",
        3,
        _("You hold the title here"),
        _("You are mayor of the place already; once a day and place."),
    ),
    Rule("dethrone", 5, _("The title is yours"), _("This check-in makes you mayor of the place.")),
    Rule(
        "streak",
        2,
        _("Three days or weeks in a row here"),
        _("The third day or the third week in a row at one place, then every third."),
    ),
    Rule(
        "category",
        3,
        _("Your first place of this sort"),
        _("Your first visit to a place of its sort: food, culture, transport…"),
    ),
    Rule(
        "together",
        1,
        _("In company (%(number)s)"),
        _("One point for each person who accepts to be named as being with you, three at most."),
    ),
    Rule(
        "repeat",
        0,
        _("Here for the third time today, or more"),
        _("The third check-in of a day at one place, and each one after it, brings nothing at all."),
    ),
    Rule(
        "cap",
        -1,
        _("No more than %(number)s points for one check-in"),
        _("One check-in brings 25 points at most."),
    ),
    Rule("day_cap", -1, _("No more than %(number)s points a day"), _("One day brings 100 points at most.")),
)
RULES: Mapping[str, Rule] = {rule.id: rule for rule in TABLE}


def points(awards: tuple[Award, ...]) -> int:
    """What they come to."""
    return sum(award.points for award in awards)
