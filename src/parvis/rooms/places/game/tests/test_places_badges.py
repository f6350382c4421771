"""Badges are data: the bundled ones are whole, and an owner's are read with help."""

import re
import tomllib
from collections import Counter
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.lib.text.typography import french
from parvis.rooms.places.game.badges import BadBadges, Kind, Where
from parvis.rooms.places.game.drawing import svg
from parvis.rooms.places.game.fold import Game, fold
from parvis.rooms.places.game.judging import METERS, passes
from parvis.rooms.places.game.loading import KEYS, bundled, load
from parvis.rooms.places.game.symbols import BOX, COLOURS, SHAPES, SYMBOLS
from parvis.rooms.places.game.tests.makers import NOON, visit

WHOLE = """
id = "ferries"
name = { en = "Ferries", fr = "Les bacs" }
text = { en = "Three ferries.", fr = "Trois bacs." }
rule = { kind = "venues", categories = ["route/ferry"], levels = [3, 6] }
drawing = { shape = "circle", symbol = "boat", colour = "lake", second = "brick" }
"""


def faults(text: str, *more: str) -> list[str]:
    """What is said about badges written like that."""
    with pytest.raises(BadBadges) as caught:
        load([tomllib.loads(one) for one in (text, *more)])
    return [str(fault) for fault in caught.value.faults]


def sayings(row: dict[str, object]) -> list[str]:
    """What is said about a badge; nothing when it is whole."""
    try:
        load([row])
    except BadBadges as refused:
        return [str(fault) for fault in refused.faults]
    return []


def changed(line: str, by: str) -> str:
    return re.sub(rf"^{line} = .*$", by, WHOLE, flags=re.MULTILINE)


def rule(text: str) -> str:
    return changed("rule", f"rule = {{ {text} }}")


class TestBundled:
    def test_are_about_two_dozen_with_a_drawing_of_their_own(self):
        badges = bundled()
        assert 24 <= len(badges) <= 30
        assert Counter(badge.drawing.symbol for badge in badges).most_common(1)[0][1] == 1
        assert len({(badge.name["en"], badge.name["fr"]) for badge in badges}) == len(badges)

    def test_use_every_kind_of_rule(self):
        assert {badge.rule.kind for badge in bundled()} == set(Kind) == set(METERS) == set(KEYS)

    def test_are_set_as_french_is_set(self):
        words = [words for badge in bundled() for words in (badge.name["fr"], badge.text["fr"])]
        assert [french(one) for one in words] == words
        assert not [one for one in words if re.search(r"\d (\d{3}|h)\b", one)]

    def test_are_drawn_in_the_tokens_of_the_square_alone(self):
        for badge in bundled():
            drawn = svg(badge.drawing, level=3, title=badge.name["fr"])
            ElementTree.fromstring(drawn)
            assert "style=" not in drawn
            assert not re.search(r'(?:fill|stroke)="(?!var\(--|none")', drawn)
            assert {badge.drawing.colour, badge.drawing.second} < set(re.findall(r"var\(--(\w+)\)", drawn))


class TestDrawing:
    def test_has_a_name_or_only_decorates(self):
        drawing = bundled()[0].drawing
        assert 'role="img" aria-label="&quot;A&quot; &lt;b&gt;"' in svg(drawing, title='"A" <b>')
        assert 'aria-hidden="true"' in svg(drawing)

    def test_shows_the_level_from_the_second_on(self):
        drawing = bundled()[0].drawing
        assert svg(drawing, level=1) == svg(drawing)
        assert ">10</text>" in svg(drawing, level=10)

    def test_is_grey_until_it_is_held(self):
        drawing = bundled()[0].drawing
        assert set(re.findall(r"var\(--(\w+)\)", svg(drawing, is_held=False))) == {"edge"}

    def test_can_draw_all_that_data_may_ask_for(self):
        drawing = bundled()[0].drawing
        for shape in SHAPES:
            for symbol in SYMBOLS:
                ElementTree.fromstring(svg(type(drawing)(shape, symbol, COLOURS[0], COLOURS[1])))
        assert set(BOX) <= set(SHAPES)


