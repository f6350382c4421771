"""Who is mayor of a place: the rule at its edges, and three ways of working it out that agree."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.rooms.places.game.mayors import Board, Ending, Mayoralty, Stay, history, is_eligible, score
from parvis.rooms.places.game.tests.makers import visit
from parvis.rooms.places.game.visits import Evidence, Mode, day_of

ANN, BEN, CAT = 1, 2, 3
FIRST = date(2026, 1, 1)
BOUNDS = settings(max_examples=150, deadline=None)


def on(day: int, person: int, *, hour: float = 12, number: int | None = None) -> Stay:
    """Somebody's stay on the day of that number, from 0."""
    when = FIRST + timedelta(days=day)
    at = datetime(when.year, when.month, when.day, tzinfo=UTC) + timedelta(hours=hour)
    return Stay(person, when, at, number if number is not None else day * 1000 + int(hour * 10) + person)


def the(day: int) -> date:
    return FIRST + timedelta(days=day)


def titles(*stays: Stay, until: int = 0, **wishes: object) -> list[tuple[int, int, int | None]]:
    """Person, first day, last day of each title; both ways of counting agree on them."""
    found = history(stays, the(until), **wishes)  # type: ignore[arg-type]
    assert all_of(Board.fold(stays, the(until), **wishes)) == found  # type: ignore[arg-type]
    return [
        (one.person, (one.since - FIRST).days, (one.until - FIRST).days if one.until else None)
        for one in found
    ]


def board(*stays: Stay, until: int = 0) -> Board:
    return Board.fold(stays, the(until))


def all_of(made: Board) -> list[Mayoralty]:
    return [*made.past, *([made.current] if made.current else [])]


@st.composite
def stays(draw: st.DrawFn) -> list[Stay]:
    """Few people, often on the same days, over some months, with gaps at which days fall out."""
    made, day = [], 0
    for number in range(draw(st.integers(0, 30))):
        day += draw(st.sampled_from((0, 0, 0, 1, 1, 2, 5, 29, 30, 56, 57, 58, 59, 60, 61, 120)))
        made.append(on(day, draw(st.integers(1, 4)), hour=5 + number / 2, number=number))
    return sorted(made, key=lambda stay: (stay.at, stay.number))


def by_brute_force(  # noqa: C901
    stays: list[Stay], until: date
) -> list[tuple[int, date, date | None, str | None, int | None]]:
    """Every morning, then every check-in, and each time everybody's days counted again."""
    done: list[list[object]] = []
    mayor: int | None = None
    seen: list[Stay] = []

    def days_of(person: int, today: date) -> list[date]:
        return sorted({one.day for one in seen if one.person == person and 0 <= (today - one.day).days <= 59})

    def reached(person: int, today: date) -> datetime:
        last = days_of(person, today)[-1]
        return min(one.at for one in seen if one.person == person and one.day == last)

    def change(person: int | None, today: date, reason: str, number: int | None = None) -> int | None:
        if mayor is not None:
            done[-1][2:4] = today, reason
        if person is not None:
            done.append([person, today, None, None, number])
        return person

    if not stays:
        return []
    today, last = stays[0].day, max(until, stays[-1].day)
    while today <= last:
        people = {one.person for one in seen}
        if mayor is not None:
            mine = len(days_of(mayor, today))
            able = [person for person in people if len(days_of(person, today)) >= 2]
            able.sort(key=lambda person: (-len(days_of(person, today)), reached(person, today), person))
            if mine < 2:
                mayor = change(able[0] if able else None, today, "lapsed")
            elif len(days_of(able[0], today)) > mine:
                mayor = change(able[0], today, "outnumbered")
        for one in [stay for stay in stays if stay.day == today]:
            seen.append(one)
            theirs, mine = (
                len(days_of(one.person, today)),
                len(days_of(mayor, today)) if mayor is not None else 0,
            )
            if one.person != mayor and theirs >= 2 and theirs > mine:
                mayor = change(one.person, today, "overtaken", one.number)
        today += timedelta(days=1)
    return [tuple(row) for row in done]  # type: ignore[misc]


