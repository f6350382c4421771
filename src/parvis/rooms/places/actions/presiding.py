"""The square's board of mayors: kept up as members check in, as days fall out of the sixty, and as people change their minds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet

from parvis.core.people.models import Notice, Person

from ..days import day_of
from ..game.mayors import ONE_DAY, WINDOW, Board, Ending, Stay
from ..game.mayors import Mayoralty as Title
from ..game.visits import DAY_STARTS
from ..models import Attendance, Mayoralty, Presence, Venue, Whereabouts
from .attending import rejudge

OVERTAKEN = "places.overtaken"
FRESH = timedelta(days=2)
"""What is older is no news."""
SOON = timedelta(minutes=1)
AT_ONCE = 500


@dataclass(frozen=True)
class Turn:
    """What members see of a venue since the last time, what they see no more, and when time changes that again."""

    opened: Sequence[Attendance]
    closed: Sequence[Attendance]
    coming: Sequence[datetime]


# Within another action it needs no savepoint of its own: nothing it does is refused.
@transaction.atomic(savepoint=False)
def settle(*, venue: int, at: datetime) -> None:
    """Make the board of a venue what members see of it at this moment, and tell whoever lost their title to another."""
    found = Venue.objects.select_for_update().filter(pk=venue).first()
    if found is None:
        return
    moved = turn(found, at)
    before = titles_at(found)
    after, stays = titles_after(found, moved, before, at)
    write(found, before, after, at)
    is_held = bool(after) and after[-1].until is None
    found.board_at = next_turn(found, moved.coming, stays if is_held else [], at)
    found.save(update_fields=["board_at"])


def titles_after(
    venue: Venue, moved: Turn, before: Sequence[Mayoralty], at: datetime
) -> tuple[list[Title], Sequence[Stay]]:
    """The titles of a venue after a turn, and what was counted for it: the last sixty days, or the whole history where it must be."""
    if venue.is_private or not venue.has_mayor or venue.merged_into_id is not None:
        return [], []
    if not moved.closed and len(moved.opened) == 1 and is_of_now(venue, moved.opened[0], at):
        if is_last(venue, moved.opened[0]):
            stays = counting(venue, since=moved.opened[0].day - WINDOW)
            return one_more(moved.opened[0], before, stays), stays
    elif not moved.opened and not moved.closed and venue.board_at is not None and is_a_beginning(venue):
        evening = day_of(venue.board_at, venue.zone) - ONE_DAY
        stays = counting(venue, since=evening - WINDOW)
        return days_later(before, stays, evening, day_of(at, venue.zone)), stays
    stays = counting(venue)
    return titles_of(Board.fold(stays, day_of(at, venue.zone))), stays


def settle_due(at: datetime) -> None:
    """Settle every board that time has moved (a chore)."""
    for number in (
        Venue.objects.filter(board_at__lte=at).order_by("board_at")[:AT_ONCE].values_list("pk", flat=True)
    ):
        settle(venue=number, at=at)


def settle_before_play(person: Person, venue: Venue | None, at: datetime) -> None:
    """Settle the boards that are due among those on which somebody holds a title, where a day may have fallen out, and that of a venue.

    A board that is not due is as it was: what members do not see of a check-in does not touch it.
    """
    held = Mayoralty.objects.unguarded("kept up").filter(person=person, until=None).values("venue")
    here = [venue.standing().pk] if venue is not None else []
    due = Venue.objects.filter(Q(pk__in=held) | Q(pk__in=here), board_at__lte=at).order_by("pk")
    for number in list(due.values_list("pk", flat=True)):
        settle(venue=number, at=at)


def those_at(venue: Venue) -> QuerySet[Attendance]:
    """The attendances at a venue, and at those that were merged into it."""
    return Attendance.objects.unguarded("the board of the venue").filter(venue__in=venue.one_with_it)


def turn(venue: Venue, at: datetime) -> Turn:
    """Take in the attendances that members see since the last time, and let go of those that they see no more."""
    is_shut = Q(ends_at__isnull=False, ends_at__lte=at)
    is_moved = Q(opens_at__lte=at) & ((Q(is_open=False) & ~is_shut) | (Q(is_open=True) & is_shut))
    rows = list(those_at(venue).filter(is_moved | Q(opens_at__gt=at) | Q(ends_at__gt=at)))
    turns = [(row, row.ends_at is not None and row.ends_at <= at) for row in rows if row.opens_at <= at]
    opened = [row for row, has_ended in turns if not row.is_open and not has_ended]
    closed = [row for row, has_ended in turns if row.is_open and has_ended]
    coming = [moment for row in rows for moment in (row.opens_at, row.ends_at) if moment is not None]
    Attendance.objects.filter(pk__in=[row.pk for row in opened]).update(is_open=True)
    Attendance.objects.filter(pk__in=[row.pk for row in closed]).update(is_open=False, counts=False)
    for row in (*opened, *closed):
        rejudge(row.person_id, row.happened_at, at=at, settling=venue.one_with_it)
    return Turn(opened, closed, [moment for moment in coming if moment > at])


def counting(venue: Venue, *, since: date = date.min) -> list[Stay]:
    """What the board of a venue counts, from a day on, in order."""
    rows = those_at(venue).filter(
        is_open=True, counts=True, day__gte=since, person__in=Person.objects.active()
    )
    rows = rows.exclude(person__in=unwilling())
    values = rows.order_by("happened_at", "publication").values_list(
        "person", "day", "happened_at", "publication"
    )
    return [Stay(*row) for row in values]


def unwilling() -> QuerySet[Presence, Any]:
    """Those who never want a title."""
    return Presence.objects.filter(takes_titles=False).values("person")


def titles_at(venue: Venue) -> list[Mayoralty]:
    """The titles that stand in the table, oldest first."""
    rows = Mayoralty.objects.unguarded("the board of the venue").filter(venue=venue)
    return list(rows.order_by("began_at", "pk"))


def is_of_now(venue: Venue, attendance: Attendance, at: datetime) -> bool:
    """Whether nothing has moved the board since it was settled but this check-in of today, and no day's beginning."""
    return (
        venue.board_at == attendance.opens_at != morning(attendance.day, venue.zone)
        and at - attendance.opens_at < SOON
        and attendance.day == day_of(at, venue.zone)
    )


