"""Points and badges are a fold of a person's check-ins: one by one, all at once, and by looking back, they agree."""

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.rooms.places.game.badges import Badge
from parvis.rooms.places.game.fold import Game, Outcome, OutOfOrder, apply, fold
from parvis.rooms.places.game.loading import bundled, load
from parvis.rooms.places.game.rules import MOST_PER_DAY, MOST_PER_VISIT, VERSION
from parvis.rooms.places.game.state import NEVER, State, VenueRecord, VenuesInMemory
from parvis.rooms.places.game.tests.makers import NOON, days, histories, hours, titled, visit
from parvis.rooms.places.game.tests.oracle import points, reached, why_not
from parvis.rooms.places.game.visits import NO_TITLE, Evidence, Visit

USUAL = Game.usual()
OFFSETS = (timedelta(hours=-10), timedelta(0), timedelta(hours=14))
BOUNDS = settings(max_examples=60, deadline=None)


def small(number: int, **rule: object) -> dict[str, object]:
    words = {"en": "A badge", "fr": "Un badge"}
    drawing = {"shape": "circle", "symbol": "star", "colour": "brick", "second": "lake"}
    return {"id": f"b{number}", "name": words, "text": words, "rule": rule, "drawing": drawing}


EASY: tuple[Badge, ...] = load(
    small(number, **rule)
    for number, rule in enumerate(
        (
            {"kind": "visits", "levels": [1, 3, 6, 12]},
            {"kind": "visits", "same_venue": True, "levels": [2, 4]},
            {"kind": "visits", "same_venue": True, "days": 7, "levels": [2, 3, 4]},
            {"kind": "visits", "days": 62, "groups": ["food"], "levels": [2, 3, 5, 8]},
            {"kind": "visits", "hours": 12, "levels": [2, 3, 4, 5]},
            {"kind": "visits", "in_month": True, "categories": ["amenity"], "levels": [2, 3, 5]},
            {"kind": "visits", "tags": ["boat"], "levels": [1, 2, 3]},
            {"kind": "visits", "between": ["22:00", "02:00"], "levels": [1, 2, 3]},
            {
                "kind": "visits",
                "between": ["00:00", "04:00"],
                "weekdays": ["wednesday", "thursday"],
                "levels": [1, 2],
            },
            {"kind": "venues", "levels": [1, 2, 3, 5, 8]},
            {"kind": "venues", "categories": ["amenity/cafe"], "levels": [1, 2]},
            {"kind": "venues", "countries": ["CH", "FR"], "levels": [2, 4]},
            {"kind": "venues", "in_night": True, "levels": [2, 3]},
            {"kind": "town", "levels": [1, 2, 3]},
            {"kind": "towns", "levels": [1, 2]},
            {"kind": "countries", "levels": [1, 2]},
            {"kind": "days", "levels": [2, 3]},
            {"kind": "nights", "levels": [2, 3]},
            {"kind": "days", "groups": ["food"], "levels": [2]},
            {"kind": "companions", "levels": [1, 3]},
            {"kind": "pictures", "levels": [1, 2, 4]},
            {"kind": "titles", "levels": [1, 2, 3]},
            {"kind": "creations", "levels": [1, 2]},
            {"kind": "return", "levels": [30, 365]},
        )
    )
)
"""Every kind of rule, with levels that small histories reach."""
DENSE = Game(badges=EASY)


class Table:
    """Records of venues as a database keeps them: each one a text, read one at a time."""

    def __init__(self) -> None:
        self.rows: dict[int, str] = {}
        self.asked: list[int] = []

    def find(self, venue: int) -> VenueRecord:
        self.asked.append(venue)
        return VenueRecord.from_json(json.loads(self.rows[venue])) if venue in self.rows else NEVER

    def keep(self, venue: int, record: VenueRecord) -> None:
        self.rows[venue] = json.dumps(record.to_json())


def through_texts(visits: list[Visit], game: Game) -> tuple[list[Outcome], State, Table]:
    """One check-in at a time, all that is kept being written down as text in between."""
    table, text, outcomes = Table(), json.dumps(State(version=VERSION).to_json()), []
    for one in visits:
        state = State.from_json(json.loads(text))
        outcomes.append(apply(state, one, titled(one), venues=table, game=game))
        text = json.dumps(state.to_json())
    return outcomes, State.from_json(json.loads(text)), table


def outcome(*visits: Visit, title=NO_TITLE, game: Game = USUAL) -> Outcome:
    """What the last of some check-ins brought."""
    return fold(visits, game=game, title_of=lambda one: title if one is visits[-1] else NO_TITLE)[0][-1]


