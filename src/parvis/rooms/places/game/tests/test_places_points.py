"""Each rule of the table of points, at its edges."""

import pytest

from parvis.rooms.places.game.counting import SENTENCES, Reason
from parvis.rooms.places.game.fold import Game, Outcome, fold
from parvis.rooms.places.game.rules import RULES, TABLE, VERSION
from parvis.rooms.places.game.tests.makers import NOON, days, hours, visit
from parvis.rooms.places.game.visits import NO_TITLE, Mode, Title, Visit, day_of

PLAIN = Game(badges=())
KNOWN = visit(0, NOON - days(30))
"""One check-in long before, so that neither the place nor its sort is new."""


def last(*visits: Visit, title: Title = NO_TITLE) -> Outcome:
    return fold([KNOWN, *visits], game=PLAIN, title_of=lambda one: title if one is visits[-1] else NO_TITLE)[
        0
    ][-1]


def paid(*visits: Visit, title: Title = NO_TITLE) -> dict[str, int]:
    return {award.rule: award.points for award in last(*visits, title=title).awards}


def reasons(*visits: Visit) -> list[str]:
    return [*last(*visits).reasons]


class TestPoints:
    def test_pay_one_for_a_check_in(self):
        assert paid(visit()) == {"base": 1}

    def test_pay_five_for_a_place_one_was_never_at_and_three_for_its_sort(self):
        assert paid(visit(venue=2)) == {"base": 1, "first": 5}
        assert paid(visit(venue=2, group="culture")) == {"base": 1, "first": 5, "category": 3}

    def test_pay_five_for_a_place_one_put_on_the_map(self):
        assert paid(visit(creates_venue=True)) == {"base": 1, "create": 5}

    def test_pay_for_each_further_place_of_a_day_up_to_four(self):
        stops = [visit(n, NOON + hours(n), venue=n) for n in range(1, 8)]
        assert [paid(*stops[:n]).get("stop", 0) for n in range(1, 8)] == [0, 1, 2, 3, 4, 4, 4]

    def test_pay_no_stop_for_coming_back_on_the_same_day(self):
        assert paid(visit(1), visit(2, NOON + hours(1), venue=2), visit(3, NOON + hours(4))) == {"base": 1}

    def test_count_a_night_out_as_one_day(self):
        evening, before_four, after = (
            NOON.replace(hour=22),
            NOON.replace(hour=3) + days(1),
            NOON.replace(hour=4) + days(1),
        )
        assert paid(visit(1, evening), visit(2, before_four, venue=2))["stop"] == 1
        assert "stop" not in paid(visit(1, evening), visit(2, after, venue=2))

    def test_pay_the_mayor_once_a_day(self):
        mine = Title(is_mine_before=True)
        assert paid(visit(), title=mine) == {"base": 1, "mayor": 3}
        assert paid(visit(1), visit(2, NOON + hours(4)), title=mine) == {"base": 1}
        assert paid(visit(1), visit(2, NOON + days(2)), title=mine) == {"base": 1, "mayor": 3}

    def test_pay_five_for_winning_the_title(self):
        assert paid(visit(), title=Title(is_won_by_this=True)) == {"base": 1, "dethrone": 5}

    def test_pay_each_third_day_in_a_row(self):
        row = [visit(n, NOON + days(n)) for n in range(1, 8)]
        assert [n for n in range(1, 8) if "streak" in paid(*row[:n])] == [3, 6]

    def test_pay_the_third_week_in_a_row(self):
        row = [visit(n, NOON + days(7 * n)) for n in range(10, 14)]
        assert [n for n in range(1, 5) if "streak" in paid(*row[:n])] == [3]

    def test_pay_a_row_of_weeks_once_in_its_week(self):
        row = [visit(n, NOON + days(n)) for n in (70, 77, 84)]
        assert "streak" in paid(*row)
        assert "streak" not in paid(*row, visit(99, NOON + days(86)))

    def test_begin_a_week_on_monday(self):
        sunday, monday, later = (visit(n, NOON + days(n)) for n in (4, 5, 18))
        assert (sunday.day.weekday(), monday.day.weekday(), later.day.weekday()) == (6, 0, 6)
        assert "streak" in paid(sunday, monday, visit(18, later.at))

    def test_break_a_row_with_a_day_left_out(self):
        assert "streak" not in paid(*(visit(n, NOON + days(n)) for n in (1, 2, 4)))

    def test_pay_a_row_once_when_days_and_weeks_both_fill_it(self):
        row = [visit(n, NOON + days(n)) for n in (0, 7, 10, 11, 12)]
        assert row[-1].day.weekday() == 0
        assert paid(*row)["streak"] == 2

    def test_pay_up_to_three_who_came_along(self):
        assert [paid(visit(companions=n)).get("together", 0) for n in (0, 1, 3, 9)] == [0, 1, 3, 3]

    def test_pay_nothing_from_the_third_time_on(self):
        row = [visit(n, NOON.replace(hour=5) + hours(4 * n)) for n in range(4)]
        assert [last(*row[:n]).points for n in range(1, 5)] == [1, 1, 0, 0]
        assert paid(*row[:3], title=Title(is_won_by_this=True)) == {"repeat": 0}
        assert last(*row).counts

    def test_pay_25_for_one_check_in_at_most(self):
        stops = [visit(n, NOON + hours(n), venue=n) for n in range(1, 6)]
        rich = visit(9, NOON + hours(9), venue=9, group="culture", creates_venue=True, companions=3)
        found = paid(*stops, rich, title=Title(is_won_by_this=True))
        assert (sum(found.values()), found["cap"]) == (25, -1)

    def test_pay_100_a_day_at_most(self):
        stops = [visit(n, NOON + hours(n / 2), venue=n + 10, companions=3) for n in range(12)]
        sums = [last(*stops[:n]).points for n in range(1, 13)]
        assert (sums, sum(sums)) == ([9, 10, 11, 12, 13, 13, 13, 13, 6, 0, 0, 0], 100)
        assert paid(*stops[:9])["day_cap"] == -7

    def test_take_away_for_the_day_what_the_check_in_has_left(self):
        stops = [visit(n, NOON + hours(n / 2), venue=n + 10, companions=3) for n in range(8)]
        rich = visit(9, NOON + hours(9), venue=9, group="culture", creates_venue=True, companions=3)
        found = paid(*stops, rich, title=Title(is_won_by_this=True))
        assert (last(*stops, rich).points, found["cap"], found["day_cap"]) == (6, -1, -19)

    def test_remember_the_day_to_which_one_comes_back_over_the_date_line(self):
        far_west, far_east = (
            {"offset": hours(-10), "has_extent": True},
            {"offset": hours(14), "has_extent": True},
        )
        noon = NOON.replace(hour=20)
        first = visit(1, noon, venue=11, **far_east)
        between = visit(2, noon + hours(1), venue=12, **far_west)
        again = visit(3, noon + hours(2), venue=13, **far_east)
        assert (between.day, again.day) == (first.day - days(1), first.day)
        assert paid(first, between, again)["stop"] == 1

    def test_name_a_rule_of_the_table_each(self):
        assert VERSION == 1
        assert {rule.id: rule.points for rule in TABLE if rule.points >= 0} == {
            "base": 1, "first": 5, "create": 5, "stop": 1, "mayor": 3, "dethrone": 5, "streak": 2, "category": 3, "together": 1,
            "repeat": 0,
        }  # fmt: skip
        assert len(RULES) == len(TABLE)