def is_last(venue: Venue, attendance: Attendance) -> bool:
    """Whether none was later, or at the same moment: of those too that count no more since this one came before them."""
    later = those_at(venue).filter(is_open=True, happened_at__gte=attendance.happened_at)
    return not later.exclude(pk=attendance.pk).exists()


def one_more(attendance: Attendance, before: Sequence[Mayoralty], stays: Sequence[Stay]) -> list[Title]:
    """The titles of a venue once this check-in is in, from what counts in the sixty days before it."""
    known, current = parted(before)
    others = [stay for stay in stays if stay.number != attendance.publication_id]
    board = Board.read(others, current, attendance.day)
    for stay in stays:
        if stay.number == attendance.publication_id:
            board.visit(stay)
    return [*known, *titles_of(board)]


def is_a_beginning(venue: Venue) -> bool:
    """Whether the board is due because a day begins, and was settled up to the evening before."""
    return venue.board_at is not None and venue.board_at == morning(
        day_of(venue.board_at, venue.zone), venue.zone
    )


def days_later(before: Sequence[Mayoralty], stays: Sequence[Stay], evening: date, today: date) -> list[Title]:
    """The titles of a venue once days have fallen out since an evening, from what counts in the sixty days up to it."""
    known, current = parted(before)
    board = Board.read(stays, current, evening)
    board.sweep(today)
    return [*known, *titles_of(board)]


def parted(rows: Sequence[Mayoralty]) -> tuple[list[Title], Title | None]:
    """The titles that have ended, and the one that is held."""
    known = [title_of_row(row) for row in rows]
    current = known.pop() if known and known[-1].until is None else None
    return known, current


def titles_of(board: Board) -> list[Title]:
    """All that a board knows of, the one that is held last."""
    return [*board.past, *([board.current] if board.current is not None else [])]