def brought(found: Outcome) -> dict[str, int]:
    return {award.rule: award.points for award in found.awards}


class TestFold:
    @BOUNDS
    @given(histories(offsets=OFFSETS))
    def test_is_the_same_as_one_check_in_at_a_time_through_texts(self, visits):
        venues = VenuesInMemory()
        whole = fold(reversed(visits), game=DENSE, title_of=titled, venues=venues)
        *one_by_one, table = through_texts(visits, DENSE)
        assert (list(one_by_one[0]), one_by_one[1]) == whole
        assert {venue: table.find(venue) for venue in table.rows} == venues

    @BOUNDS
    @given(histories(offsets=OFFSETS))
    def test_its_state_comes_back_from_json_as_it_was(self, visits):
        _, state = fold(visits, game=DENSE, title_of=titled)
        assert State.from_json(json.loads(json.dumps(state.to_json()))) == state

    @BOUNDS
    @given(histories(), st.data())
    def test_going_on_from_any_moment_gives_the_same(self, visits, data):
        cut = data.draw(st.integers(0, len(visits)))
        venues = VenuesInMemory()
        outcomes, state = fold(visits[:cut], game=DENSE, title_of=titled, venues=venues)
        for one in visits[cut:]:
            outcomes.append(apply(state, one, titled(one), venues=venues, game=DENSE))
        assert (outcomes, state) == fold(visits, game=DENSE, title_of=titled)

    @BOUNDS
    @given(histories())
    def test_agrees_with_looking_back_over_everything(self, visits):
        outcomes, state = fold(visits, game=DENSE, title_of=titled)
        past: list[Visit] = []
        paid: list[tuple[Visit, int]] = []
        for one, found in zip(visits, outcomes, strict=True):
            expected = why_not(one, past)
            assert set(found.reasons) == expected
            if not expected:
                sums = points(one, titled(one), past, paid)
                assert {rule: n for rule, n in brought(found).items() if n} == {
                    r: n for r, n in sums.items() if n
                }
                paid.append((one, found.points))
            if expected <= {"imported"}:
                past.append(one)
        assert state.points == sum(number for _, number in paid)
        titles = [titled(one) for one in past]
        assert {b: p.level for b, p in state.badges.items() if p.level} == {
            badge.id: level for badge in EASY if (level := reached(badge, past, titles))
        }

    @BOUNDS
    @given(histories())
    def test_awards_each_level_once_and_in_order(self, visits):
        outcomes, state = fold(visits, game=DENSE, title_of=titled)
        levels: dict[str, list[int]] = {}
        for found in outcomes:
            for award in found.badges:
                levels.setdefault(award.badge, []).append(award.level)
        assert all(got == list(range(1, state.badges[badge].level + 1)) for badge, got in levels.items())

    @BOUNDS
    @given(histories())
    def test_takes_what_brings_nothing_for_something_that_never_was(self, visits):
        outcomes, state = fold(visits, game=DENSE, title_of=titled)
        kept = [
            one
            for one, found in zip(visits, outcomes, strict=True)
            if found.counts or [*found.reasons] == ["imported"]
        ]
        assert fold(kept, game=DENSE, title_of=titled)[1] == state

    @BOUNDS
    @given(histories())
    def test_pays_no_more_than_the_caps(self, visits):
        outcomes, _ = fold(visits, game=DENSE, title_of=titled)
        a_day: dict[object, int] = {}
        for one, found in zip(visits, outcomes, strict=True):
            assert 0 <= found.points <= MOST_PER_VISIT
            a_day[one.day] = a_day.get(one.day, 0) + found.points
        assert all(number <= MOST_PER_DAY for number in a_day.values())

    @BOUNDS
    @given(histories())
    def test_an_import_takes_no_check_in_of_ones_own_away(self, visits):
        own = [one for one in visits if not one.is_imported]
        alone = dict(zip([one.number for one in own], fold(own, game=DENSE)[0], strict=True))
        with_imports = fold(visits, game=DENSE)[0]
        for one, found in zip(visits, with_imports, strict=True):
            if not one.is_imported:
                assert (found.counts, found.reasons) == (alone[one.number].counts, alone[one.number].reasons)

    def test_keeps_little_however_much_there_was(self):
        venues = VenuesInMemory()
        sizes = []
        for number in (400, 4_000):
            visits = [visit(n, NOON + hours(4 * n), venue=n % 50) for n in range(number)]
            _, state = fold(visits, game=USUAL, venues=venues if number == 4_000 else None)
            sizes.append(len(json.dumps(state.to_json())))
        assert sizes[1] < sizes[0] + 100
        assert max(len(json.dumps(record.to_json())) for record in venues.values()) < 1_000

    def test_asks_for_the_venue_of_the_check_in_alone(self):
        table, state = Table(), State(version=VERSION)
        for n in range(5):
            apply(state, visit(n, NOON + hours(n), venue=n), venues=table, game=USUAL)
        assert table.asked == [0, 1, 2, 3, 4]

    def test_refuses_one_that_lies_before_another(self):
        state, venues = State(), VenuesInMemory()
        apply(state, visit(2), venues=venues, game=USUAL)
        for late in (visit(1), visit(2), visit(3, NOON - hours(1))):
            with pytest.raises(OutOfOrder):
                apply(state, late, venues=venues, game=USUAL)
        assert apply(state, visit(3, venue=2), venues=venues, game=USUAL).counts

    def test_lets_check_ins_off_the_grid_count_for_who_wants_it(self):
        hidden = visit(is_off_grid=True)
        assert [*outcome(hidden).reasons] == ["off_grid"]
        assert outcome(hidden, game=Game(badges=USUAL.badges, counts_off_grid=True)).points == 9

    def test_without_evidence_nobody_can_tell_where_someone_was(self):
        far = outcome(visit(evidence=Evidence.FAR))
        assert (far.counts, [*far.reasons]) == (False, ["too_far"])
        assert outcome(visit(evidence=Evidence.NEAR)) == outcome(visit(evidence=Evidence.NONE))

    def test_gives_badges_for_what_was_imported_and_no_points(self):
        found = outcome(visit(is_imported=True, is_late=True))
        assert (found.counts, found.points, [one.badge for one in found.badges]) == (
            False,
            0,
            ["first-stone"],
        )

    def test_takes_a_badge_away_with_its_only_cause(self):
        ferry = visit(2, NOON + hours(5), venue=2, category="route/ferry", tags=frozenset({"boat"}))
        with_it, without = (fold(some, game=USUAL)[1].badges for some in ([visit(), ferry], [visit()]))
        assert "on-a-boat" in with_it
        assert "on-a-boat" not in without