class TestCounting:
    def test_counts_the_sixth_place_of_a_quarter_of_an_hour_not(self):
        places = [visit(n, NOON + hours(n / 60), venue=n) for n in range(1, 7)]
        assert reasons(*places) == ["too_many_places"]
        assert reasons(*places[:5]) == []
        assert reasons(*places[:5], visit(9, NOON + hours(16 / 60), venue=9)) == []

    def test_locks_nobody_out_for_trying(self):
        places = [visit(n, NOON + hours(n / 60), venue=n) for n in range(1, 16)]
        assert reasons(*places) == ["too_many_places"]
        assert reasons(*places, visit(99, NOON + hours(17 / 60), venue=99)) == []

    def test_counts_forty_in_a_day(self):
        places = [visit(n, NOON + hours(n / 2), venue=n) for n in range(1, 41)]
        one_more = NOON + hours(24.4)
        assert reasons(*places, visit(41, one_more, venue=41)) == ["too_many_today"]
        assert reasons(*places[1:], visit(41, one_more, venue=41)) == []
        assert reasons(*places, visit(41, NOON + hours(24.5), venue=41)) == []

    def test_counts_one_at_a_place_in_three_hours(self):
        assert reasons(visit(1), visit(2, NOON + hours(2.99))) == ["again"]
        assert reasons(visit(1), visit(2, NOON + hours(3))) == []
        assert reasons(visit(1), visit(2, NOON + hours(1), venue=2)) == []

    def test_takes_no_faster_journey_than_a_thousand_km_an_hour(self):
        geneva, paris = visit(1), {"venue": 2, "lat": 48.85, "lon": 2.35}
        assert reasons(geneva, visit(2, NOON + hours(0.4), **paris)) == ["too_fast"]
        assert reasons(geneva, visit(2, NOON + hours(0.42), **paris)) == []

    def test_asks_for_no_speed_nearby_or_where_a_place_has_extent(self):
        assert reasons(visit(1), visit(2, NOON, venue=2, lat=46.217)) == []
        assert reasons(visit(1), visit(2, NOON, venue=2, lat=46.219)) == ["too_fast"]
        assert reasons(visit(1), visit(2, NOON, venue=2, lat=48.0, has_extent=True)) == []

    def test_measures_speed_from_the_last_place_that_is_a_point(self):
        road = visit(2, NOON + hours(0.1), venue=2, has_extent=True)
        assert reasons(visit(1), road, visit(3, NOON + hours(0.2), venue=3, lat=52.0)) == ["too_fast"]

    def test_asks_a_position_of_no_place_with_extent(self):
        assert reasons(visit(evidence="far")) != []
        assert reasons(visit(evidence="far", has_extent=True)) == []

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"mode": Mode.FROM_AFAR}, "from_afar"), ({"is_late": True, "mode": Mode.WAS_HERE}, "late"),
            ({"is_imported": True}, "imported"), ({"is_off_grid": True}, "off_grid"),
        ],
    )  # fmt: skip
    def test_counts_nothing_that_was_declared_otherwise(self, changes, reason):
        assert reasons(visit(**changes)) == [reason]

    def test_counts_what_is_told_within_the_day(self):
        assert reasons(visit(mode=Mode.WAS_HERE)) == []

    def test_has_a_sentence_for_each_reason(self):
        assert set(SENTENCES) == set(Reason)


class TestDay:
    def test_starts_at_four(self):
        night = NOON.replace(tzinfo=None, hour=3, minute=59)
        assert (day_of(night).day, day_of(night.replace(hour=4, minute=0)).day) == (3, 4)
