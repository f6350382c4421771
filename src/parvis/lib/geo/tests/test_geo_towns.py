"""Towns by name and by place, countries, zones, and the ladder of precision."""

import random
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.lib.geo import cells
from parvis.lib.geo import towns as all_towns
from parvis.lib.geo.countries import country_at, country_name, nearest_country
from parvis.lib.geo.earth import Box, Point, distance
from parvis.lib.geo.precision import Precision, as_kept, snapped
from parvis.lib.geo.towns import biggest_in, find_towns, middle_of, nearest_town, nearest_with_distance, town
from parvis.lib.geo.world import countries, country_on_map, land, point_in
from parvis.lib.geo.zones import zone_of

GENEVA = 2660646
near_a_town = st.builds(
    lambda place, north, east: Point(place[0] + north, place[1] + east),
    st.sampled_from(
        [(46.2, 6.15), (48.85, 2.35), (-17.7, 178.1), (-16.8, -180), (69.6, 18.9), (64.1, -21.9), (0, 32.5)]
    ),
    st.floats(-0.3, 0.3),
    st.floats(-0.3, 0.3),
)
on_earth = st.builds(Point, st.floats(-90, 90), st.floats(-180, 179.999999))
anywhere = st.one_of(near_a_town, near_a_town, near_a_town, on_earth)


class TestTown:
    def test_is_found_by_its_number(self):
        geneva = town(GENEVA)
        assert (geneva.country, geneva.zone, geneva.within) == ("CH", "Europe/Zurich", GENEVA)
        assert geneva.point == Point(46.2, 6.15)
        assert geneva.population > 150_000

    def test_of_an_unknown_number_is_none(self):
        assert town(1) is None

    def test_says_its_name_in_each_language(self):
        geneva = town(GENEVA)
        assert [geneva.name_in(code) for code in ("fr", "en", "en-gb", "de")] == [
            "Genève",
            "Geneva",
            "Geneva",
            "Genève",
        ]

    def test_has_no_more_decimals_than_a_town_may_have(self):
        for found in find_towns("s", limit=500):
            assert found.point == Point(round(found.point.lat, 2), round(found.point.lon, 2))


@cache
def reckoned():
    """Every town with its degrees and its cell, which is reckoned here and not taken from what is kept."""
    towns = all_towns._towns()
    degrees = ((row, *towns._degrees(row)) for row in towns._by_cell)
    return [(row, lat, lon, cells.number_of(lat, lon)) for row, lat, lon in degrees]


class TestNearestTown:
    @pytest.mark.parametrize(
        ("lat", "lon", "name"),
        [
            (48.8566, 2.3522, "Paris"),
            (48.876, 2.358, "Paris"),
            (46.184, 6.139, "Geneva"),
            (46.193, 6.234, "Annemasse"),
            (45.766, 4.879, "Villeurbanne"),
            (51.53, -0.1, "London"),
            (78.22, 15.63, "Longyearbyen"),
        ],
    )
    def test_is_the_town_people_would_say(self, lat, lon, name):
        """A quarter is never named: it would tell more than a town."""
        assert nearest_town(Point(lat, lon)).name == name

    def test_crosses_the_date_line(self):
        assert distance(nearest_town(Point(-16.8, 180)).point, Point(-16.8, 180)) < 150_000

    def test_is_exact(self):
        dice = random.Random(3)
        every = [found for found in map(town, all_towns._towns().rows) if found.within == found.id]
        for _ in range(2):
            point = Point(dice.uniform(-60, 75), dice.uniform(-180, 180))
            best = min(every, key=lambda found: distance(point, found.point))
            [(found, away)] = nearest_with_distance(point)
            assert away == distance(point, best.point)
            assert found.point == best.point

    def test_is_each_town_at_its_own_place(self):
        dice = random.Random(4)
        main = [id for id in all_towns._towns().rows if town(id).within == id]
        for id in dice.sample(main, 300):
            assert nearest_town(town(id).point).id == id

    @settings(max_examples=40, deadline=None)
    @given(anywhere, st.integers(1, 4), st.sampled_from([10.0, 200.0, 40_000.0]))
    def test_is_the_same_wherever_the_search_begins(self, point, count, first_m):
        """And whether its cells are kept, or reckoned anew for each town."""
        towns = all_towns._towns()

        def fetch(ranges):
            for row, lat, lon, number in reckoned():
                if any(low <= number <= high for low, high in ranges):
                    yield row, lat, lon

        found = cells.nearest(towns._in_ranges, point, count=count, first_m=first_m)
        assert [(towns[one.id], one.metres) for one in found] == nearest_with_distance(point, count=count)
        near = nearest_with_distance(point, count=1, most_m=3_000)
        walked = cells.nearest(fetch, point, count=1, most_m=3_000, first_m=3_000)
        assert near == [(towns[one.id], one.metres) for one in walked]

    def test_of_a_lonely_place_may_be_none_within_a_bound(self):
        assert nearest_with_distance(Point(-50, -120), most_m=100_000) == []


