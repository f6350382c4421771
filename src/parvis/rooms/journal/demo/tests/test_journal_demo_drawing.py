"""The drawings of the sample square: each opens, has its size, and comes out the same twice."""

import io
import math

import pytest
from PIL import Image, ImageStat

from parvis.rooms.journal.demo.canvas import INK, PAPER, Chance, circle, mix, points, smooth, turned
from parvis.rooms.journal.demo.drawing import NAMES, PORTRAITS, draw, portrait


class TestDraw:
    @pytest.mark.parametrize("name", NAMES)
    def test_gives_the_same_picture_twice(self, name):
        first, second = draw(name, 240), draw(name, 240)
        assert first == second

    @pytest.mark.parametrize("name", NAMES)
    def test_gives_a_picture_three_wide_and_two_high_with_much_to_see(self, name):
        picture = Image.open(io.BytesIO(draw(name, 240)))
        assert picture.format == "JPEG"
        assert picture.size == (240, 160)
        assert max(ImageStat.Stat(picture).stddev) > 20

    def test_gives_every_name_a_picture_of_its_own(self):
        assert len(NAMES) >= 10
        assert len({draw(name, 120) for name in NAMES}) == len(NAMES)

    def test_knows_no_other_name(self):
        with pytest.raises(KeyError):
            draw("volcan", 120)


class TestPortrait:
    @pytest.mark.parametrize("key", PORTRAITS)
    def test_is_square_and_the_same_twice(self, key):
        first = portrait(key, 120)
        assert first == portrait(key, 120)
        assert Image.open(io.BytesIO(first)).size == (120, 120)

    def test_is_different_for_each_person(self):
        assert len({portrait(key, 120) for key in PORTRAITS}) == len(PORTRAITS)


class TestCanvas:
    def test_mixes_two_colours_by_share(self):
        assert mix(PAPER, INK, 0) == PAPER
        assert mix(PAPER, INK, 1) == INK
        assert mix((0, 100, 200), (100, 200, 0), 0.5) == (50, 150, 100)

    def test_throws_the_same_numbers_for_the_same_word(self):
        first, second, other = Chance("pavé"), Chance("pavé"), Chance("orme")
        thrown = [first.between(2, 5) for _ in range(50)]
        assert thrown == [second.between(2, 5) for _ in range(50)]
        assert thrown != [other.between(2, 5) for _ in range(50)]
        assert all(2 <= number <= 5 for number in thrown)

    def test_chooses_every_thing_in_time(self):
        chance = Chance("choix")
        assert {chance.one_of("abc") for _ in range(60)} == {"a", "b", "c"}

    def test_leads_a_curve_through_its_points(self):
        outline = points("0,0 10,20 30,5")
        assert outline == [(0, 0), (10, 20), (30, 5)]
        curve = smooth(outline, 8)
        assert len(curve) == 17
        assert all(any(math.dist(point, near) < 1e-9 for near in curve) for point in outline)

    def test_turns_clockwise_as_seen_on_the_sheet(self):
        assert turned([(10, 0)], (0, 0), 90)[0] == pytest.approx((0, 10))

    def test_draws_a_circle_at_its_radius(self):
        assert all(math.dist(point, (5, 5)) == pytest.approx(3) for point in circle((5, 5), 3, 3))
