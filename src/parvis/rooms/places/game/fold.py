"""The fold: one check-in after the other makes the state, and tells what each one brought."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .badges import Badge
from .counting import DAY, Reason, is_remembered, reasons, trace
from .judging import BadgeAward, Facts, judge
from .loading import bundled
from .rules import VERSION, Award, points
from .scoring import awards
from .state import State, Venues, VenuesInMemory
from .visits import NO_TITLE, Title, Visit, microseconds


class OutOfOrder(ValueError):
    """A check-in lies before one that is in the state already: the history has to be folded again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Game:
    """What is played by: the badges of the square, and the person's own choice."""

    badges: tuple[Badge, ...]
    version: int = VERSION
    """Of the table of points and the badges together: a state of another version is folded again."""
    counts_off_grid: bool = False
    """Whether the person lets check-ins off the grid count; only in their private tally."""

    @classmethod
    def usual(cls) -> "Game":
        """The badges that come with the square."""
        return cls(badges=bundled())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check-in brought."""

    counts: bool
    """For points. An imported one does not, and may still bring badges."""
    reasons: tuple[Reason, ...]
    """Why it does not count; empty when it does."""
    awards: tuple[Award, ...] = ()
    badges: tuple[BadgeAward, ...] = ()

    @property
    def points(self) -> int:
        """The sum of its awards."""
        return points(self.awards)


def apply(state: State, visit: Visit, title: Title = NO_TITLE, *, venues: Venues, game: Game) -> Outcome:
    """Take one more check-in into the state and the venue's record; what brings nothing leaves both untouched.

    Raises `OutOfOrder` when a later one is in the state already.
    """
    key = (microseconds(visit.at), visit.number)
    if state.last is not None and key <= state.last:
        raise OutOfOrder(f"check-in {visit.number} lies before check-in {state.last[1]}")
    found = reasons(visit, state.recent, counts_off_grid=game.counts_off_grid)
    if not is_remembered(found):
        return Outcome(False, found)
    before = venues.find(visit.venue)
    after = before.then(key[0], visit.day.toordinal())
    earned = () if found else awards(visit, title, state, before, after)
    facts = Facts(visit, title, before, after, state)
    _remember(state, visit, key, is_new_venue=before.visits == 0, earned=None if found else points(earned))
    venues.keep(visit.venue, after)
    return Outcome(not found, found, earned, judge(game.badges, facts))


def fold(
    visits: Iterable[Visit],
    *,
    game: Game,
    title_of: Callable[[Visit], Title] = lambda visit: NO_TITLE,
    venues: Venues | None = None,
) -> tuple[list[Outcome], State]:
    """What each check-in of a whole history brought, in the order of time, and the state they leave.

    `venues` is empty and receives the records; without it they are forgotten.
    """
    state = State(version=game.version)
    kept = VenuesInMemory() if venues is None else venues
    in_order = sorted(visits, key=lambda visit: (visit.at, visit.number))
    return [apply(state, visit, title_of(visit), venues=kept, game=game) for visit in in_order], state


def _remember(
    state: State, visit: Visit, key: tuple[int, int], *, is_new_venue: bool, earned: int | None
) -> None:
    state.visits += 1
    state.last = key
    state.recent = [one for one in state.recent if key[0] - one.at < DAY]
    state.recent.append(trace(visit))
    if visit.group:
        state.groups.add(visit.group)
    if visit.country:
        state.countries.add(visit.country)
    if visit.town is not None:
        state.towns[visit.town] = state.towns.get(visit.town, 0) + is_new_venue
    if earned is not None:
        today = state.today(visit.day.toordinal())
        today.points += earned
        today.venues[visit.venue] = today.venues.get(visit.venue, 0) + 1
        state.points += earned