class TestFindTowns:
    @pytest.mark.parametrize(
        ("words", "name"),
        [
            ("genev", "Geneva"),
            ("Genève", "Geneva"),
            ("GENEV", "Geneva"),
            ("londres", "London"),
            ("Lond", "London"),
            ("munch", "Munich"),
            ("cologne", "Köln"),
            ("étienne", "Saint-Étienne"),
            ("saint etienne", "Saint-Étienne"),
            ("l’hospitalet", "L’Hospitalet de Llobregat"),
            ("wien", "Vienna"),
            ("pékin", "Beijing"),
            ("new y", "New York City"),
            ("carouge", "Carouge"),
        ],
    )
    def test_begins_with_the_words_in_any_of_its_names(self, words, name):
        assert find_towns(words, limit=1)[0].name == name

    def test_puts_the_bigger_first_and_the_nearer_before(self):
        assert find_towns("paris", limit=1)[0].country == "FR"
        assert find_towns("paris", limit=1, near=Point(33.6, -95.5))[0].country == "US"

    def test_names_nothing_twice_and_keeps_to_the_limit(self):
        found = find_towns("saint", limit=40)
        assert len({one.id for one in found}) == 40

    @pytest.mark.parametrize("words", ["", "  ", "-", "\n", "zzzzqq", "%", "(.*"])
    def test_finds_nothing_for_what_is_no_name(self, words):
        assert find_towns(words, limit=5) == []

    def test_of_no_limit_is_nothing(self):
        assert find_towns("paris", limit=0) == []


class TestBiggestIn:
    def test_box_begins_with_the_biggest(self):
        assert [one.name for one in biggest_in(Box(45, 4, 47, 7), count=2)] == ["Lyon", "Geneva"]

    def test_box_across_the_date_line_holds_fiji(self):
        assert "FJ" in {one.country for one in biggest_in(Box(-20, 178, -15, -178), count=5)}


class TestCountry:
    @pytest.mark.parametrize(
        ("lat", "lon", "country"),
        [
            (46.2, 6.15, "CH"),
            (46.193, 6.234, "FR"),
            (43.738, 7.424, "MC"),
            (41.902, 12.453, "VA"),
            (42.66, 21.16, "XK"),
            (1.30, 103.85, "SG"),
            (-80, 30, "AQ"),
            (-89.9, -120, "AQ"),
            (66, -175, "RU"),
            (66, 175, "RU"),
            (65, -150, "US"),
            (-16.6, 179.9, "FJ"),
            (43.25, 5.2, "FR"),
            (24.0, 15.0, "LY"),
        ],
    )
    def test_of_a_point(self, lat, lon, country):
        assert country_at(Point(lat, lon)) == country

    @pytest.mark.parametrize(("lat", "lon"), [(0, -150), (90, 0), (-50, 0), (35, -40)])
    def test_of_the_open_sea_is_none(self, lat, lon):
        assert country_at(Point(lat, lon)) is None

    def test_of_the_open_sea_is_the_nearest_ones_where_one_must_be_named(self):
        assert nearest_country(Point(-17, -150)) == "PF"

    def test_has_names(self):
        assert country_name("CH", "fr") == "Suisse"
        assert country_name("ch", "en") == "Switzerland"
        assert country_name("ch", "fr-ch") == "Suisse"
        assert country_name("XK", "fr") == "Kosovo"
        assert country_name("Q9", "fr") == "Q9"
        assert country_name("FR", "xx-nothing") == "France"

    def test_of_every_town_has_a_name(self):
        for code in {found.country for found in map(town, list(all_towns._towns().rows)[::211])}:
            assert country_name(code, "fr") != code
            assert middle_of(code).country == code