class TestWindow:
    @pytest.mark.parametrize("rule", [{"same_venue": True}, {}])
    @pytest.mark.parametrize(("later", "is_awarded"), [(61, True), (62, False)])
    def test_reaches_back_62_days(self, rule, later, is_awarded):
        game = Game(badges=load([small(0, kind="visits", days=62, levels=[2], **rule)]))
        found = outcome(visit(1), visit(2, NOON + days(later)), game=game)
        assert bool(found.badges) is is_awarded

    @pytest.mark.parametrize(("later", "is_awarded"), [(11.99, True), (12, False)])
    def test_of_hours_is_half_open(self, later, is_awarded):
        game = Game(badges=load([small(0, kind="visits", hours=12, levels=[2])]))
        assert bool(outcome(visit(1), visit(2, NOON + hours(later)), game=game).badges) is is_awarded


class TestBundledBadges:
    def test_come_within_reach_of_a_life(self):
        earned = {badge.id: badge for badge in bundled()}
        assert {"first-stone", "local", "on-a-boat", "swallow"} <= set(earned)

    def test_swallow_returns_after_a_year(self):
        soon, late = (outcome(visit(1), visit(2, NOON + days(number))) for number in (364, 365))
        assert "swallow" not in [one.badge for one in soon.badges]
        assert "swallow" in [one.badge for one in late.badges]

    def test_night_round_takes_four_different_places(self):
        start = NOON.replace(hour=18)
        round_ = [visit(n, start + hours(n), venue=n) for n in (1, 2, 3)]
        back, fourth = visit(8, start + hours(5), venue=1), visit(9, start + hours(6), venue=4)
        assert "night-round" not in [one.badge for one in outcome(*round_, back).badges]
        assert "night-round" in [one.badge for one in outcome(*round_, back, fourth).badges]

    def test_local_takes_ten_places_of_one_town(self):
        visits = [visit(n, NOON + days(n), venue=n, town=7) for n in range(10)]
        outcomes, _ = fold(
            [*visits[:9], visit(20, NOON + days(20), venue=20, town=8), *visits[9:]], game=USUAL
        )
        with_it = [n for n, found in enumerate(outcomes) if "local" in [one.badge for one in found.badges]]
        assert with_it == [9]

    @pytest.mark.parametrize(
        ("days_later", "hour", "is_awarded"), [(1, 3, True), (3, 3, False), (1, 4, False)]
    )
    def test_small_hours_come_before_a_weekday(self, days_later, hour, is_awarded):
        at = NOON.replace(hour=hour) + days(days_later)
        assert ("small-hours" in [one.badge for one in outcome(visit(1, at)).badges]) is is_awarded