class TestMayor:
    def test_takes_two_days(self):
        assert titles(on(0, ANN)) == []
        assert titles(on(0, ANN), on(1, ANN)) == [(ANN, 1, None)]

    def test_counts_two_check_ins_of_a_day_once(self):
        assert titles(on(0, ANN), on(0, ANN, hour=20)) == []

    def test_stays_who_it_is_at_a_tie(self):
        both = [on(0, ANN), on(1, ANN), on(2, BEN), on(3, BEN)]
        assert titles(*both) == [(ANN, 1, None)]
        assert titles(*both, on(4, BEN)) == [(ANN, 1, 4), (BEN, 4, None)]

    def test_goes_to_who_was_first_at_two_days(self):
        assert titles(on(0, ANN), on(0, BEN), on(1, BEN, hour=9), on(1, ANN, hour=10)) == [(BEN, 1, None)]

    def test_holds_through_the_sixtieth_day_and_no_longer(self):
        two = [on(0, ANN), on(1, ANN)]
        assert titles(*two, until=59) == [(ANN, 1, None)]
        assert titles(*two, until=60) == [(ANN, 1, 60)]

    def test_passes_to_the_next_with_two_days(self):
        late = [on(0, ANN), on(1, ANN), on(2, ANN), on(40, BEN), on(41, BEN), on(42, CAT)]
        assert titles(*late, until=60) == [(ANN, 1, None)]
        assert titles(*late, until=61) == [(ANN, 1, 61), (BEN, 61, None)]
        assert [one.reason for one in history(late, the(61))] == [Ending.LAPSED, None]

    def test_passes_to_who_has_more_as_days_fall_out(self):
        stays = [*(on(n, ANN) for n in (0, 1, 2, 3, 40)), *(on(n, BEN) for n in (30, 31, 32, 33))]
        assert titles(*stays, until=60) == [(ANN, 1, None)]
        assert titles(*stays, until=61) == [(ANN, 1, 61), (BEN, 61, None)]
        assert history(stays, the(61))[0].reason == Ending.OUTNUMBERED

    def test_passes_on_a_tie_to_who_reached_it_first_then_to_the_lower_number(self):
        ann = [on(0, ANN), on(1, ANN)]
        at_once = [on(30, CAT, hour=9), on(31, CAT, hour=9), on(30, BEN, hour=10), on(31, BEN, hour=10)]
        assert titles(*ann, *at_once, until=60)[-1] == (CAT, 60, None)
        same = [Stay(one.person, one.day, on((one.day - FIRST).days, ANN).at, one.number) for one in at_once]
        assert titles(*ann, *same, until=60)[-1] == (BEN, 60, None)

    def test_changes_twice_in_a_day(self):
        stays = [
            on(0, ANN),
            on(0, BEN),
            on(1, BEN),
            on(1, ANN, hour=13),
            on(2, ANN, hour=8),
            on(2, BEN, hour=9),
        ]
        assert titles(*stays) == [(BEN, 1, 2), (ANN, 2, None)]
        assert titles(*stays, on(3, BEN, hour=8), on(3, ANN, hour=9)) == [
            (BEN, 1, 2),
            (ANN, 2, 3),
            (BEN, 3, None),
        ]

    def test_says_which_check_in_won_the_title(self):
        assert [one.won_by for one in history([on(0, ANN), on(1, ANN, number=77)], the(1))] == [77]

    def test_is_nobody_who_never_wants_it(self):
        stays = [on(0, ANN), on(1, ANN), on(2, BEN), on(3, BEN)]
        assert titles(*stays, opted_out={ANN}) == [(BEN, 3, None)]

    def test_is_nobody_where_titles_are_closed(self):
        assert titles(on(0, ANN), on(1, ANN), is_closed=True) == []
        closed = Board.fold([on(n, ANN) for n in range(3)], the(3), is_closed=True)
        assert not closed.visit(on(4, ANN))
        assert closed.mayor is None

    def test_is_found_anew_when_a_check_in_goes(self):
        stays = [on(0, ANN), on(1, ANN), on(2, ANN), on(3, BEN), on(4, BEN)]
        assert titles(*stays)[-1][0] == ANN
        assert titles(*stays[:1], *stays[3:])[-1] == (BEN, 4, None)

    def test_is_found_over_both_when_two_places_become_one(self):
        one, other = [on(0, ANN), on(1, ANN)], [on(0, BEN), on(2, BEN), on(3, ANN, hour=3), on(3, BEN)]
        assert titles(*one, *other)[-1] == (ANN, 1, None)
        assert titles(*one, *other, on(4, BEN))[-1] == (BEN, 4, None)

    def test_day_starts_at_four_on_the_clock_of_the_venue_through_a_change_of_time(self):
        zone = ZoneInfo("Europe/Paris")
        clock = [
            datetime(2026, 3, 28, 23, tzinfo=zone),
            datetime(2026, 3, 29, 3, 30, tzinfo=zone),
            datetime(2026, 3, 29, 4, tzinfo=zone),
        ]
        stays = [
            Stay(ANN, day_of(at.replace(tzinfo=None)), at.astimezone(UTC), n) for n, at in enumerate(clock)
        ]
        assert history(stays[:2], date(2026, 3, 29)) == []
        assert history(stays, date(2026, 3, 29)) == [Mayoralty(ANN, date(2026, 3, 29), won_by=2)]


