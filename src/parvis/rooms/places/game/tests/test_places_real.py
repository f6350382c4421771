"""The game on real check-ins: a year of 193 people of New York (Yang et al. 2015)."""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zlib import crc32

import pytest

from parvis.rooms.places.game.fold import Game, apply, fold
from parvis.rooms.places.game.mayors import Board, Stay, history
from parvis.rooms.places.game.rules import MOST_PER_DAY, MOST_PER_VISIT
from parvis.rooms.places.game.state import NEVER, State, VenueRecord, VenuesInMemory
from parvis.rooms.places.game.tests.oracle import points, reached, why_not
from parvis.rooms.places.game.visits import NO_TITLE, Visit, day_of

pytestmark = pytest.mark.data
WEEK_0 = datetime(2026, 1, 5, tzinfo=UTC)
BEHIND = timedelta(hours=5)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
USUAL = Game.usual()


def visits_of(path: Path) -> dict[int, list[Visit]]:
    """Each person's check-ins in order of time. The file has weeks, days and hours: dates and minutes are made up."""
    with gzip.open(path, "rt") as file:
        rows = list(csv.DictReader(file))
    first: dict[str, int] = {}
    for row in rows:
        first[row["label"]] = min(first.get(row["label"], 10**9), int(row["tid"]))
    people: dict[int, list[Visit]] = defaultdict(list)
    for number, row in enumerate(rows):
        weeks = int(row["tid"]) - first[row["label"]]
        minute = crc32(f"{row['tid']}/{number}".encode()) % 60
        local = WEEK_0 + timedelta(
            weeks=weeks, days=WEEKDAYS.index(row["day"]), hours=int(row["hour"]), minutes=minute
        )
        people[int(row["label"])].append(_visit(row, number, local))
    return {person: sorted(own, key=lambda one: (one.at, one.number)) for person, own in people.items()}


def _visit(row: dict[str, str], number: int, local: datetime) -> Visit:
    naive = local.replace(tzinfo=None)
    return Visit(
        number=number, at=local + BEHIND, local=naive, day=day_of(naive), venue=int(row["poi"]), category=row["category"],
        group=row["category"], country="US", town=1, lat=float(row["lat"]), lon=float(row["lon"]),
        has_extent=row["category"] == "Travel & Transport", is_private=row["category"] == "Residence",
    )  # fmt: skip


@pytest.fixture(scope="module")
def people(request: pytest.FixtureRequest) -> Iterator[dict[int, list[Visit]]]:
    from parvis.conftest import SHARED_DATA, skip_or_fail

    path = SHARED_DATA / "places" / "checkins_public" / "foursquare_nyc_train.csv.gz"
    if not path.is_file():
        skip_or_fail("the real check-ins of ../shared/data are absent")
    return visits_of(path)


class TestRealPeople:
    def test_get_points_and_badges_within_reason(self, people):
        counted = total = 0
        badges: dict[str, int] = defaultdict(int)
        for own in people.values():
            outcomes, state = fold(own, game=USUAL)
            total += len(own)
            counted += sum(found.counts for found in outcomes)
            a_day: dict[date, int] = defaultdict(int)
            for one, found in zip(own, outcomes, strict=True):
                assert 0 <= found.points <= MOST_PER_VISIT
                a_day[one.day] += found.points
            assert max(a_day.values()) <= MOST_PER_DAY
            assert sum(a_day.values()) == state.points
            for badge, progress in state.badges.items():
                badges[badge] += progress.level > 0
        assert (len(people), total) == (193, 44_809)
        assert counted / total > 0.9
        assert badges["first-stone"] == 193
        assert 0 < badges["night-bird"] < 193
        assert badges["on-a-boat"] == 0

    def test_have_the_same_state_one_check_in_at_a_time(self, people):
        for own in [people[person] for person in sorted(people)[::10]]:
            rows: dict[int, str] = {}

            class Table:
                def find(self, venue: int, rows: dict[int, str] = rows) -> VenueRecord:
                    return VenueRecord.from_json(json.loads(rows[venue])) if venue in rows else NEVER

                def keep(self, venue: int, record: VenueRecord, rows: dict[int, str] = rows) -> None:
                    rows[venue] = json.dumps(record.to_json())

            venues = VenuesInMemory()
            outcomes, whole = fold(own, game=USUAL, venues=venues)
            state, found = State(version=whole.version), []
            for one in own:
                found.append(apply(state, one, NO_TITLE, venues=Table(), game=USUAL))
                state = State.from_json(json.loads(json.dumps(state.to_json())))
            assert (found, state) == (outcomes, whole)
            assert {venue: VenueRecord.from_json(json.loads(row)) for venue, row in rows.items()} == venues

    def test_get_what_looking_back_over_everything_gives(self, people):
        own = min(people.values(), key=len)[:150]
        outcomes, state = fold(own, game=USUAL)
        past: list[Visit] = []
        paid: list[tuple[Visit, int]] = []
        for one, found in zip(own, outcomes, strict=True):
            expected = why_not(one, past)
            assert set(found.reasons) == expected
            if not expected:
                sums = points(one, NO_TITLE, past, paid)
                assert found.points == sums.total()
                past.append(one)
                paid.append((one, found.points))
        levels = {badge.id: reached(badge, past, [NO_TITLE] * len(past)) for badge in USUAL.badges}
        assert {b: p.level for b, p in state.badges.items() if p.level} == {
            b: n for b, n in levels.items() if n
        }

    def test_become_mayors_by_either_way_of_counting(self, people):
        venues: dict[int, list[Stay]] = defaultdict(list)
        for person, own in people.items():
            for one in own:
                if not one.is_private:
                    venues[one.venue].append(Stay(person, one.day, one.at, one.number))
        until = max(stay.day for stays in venues.values() for stay in stays) + timedelta(days=90)
        changes = 0
        for stays in venues.values():
            board = Board.fold(stays, date.min)
            open_one = [board.current] if board.current else []
            assert [*board.past, *open_one] == history(stays, date.min)
            board.sweep(until)
            assert board.past == history(stays, until)
            assert board.current is None
            changes += len(board.past)
        assert changes > 1_000
