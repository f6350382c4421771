"""Kinds of places: by key, by words, by the tags of OpenStreetMap."""

import pytest

from parvis.lib.geo.categories import (
    GROUPS,
    categories,
    categories_of_osm_tags,
    category,
    find_categories,
    group_name,
)


class TestCategory:
    def test_is_found_by_its_key(self):
        cafe = category("amenity/cafe")
        assert (cafe.group, cafe.name_in("fr"), cafe.name_in("en"), cafe.icon) == (
            "drink",
            "Café",
            "Cafe",
            "maki-cafe",
        )
        assert not cafe.has_extent
        assert not cafe.is_private_by_nature

    def test_of_an_unknown_key_is_none(self):
        assert category("amenity/nothing") is None

    def test_with_an_extent(self):
        for key in ("railway/rail", "highway/motorway", "leisure/park", "aeroway/aerodrome", "place/town"):
            assert category(key).has_extent

    def test_where_somebody_lives_is_private(self):
        homes = categories("residence")
        assert homes
        assert {one.key for one in categories() if one.is_private_by_nature} == {one.key for one in homes}

    def test_each_is_in_a_group_and_has_two_names_of_its_own(self):
        every = categories()
        assert {one.group for one in every} == set(GROUPS)
        assert len({one.key for one in every}) == len(every)
        for one in every:
            assert one.english
            assert one.french
            assert "(terrain" not in one.french
            assert "'" not in one.french

    def test_groups_have_names(self):
        assert group_name("shop", "fr") == "Commerces"
        assert group_name("shop", "en") == "Shops"


class TestFindCategories:
    @pytest.mark.parametrize(
        ("words", "language", "key"),
        [
            ("caf", "fr", "amenity/cafe"),
            ("cafe", "en", "amenity/cafe"),
            ("eglise", "fr", "amenity/place_of_worship/christian"),
            ("Église", "fr", "amenity/place_of_worship/christian"),
            ("gare", "fr", "public_transport/station_train"),
            ("resto", "fr", "amenity/restaurant"),
            ("japonais restaurant", "fr", "amenity/restaurant/japanese"),
            ("airport", "fr", "aeroway/aerodrome"),
            ("aéroport", "en", "aeroway/aerodrome"),
            ("boulang", "fr", "shop/bakery"),
        ],
    )
    def test_by_a_name_or_a_term_in_either_language(self, words, language, key):
        assert find_categories(words, language, 1)[0].key == key

    def test_keeps_to_the_limit(self):
        assert len(find_categories("re", "fr", 3)) == 3
        assert find_categories("re", "fr", 0) == []

    @pytest.mark.parametrize("words", ["", " ", "-", "qqqq"])
    def test_of_nothing_is_nothing(self, words):
        assert find_categories(words, "fr", 5) == []

    def test_names_that_begin_so_come_first(self):
        names = [one.name_in("fr") for one in find_categories("piscine", "fr", 9)]
        assert names[0] == "Piscine"


class TestTags:
    @pytest.mark.parametrize(
        ("tags", "key"),
        [
            ({"amenity": "cafe", "name": "Chez Lulu"}, "amenity/cafe"),
            ({"amenity": "restaurant"}, "amenity/restaurant"),
            ({"amenity": "restaurant", "cuisine": "sushi"}, "amenity/restaurant/sushi"),
            ({"amenity": "restaurant", "cuisine": "regional; thai"}, "amenity/restaurant/thai"),
            ({"amenity": "restaurant", "cuisine": "unheard_of"}, "amenity/restaurant"),
            ({"railway": "station"}, "public_transport/station_train"),
            ({"railway": "station", "station": "subway"}, "public_transport/station_subway"),
            ({"amenity": "school"}, "education/school"),
            ({"landuse": "forest"}, "natural/wood"),
            ({"building": "house", "amenity": "cafe"}, "amenity/cafe"),
            ({"building": "house"}, "building/house"),
        ],
    )
    def test_lead_to_what_says_most(self, tags, key):
        assert categories_of_osm_tags(tags) == key

    @pytest.mark.parametrize("tags", [{}, {"building": "yes"}, {"shop": "unheard_of"}, {"name": "cafe"}])
    def test_that_say_nothing_lead_nowhere(self, tags):
        assert categories_of_osm_tags(tags) is None

    def test_of_each_category_lead_to_one(self):
        from parvis.lib.geo.categories import _load

        for one, ways in _load().tags:
            for way in ways:
                found = categories_of_osm_tags(way)
                assert found is not None, (one.key, way)