class TestLoad:
    def test_reads_a_badge_of_the_owner(self):
        (badge,) = load([tomllib.loads(WHOLE)])
        assert (badge.id, badge.name["fr"], badge.rule.levels) == ("ferries", "Les bacs", (3, 6))
        assert badge.rule.where == Where(categories=frozenset({"route/ferry"}))

    def test_reads_weekdays_and_times(self):
        (badge,) = load(
            [
                tomllib.loads(
                    rule('kind = "visits", weekdays = ["monday", "sunday"], between = ["22:30", "01:00"]')
                )
            ]
        )
        assert badge.rule.where == Where(weekdays=frozenset({0, 6}), since=1350, until=60)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (changed("id", ""), "“id” is missing."),
            (changed("id", 'id = "Les Bacs"'), "“id” wants small letters a to z, digits and single hyphens, 40 at most."),
            (changed("text", ""), "“text” is missing."),
            (changed("name", 'name = "Ferries"'), "“name” is no group of keys with values."),
            (changed("name", 'name = { en = "Ferries" }'), "“name.fr” is missing."),
            (changed("name", 'name = { en = "Ferries", fr = " " }'), "“name.fr” wants words, 60 characters at most."),
            (changed("text", f'text = {{ en = "{"x" * 301}", fr = "a" }}'), "“text.en” wants words, 300 characters at most."),
            (changed("name", 'name = { en = "a", fr = "b", de = "c" }'), "nothing is known of “name.de” here; what can stand here: en, fr."),
            (WHOLE + 'rarity = "high"', "nothing is known of “rarity” here; what can stand here: id, name, text, rule, drawing."),
            (changed("drawing", 'drawing = { shape = "circle", symbol = "boat", colour = "lake" }'), "“drawing.second” is missing."),
            (
                changed("drawing", 'drawing = { shape = "circle", symbol = "boat", colour = "pink", second = "lake" }'),
                "“colour” says “pink”; it can say: brick, lake, moss, plum, slate, ochre.",
            ),
            (changed("rule", ""), "“rule” is missing."),
            (rule("levels = [1]"), "“rule.kind” is missing."),
            (rule('kind = "likes"'), f"“kind” says “likes”; it can say: {', '.join(Kind)}."),
            (rule('kind = "towns", days = 3'), "nothing is known of “rule.days” here; what can stand here: kind, levels."),
            (rule('kind = "visits", days = 63'), "“days” wants a whole number from 1 to 62."),
            (rule('kind = "visits", days = true'), "“days” wants a whole number from 1 to 62."),
            (rule('kind = "visits", hours = 25'), "“hours” wants a whole number from 1 to 24."),
            (rule('kind = "visits", days = 3, in_month = true'), "“days” and “in_month” do not go together."),
            (rule('kind = "visits", same_venue = true, hours = 3'), "“same_venue” and “hours” do not go together."),
            (rule('kind = "visits", same_venue = "yes"'), "“same_venue” is true, or is left out."),
            (rule('kind = "visits", groups = "food"'), "“groups” wants a list of words, with one at least."),
            (rule('kind = "visits", tags = []'), "“tags” wants a list of words, with one at least."),
            (rule('kind = "visits", weekdays = ["lundi"]'), "“weekdays” says “lundi”; it can say: monday, tuesday,"),
            (rule('kind = "visits", between = ["3:00", "05:00"]'), "“between” wants two different times, such as [\"03:00\", \"05:00\"]."),
            (rule('kind = "visits", between = ["03:00", "03:00"]'), "“between” wants two different times"),
            (rule('kind = "visits", levels = [5, 5]'), "“levels” wants one to twenty whole numbers from 1 to 1,000,000, each larger"),
            (rule('kind = "visits", levels = 5'), "“levels” wants one to twenty"),
            (rule('kind = "visits", levels = []'), "“levels” wants one to twenty"),
        ],
    )  # fmt: skip
    def test_says_what_is_wrong_and_what_would_do(self, text, said):
        found = faults(text)
        assert len(found) == 1
        assert said in found[0]

    def test_names_the_badge_or_its_place(self):
        assert faults(changed("text", "")) == ["Badge “ferries”: “text” is missing."]
        assert faults(WHOLE, changed("id", "")) == ["Badge “2”: “id” is missing."]
        assert faults(WHOLE, WHOLE) == ["Badge “ferries”: there are two with this id."]

    def test_says_all_at_once(self):
        assert len(faults(changed("text", ""), rule('kind = "likes"').replace("ferries", "others"))) == 2

    @settings(max_examples=200, deadline=None)
    @given(
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers()
            | st.text(max_size=5)
            | st.sampled_from(["visits", "days", "monday", "03:00"]),
            lambda inside: (
                st.lists(inside, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        ["kind", "levels", "en", "fr", "shape", "days", "between", "weekdays", "x"]
                    ),
                    inside,
                    max_size=4,
                )
            ),
            max_leaves=8,
        ),
        st.sampled_from(["id", "name", "text", "rule", "drawing", "other"]),
    )
    def test_is_told_of_any_nonsense_in_sentences(self, nonsense, key):
        row = {**tomllib.loads(WHOLE), key: nonsense}
        said = sayings(row)
        assert all(sentence.startswith("Badge “") and sentence.endswith(".") for sentence in said)
        assert said or fold([visit()], game=Game(badges=load([row])))[0][0].counts


class TestWhere:
    @pytest.mark.parametrize(
        ("wanted", "category", "is_in"),
        [
            ("amenity", "amenity/cafe", True), ("amenity/cafe", "amenity/cafe", True), ("amenity/caf", "amenity/cafe", False),
            ("amenity/cafe/x", "amenity/cafe", False), ("a", "a/b/c", True), ("cafe", "amenity/cafe", False), ("x", "", False),
        ],
    )  # fmt: skip
    def test_takes_a_category_with_all_under_it(self, wanted, category, is_in):
        assert passes(Where(categories=frozenset({wanted})), visit(category=category)) is is_in

    @pytest.mark.parametrize(
        ("since", "until", "hour", "is_in"),
        [
            (2, 4, 2, True),
            (2, 4, 4, False),
            (2, 4, 1, False),
            (22, 2, 23, True),
            (22, 2, 1, True),
            (22, 2, 2, False),
            (22, 2, 12, False),
        ],
    )
    def test_takes_a_window_of_the_clock_over_midnight_too(self, since, until, hour, is_in):
        where = Where(since=since * 60, until=until * 60)
        assert passes(where, visit(at=NOON.replace(hour=hour))) is is_in

    def test_takes_the_night_of_the_day_before(self):
        at_three = visit(at=NOON.replace(hour=3))
        assert passes(Where(weekdays=frozenset({1})), at_three)
        assert not passes(Where(weekdays=frozenset({2})), at_three)
