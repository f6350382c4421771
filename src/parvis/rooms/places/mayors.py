"""Who is mayor of a venue: on the square's board, which every member sees alike, else on the viewer's own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from parvis.core.audiences.models import Block
from parvis.core.audiences.rule import Viewer, moment
from parvis.core.people.models import Person

from .actions.checking_in import LATE
from .actions.presiding import counting, parted, titles_at, unwilling
from .days import day_of
from .game.mayors import WINDOW, Board, Ending, Mayoralty, Stay
from .models import Attendance, Checkin, Mode, Venue

LOOKED_BACK = timedelta(days=365)
"""Who was mayor before matters for who keeps the title on a tie; a year back it does not any more."""
TOLD = 10


@dataclass(frozen=True)
class Past:
    """A title that has ended."""

    person: Person
    since: date
    until: date
    reason: Ending


@dataclass(frozen=True)
class Mayor:
    """Who holds the title, since when, on how many of the last sixty days; and how far the viewer is.

    `days_away` is how many more days would make the viewer mayor; None while that is more than ten, or they are.
    `is_of_square`: on the board that counts what all members see; else on the viewer's own. `past` are the titles before,
    newest first.
    """

    person: Person | None
    days: int
    since: date | None
    days_away: int | None
    is_of_square: bool
    past: Sequence[Past]


def mayor_of(venue: Venue, viewer: Viewer) -> Mayor | None:
    """The mayor of a venue as this viewer may know; None for a venue that has none, and for passers-by."""
    if viewer.person_id is None or venue.is_private or not venue.has_mayor:
        return None
    of_square = (
        told(*square_board(venue, viewer), venue, viewer, is_of_square=True) if viewer.is_member else None
    )
    if of_square is not None and of_square.person is not None:
        return of_square
    own = told(*own_board(venue, viewer), venue, viewer, is_of_square=False)
    return own if own is not None and (own.person is not None or of_square is None) else of_square


def told(
    board: Board, past: Sequence[Mayoralty], venue: Venue, viewer: Viewer, *, is_of_square: bool
) -> Mayor | None:
    """What a board says to this viewer; None when that is nothing."""
    assert viewer.person_id is not None
    today = day_of(moment(viewer.at), venue.zone)
    people = Person.objects.active().in_bulk({title.person for title in past} | {board.mayor or 0})
    person = people.get(board.mayor or 0)
    away = board.days_away(viewer.person_id, today)
    before = [
        Past(people[title.person], title.since, title.until, title.reason)
        for title in reversed(past)
        if title.person in people and title.until is not None and title.reason is not None
    ][:TOLD]
    if person is None and away is None and not before:
        return None
    since = board.current.since if board.current is not None else None
    return Mayor(
        person, board.score(person.pk) if person is not None else 0, since, away, is_of_square, before
    )


def square_board(venue: Venue, viewer: Viewer) -> tuple[Board, Sequence[Mayoralty]]:
    """The board of what all members see, and its titles of before.

    It is read as it is kept, unless it is about to be settled, or the viewer and somebody have shut a door: then it is
    folded of what the viewer sees of it.
    """
    at = moment(viewer.at)
    today = day_of(at, venue.zone)
    is_due = venue.board_at is not None and venue.board_at <= at
    if is_due or Block.objects.filter(person=viewer.person_id).exists():
        rows = Attendance.objects.visible_to(viewer).filter(
            venue__in=Venue.objects.one_with(venue), is_open=True, counts=True
        )
        return folded(stays_of(rows), today)
    past, current = parted(titles_at(venue))
    return Board.read(counting(venue, since=today - WINDOW), current, today), past


def own_board(venue: Venue, viewer: Viewer) -> tuple[Board, Sequence[Mayoralty]]:
    """The board of what this viewer sees."""
    at = moment(viewer.at)
    rows = Checkin.objects.visible_to(viewer).filter(mode=Mode.HERE, venue__in=Venue.objects.one_with(venue))
    rows = rows.filter(publication__ord__lte=viewer.at, publication__deleted_at=None)
    recent = rows.filter(happened_at__gt=at - LOOKED_BACK).select_related("publication")
    in_time = [
        row
        for row in recent
        if row.publication.published_at is not None and row.publication.made_at - row.happened_at <= LATE
    ]
    return folded(stays_of(in_time), day_of(at, venue.zone))


def stays_of(rows: Iterable[Attendance | Checkin]) -> list[Stay]:
    """What a board counts of these: nobody who is suspended, or never wants a title."""
    found = [Stay(row.person_id, row.day, row.happened_at, row.publication_id) for row in rows]
    people = Person.objects.active().filter(pk__in={stay.person for stay in found})
    willing = set(people.exclude(pk__in=unwilling()).values_list("pk", flat=True))
    return [stay for stay in found if stay.person in willing]


def folded(stays: Sequence[Stay], today: date) -> tuple[Board, Sequence[Mayoralty]]:
    board = Board.fold(stays, today)
    return board, board.past