class TestScore:
    def test_is_the_number_of_days_in_sixty(self):
        days = [the(n) for n in (0, 1, 59, 60, 61)]
        assert [score(days, the(n)) for n in (0, 59, 60, 61)] == [1, 3, 3, 3]

    @BOUNDS
    @given(stays(), st.integers(0, 400))
    def test_is_what_the_board_keeps(self, made, later):
        kept = board(*made)
        today = max(kept.today, the(later))
        kept.sweep(today)
        assert all(
            kept.score(p) == score([one.day for one in made if one.person == p], today) for p in range(1, 5)
        )


class TestBoard:
    @BOUNDS
    @given(stays(), st.integers(0, 400))
    def test_agrees_with_the_plain_fold_and_with_brute_force(self, made, until):
        kept = board(*made, until=until)
        assert all_of(kept) == history(made, the(until))
        rows = [(one.person, one.since, one.until, one.reason, one.won_by) for one in all_of(kept)]
        assert rows == by_brute_force(made, the(until))

    @BOUNDS
    @given(stays(), st.lists(st.integers(0, 400), max_size=5))
    def test_does_not_mind_how_often_it_is_swept(self, made, nights):
        kept = Board()
        for one in made:
            for night in sorted(nights):
                if the(night) <= one.day:
                    kept.sweep(the(night))
            kept.visit(one)
        assert all_of(kept) == history(made, FIRST)

    @BOUNDS
    @given(stays(), st.data())
    def test_goes_on_from_what_was_kept_of_sixty_days(self, made, data):
        cut = data.draw(st.integers(0, len(made)))
        before, after = board(*made[:cut]), Board()
        after = Board.read(made[:cut], before.current, before.today) if cut else after
        for one in made[cut:]:
            assert before.visit(one) == after.visit(one)
        before.sweep(the(500)), after.sweep(the(500))
        assert (before.current, before.past[-1:]) == (after.current, (after.past or before.past)[-1:])

    @BOUNDS
    @given(stays())
    def test_says_of_each_check_in_whether_it_won(self, made):
        kept = Board()
        won = {one.number for one in made if kept.visit(one)}
        assert won == {one.won_by for one in all_of(kept)} - {None}

    @BOUNDS
    @given(stays(), st.integers(1, 4), st.integers(0, 30))
    def test_says_how_many_days_are_wanting(self, made, person, later):
        kept = board(*made)
        today = kept.today + timedelta(days=later) if made else FIRST
        number = kept.days_away(person, today)
        kept.sweep(today)
        was_here = any(one.person == person and one.day == today for one in made)
        days = [(today - FIRST).days + n + was_here for n in range(number or 10)]
        if kept.mayor == person:
            assert number is None
            return
        holders = []
        for day in days:
            kept.visit(on(day, person, hour=23.9))
            holders.append(kept.mayor)
        assert [n for n, holder in enumerate(holders, start=1) if holder == person][:1] == (
            [number] if number else []
        )

    def test_counts_down_from_ten(self):
        kept = board(*(on(n, ANN) for n in range(10)), on(9, BEN))
        assert [kept.days_away(person, the(9)) for person in (ANN, BEN, CAT)] == [None, 10, None]
        assert kept.days_away(BEN, the(59)) == 6
        assert kept.days_away(BEN, the(65)) == 3


class TestEligible:
    @pytest.mark.parametrize(
        "changes",
        [
            {"mode": Mode.WAS_HERE}, {"mode": Mode.FROM_AFAR}, {"is_private": True}, {"is_late": True}, {"is_imported": True},
            {"is_off_grid": True},
        ],
    )  # fmt: skip
    def test_counts_only_who_says_here_at_a_place_for_all(self, changes):
        assert is_eligible(visit(), counts=True)
        assert not is_eligible(visit(**changes), counts=True)

    def test_counts_only_what_counts(self):
        assert not is_eligible(visit(), counts=False)

    @pytest.mark.parametrize(("evidence", "is_enough"), [("near", True), ("none", False), ("far", False)])
    def test_needs_a_position_where_the_owner_asks_for_one(self, evidence, is_enough):
        assert is_eligible(visit(evidence=Evidence(evidence)), counts=True, needs_position=True) is is_enough