class TestWorld:
    def test_agrees_with_its_towns(self):
        """Borders at 1:50 million miss some; few."""
        dice = random.Random(5)
        sample = [town(id) for id in dice.sample(sorted(all_towns._towns().rows), 400)]
        wrong = [one for one in sample if country_on_map(one.point) not in (one.country, None)]
        assert len(wrong) <= 8

    @settings(max_examples=300, deadline=None)
    @given(st.one_of(anywhere, st.builds(Point, st.integers(-90, 90), st.integers(-180, 179))))
    def test_names_the_country_whose_whole_outline_holds_a_place(self, point):
        """What is asked of the edges near its parallel is what all of them say."""
        every = (
            country
            for country, polygons in countries().items()
            if any(polygon.holds(point.lat, point.lon) for polygon in polygons)
        )
        assert country_on_map(point) == next(every, None)

    def test_has_land_under_the_countries(self):
        assert any(polygon.holds(46.2, 7.5) for polygon in land())
        assert not any(polygon.holds(0, -150) for polygon in land())

    def test_knows_a_point_in_each_country_without_towns(self):
        assert country_on_map(point_in("AQ")) == "AQ"
        assert point_in("ZZ") is None


class TestZone:
    def test_of_a_point(self):
        assert zone_of(Point(46.2, 6.15)) == "Europe/Zurich"
        assert zone_of(Point(-17.8, 179.99)) == "Pacific/Fiji"

    @settings(max_examples=50, deadline=None)
    @given(anywhere)
    def test_is_always_one_of_the_tz_database(self, point):
        import zoneinfo

        assert zoneinfo.ZoneInfo(zone_of(point))


def decimals(text):
    return len(text.partition(".")[2])


class TestPrecision:
    @settings(max_examples=100, deadline=None)
    @given(anywhere, st.sampled_from(list(Precision)))
    def test_snapping_twice_changes_nothing(self, point, precision):
        once = snapped(point, precision)
        assert snapped(once.point, precision) == once
        assert as_kept(once.point, precision, country=once.country, town=once.town) == once

    @settings(max_examples=100, deadline=None)
    @given(anywhere, st.sampled_from(list(Precision)))
    def test_has_no_more_decimals_than_allowed(self, point, precision):
        told = snapped(point, precision)
        assert decimals(told.lat_text) <= precision.decimals
        assert decimals(told.lon_text) <= precision.decimals
        assert told.point == Point(
            round(told.point.lat, precision.decimals), round(told.point.lon, precision.decimals)
        )
        assert float(told.lat_text) == told.point.lat

    @settings(max_examples=150, deadline=None)
    @given(anywhere, st.sampled_from([Precision.STREET, Precision.QUARTER]))
    def test_keeps_the_true_place_within_the_disc(self, point, precision):
        told = snapped(point, precision)
        assert distance(point, told.point) <= told.radius_m

    @pytest.mark.parametrize(
        ("precision", "smallest", "widest"), [(Precision.STREET, 130, 210), (Precision.QUARTER, 1_300, 2_100)]
    )
    @pytest.mark.parametrize("lat", [-75, -46.2, 0, 15, 46.2, 60, 78.2])
    def test_cells_are_as_large_everywhere(self, lat, precision, smallest, widest):
        assert smallest <= snapped(Point(lat, 6.15), precision).radius_m <= widest

    def test_tells_nothing_of_where_in_a_cell(self):
        """All of what is told is the same for two places in one cell: no averaging brings the place back."""
        here, there = Point(46.2002, 6.1502), Point(46.2018, 6.1513)
        for precision in (Precision.STREET, Precision.QUARTER, Precision.TOWN, Precision.COUNTRY):
            assert snapped(here, precision) == snapped(there, precision)

    def test_tells_a_town_by_its_own_place(self):
        assert snapped(Point(46.195, 6.14), Precision.TOWN).point == town(GENEVA).point

    def test_tells_a_country_by_one_place(self):
        geneva, zurich = snapped(Point(46.2, 6.15), "country"), snapped(Point(47.37, 8.54), "country")
        assert geneva == zurich
        assert (geneva.country, geneva.town) == ("CH", None)

    def test_each_country_is_told_by_a_place_in_it(self):
        for code in [*list(countries())[::8], "AQ", "HM", "IO"]:
            middle = middle_of(code)
            point = middle.point if middle else point_in(code)
            assert snapped(point, Precision.COUNTRY).country == code

    def test_a_venue_is_told_to_a_metre(self):
        told = snapped(Point(46.2022213, 6.1456987), Precision.VENUE)
        assert (told.lat_text, told.lon_text, told.radius_m) == ("46.20222", "6.14570", 0)

    def test_never_writes_a_zero_below_zero(self):
        assert snapped(Point(-0.000001, -0.000001), Precision.VENUE).lat_text == "0.00000"

    def test_orders_its_levels(self):
        assert Precision.VENUE.allows(Precision.TOWN)
        assert Precision.TOWN.allows(Precision.TOWN)
        assert not Precision.COUNTRY.allows(Precision.TOWN)