def title_of_row(row: Mayoralty) -> Title:
    """A title as the game knows it."""
    reason = Ending(row.reason) if row.reason else None
    return Title(row.person_id, row.since, row.until, reason, row.won_by_id)


def write(venue: Venue, before: Sequence[Mayoralty], after: Sequence[Title], at: datetime) -> None:
    """Put the titles in the place of those before; the tallies that knew others are looked at anew."""
    same = 0
    while same < min(len(before), len(after)) and title_of_row(before[same]) == after[same]:
        same += 1
    gone, new = before[same:], rows_of(venue, after[same:])
    Mayoralty.objects.filter(pk__in=[row.pk for row in gone]).delete()
    Mayoralty.objects.bulk_create(new)
    for person, since in changes(gone, new).items():
        count_anew(person, since)
    tell(new, at)


def rows_of(venue: Venue, titles: Sequence[Title]) -> list[Mayoralty]:
    """Titles as the table keeps them, with the moments at which they began and ended."""
    numbers = [title.won_by for title in titles if title.won_by is not None]
    won = Attendance.objects.unguarded("the board of the venue").filter(publication__in=numbers)
    moments = dict(won.values_list("publication", "happened_at"))
    began = [
        moments[title.won_by] if title.won_by is not None else morning(title.since, venue.zone)
        for title in titles
    ]
    ends: list[datetime | None] = [
        morning(title.until, venue.zone) if title.until is not None else None for title in titles
    ]
    for number, title in enumerate(titles):
        if title.reason == Ending.OVERTAKEN:
            ends[number] = began[number + 1]
    return [
        Mayoralty(
            venue=venue,
            person_id=title.person,
            since=title.since,
            until=title.until,
            reason=title.reason or "",
            won_by_id=title.won_by,
            began_at=began[number],
            ended_at=ends[number],
        )
        for number, title in enumerate(titles)
    ]


def morning(day: date, zone: str) -> datetime:
    """The moment at which a day begins at a venue."""
    return datetime.combine(day, time(), ZoneInfo(zone)) + DAY_STARTS


def changes(gone: Iterable[Mayoralty], new: Iterable[Mayoralty]) -> dict[int, datetime]:
    """From when on other titles were held than was known, by person."""
    known = {(row.person_id, row.began_at): row.ended_at for row in gone}
    found: dict[int, datetime] = {}
    for row in new:
        key = (row.person_id, row.began_at)
        since = row.began_at
        if key in known:
            ends = [end for end in (known.pop(key), row.ended_at) if end is not None]
            if not ends:
                continue
            since = min(ends)
        found[row.person_id] = min(since, found.get(row.person_id, since))
    for person, since in known:
        found[person] = min(since, found.get(person, since))
    return found


def count_anew(person: int, since: datetime) -> None:
    """Let somebody's check-ins be counted anew when some were counted that knew other titles; the chore does it."""
    mine = Whereabouts.objects.unguarded("whose tally is not up to date").filter(person=person)
    last = mine.filter(is_played=True, happened_at__gte=since).order_by("-happened_at").first()
    if last is not None:
        Whereabouts.objects.filter(pk=last.pk).update(is_played=False)


def tell(new: Iterable[Mayoralty], at: datetime) -> None:
    """Tell people, once, that somebody has just taken their title: whoever holds the next one."""
    for row, winner in pairwise(new):
        if row.reason != Ending.OVERTAKEN or row.ended_at is None or row.ended_at < at - FRESH:
            continue
        about = {"venue": row.venue_id, "publication": winner.won_by_id}
        if not Notice.objects.filter(person=row.person_id, kind=OVERTAKEN, about=about).exists():
            Notice.objects.create(person_id=row.person_id, kind=OVERTAKEN, about=about, at=at)


def next_turn(
    venue: Venue, coming: Sequence[datetime], stays: Sequence[Stay], at: datetime
) -> datetime | None:
    """When time moves the board next: a check-in comes out or is hidden, or a day falls out of a mayor's sixty."""
    earliest = day_of(at, venue.zone) - WINDOW
    days = [stay.day for stay in stays if stay.day > earliest]
    return min([*coming, *([morning(min(days) + WINDOW, venue.zone)] if days else [])], default=None)
