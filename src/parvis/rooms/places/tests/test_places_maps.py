"""The maps of the pages: what the page says in words, as exactly as it says it, for the same people."""

import json
import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.core.audiences.models import MEMBERS, PUBLIC
from parvis.lib.geo.earth import Point
from parvis.lib.geo.precision import Precision, snapped
from parvis.rooms.places import actions
from parvis.rooms.places.actions import Described, merge
from parvis.rooms.places.maps import Spot, map_of
from parvis.rooms.places.models import Precise, Venue

from .scenes import there, venue_of

CAFE = (46.519653, 6.632273)
NUMBER = re.compile(r"-?\d+\.(\d+)")
POINTS = re.compile(r'<script id="map-points" type="application/json">(.*?)</script>', re.DOTALL)
PICTURE = re.compile(r"<svg class=\"map\".*?</svg>", re.DOTALL)


@pytest.fixture
def cafe(alice, at) -> Venue:
    latitude, longitude = CAFE
    return venue_of(alice, "Café de la Place", latitude, longitude, at, is_shared=True)


@pytest.fixture
def home(alice, at) -> Venue:
    return venue_of(alice, "Chez moi", 46.5301, 6.6402, at, is_private=True)


def points(page: str) -> list[dict]:
    """What a script would put on the map of a page; nothing where there is no map."""
    found = POINTS.search(page)
    return json.loads(found[1])["features"] if found else []


def drawn(page: str) -> str:
    """The map that is drawn on a page, if any."""
    found = PICTURE.search(page)
    return found[0] if found else ""


def title(page: str) -> str | None:
    return ET.fromstring(drawn(page))[0].text


class TestTheMapOfAPage:
    def test_shows_where_connections_are(self, alice, bob, cafe, at, as_bob):
        there(alice, cafe, at)
        there(bob, cafe, at)

        page = as_bob.get("/places/").text

        (found,) = points(page)
        assert found["geometry"]["coordinates"] == [6.63227, 46.51965]
        assert found["properties"] == {
            "name": "Café de la Place",
            "about": "Bob, Alice",
            "url": f"/places/at/{cafe.public_id}/",
        }
        assert title(page) == "Map: Café de la Place, Lausanne, Switzerland"

    def test_is_absent_for_those_who_see_nothing_of_it(self, alice, cafe, at, as_charlie, as_visitor):
        there(alice, cafe, at)

        for client in (as_charlie, as_visitor):
            page = client.get("/places/").text
            assert not points(page)
            assert not drawn(page)
            assert "map.js" not in page

    @pytest.mark.parametrize("precision", [Precise.QUARTER, Precise.TOWN, Precise.COUNTRY])
    def test_is_no_more_exact_than_the_words(self, alice, cafe, at, as_alice, as_bob, precision):
        path = there(alice, cafe, at, precision=precision).get_absolute_url()

        for client in (as_bob, as_alice):
            for page in (client.get("/places/").text, client.get(path).text):
                (found,) = points(page)
                assert found["properties"]["radius"] > 100, "an area, no point"
                assert found["properties"]["url"] == path
                decimals = Precision(precision).decimals
                assert all(len(digits) <= decimals for digits in NUMBER.findall(json.dumps(found)))
                assert 'class="map-around"' in drawn(page)
                assert 'class="map-place"' not in drawn(page)
                assert not re.search(r"\d\.\d{4,}", page)

    def test_is_the_same_wherever_in_a_quarter_one_was(self, alice, bob, at, as_bob):
        pages = []
        for name, east in (("One", 6.6321), ("Two", 6.6329)):
            venue = venue_of(alice, name, 46.5196, east, at)
            path = there(alice, venue, at, precision=Precise.QUARTER).get_absolute_url()
            page = as_bob.get(path).text
            pages.append((points(page)[0]["geometry"], drawn(page)))

        assert pages[0] == pages[1]

    def test_draws_nothing_of_somewhere(self, alice, cafe, at, as_alice, as_bob):
        path = there(alice, cafe, at, precision=Precise.NOWHERE).get_absolute_url()

        for client in (as_bob, as_alice):
            assert not points(client.get(path).text)
            assert not drawn(client.get(path).text)

    def test_draws_the_town_of_a_home_and_never_the_home(self, alice, home, at, as_bob):
        path = there(alice, home, at).get_absolute_url()

        (found,) = points(as_bob.get(path).text)

        assert found["properties"]["radius"] == 5000
        assert found["geometry"]["coordinates"] != [6.6402, 46.5301]

    def test_of_what_everyone_may_see_is_drawn_without_a_script(self, alice, cafe, at, as_visitor):
        path = there(alice, cafe, at, None, PUBLIC).get_absolute_url()
        page = as_visitor.get(path).text

        assert title(page) == "Carte\N{NO-BREAK SPACE}: Café de la Place, Lausanne, Suisse"
        assert "Natural Earth" in page
        assert "GeoNames" in page
        assert not points(page)
        assert "<script" not in page


class TestTheMapOfAVenue:
    def test_shows_where_it_is(self, cafe, as_bob):
        page = as_bob.get(f"/places/at/{cafe.public_id}/").text
        assert [one["geometry"]["coordinates"] for one in points(page)] == [[6.63227, 46.51965]]
        assert title(page) == "Map: Café de la Place, Lausanne, Switzerland"


class TestOnesOwnPlaces:
    def of(self, client) -> list[dict]:
        return client.get("/places/mine/places/").json()["features"]

    def test_are_all_on_the_map_with_how_often(self, alice, cafe, home, at, as_alice):
        for days in range(3):
            there(alice, cafe, at - timedelta(days=days), precision=Precise.NOWHERE)
        there(alice, home, at, None)

        found = {one["properties"]["name"]: one for one in self.of(as_alice)}

        assert found["Café de la Place"]["properties"]["about"] == "3 times"
        assert found["Chez moi"]["geometry"]["coordinates"] == [6.6402, 46.5301]
        assert found["Chez moi"]["properties"]["url"] == f"/places/at/{home.public_id}/"
        assert title(as_alice.get("/places/mine/").text) == "Map: your places, in 1 town"

    def test_are_nobody_elses(self, alice, cafe, at, as_alice, as_bob, as_visitor):
        there(alice, cafe, at, None, PUBLIC)

        assert self.of(as_bob) == []
        assert not drawn(as_bob.get("/places/mine/").text)
        assert as_visitor.get("/places/mine/places/").status_code == 302

    def test_leave_out_what_has_become_somebodys_home(self, alice, bob, cafe, at, as_bob):
        there(bob, cafe, at)
        assert len(self.of(as_bob)) == 1
        here = Described(name="Chez Alice", latitude=46.6, longitude=6.7, is_private=True)

        actions.correct_venue(venue=cafe, said=here)

        assert self.of(as_bob) == []
        assert not drawn(as_bob.get("/places/mine/").text)

    def test_count_for_the_place_into_which_theirs_was_merged(self, alice, cafe, at, as_alice):
        twin = venue_of(alice, "Cafe Place", 46.5197, 6.6323, at)
        there(alice, cafe, at)
        there(alice, twin, at - timedelta(days=1))
        merge(venue=twin, into=cafe, by=alice, at=at)

        (found,) = self.of(as_alice)

        assert found["properties"]["name"] == "Café de la Place"
        assert found["properties"]["about"] == "2 times"

    def test_take_few_queries(self, alice, at, as_alice, django_assert_max_num_queries):
        for number in range(12):
            there(alice, venue_of(alice, f"Place {number}", 46 + number / 9, 7, at), at)
        as_alice.get("/places/mine/places/")
        with django_assert_max_num_queries(8):
            assert len(self.of(as_alice)) == 12


class TestChoosingOnTheMap:
    def test_shows_what_is_offered_each_with_its_button(self, alice, cafe, at, as_bob):
        venue_of(alice, "Alice’s own", 46.5197, 6.6322, at)

        page = as_bob.post("/places/check-in/", {"latitude": "46.5199", "longitude": "6.6321"}).text

        venue, phone = points(page)
        assert venue["properties"]["venue"] == cafe.public_id
        assert phone["properties"] == {"name": "You, as your phone says"}
        assert title(page) == "Map: Café de la Place, Lausanne, Switzerland"

    def test_shows_what_is_so_called(self, cafe, as_bob):
        found = points(as_bob.get("/places/check-in/?q=place").text)
        assert [one["properties"]["venue"] for one in found] == [cafe.public_id]

    def test_shows_none_before_anything_is_known(self, cafe, as_bob):
        assert not drawn(as_bob.get("/places/check-in/").text)

    def test_begins_where_the_place_is_now(self, cafe, as_alice):
        page = as_alice.get(f"/places/at/{cafe.public_id}/correct/").text
        assert title(page) == "Map: where the place is"
        assert 'data-latitude="id_latitude"' in page
        assert 'name="latitude" value="46.51965"' in page


exact = st.builds(
    Point,
    st.floats(-89, 89, allow_nan=False),
    st.floats(-180, 179.99, allow_nan=False),
)


class TestASpot:
    @settings(deadline=None)
    @given(point=exact, precision=st.sampled_from(Precision))
    def test_has_no_more_decimals_than_its_precision_allows(self, point, precision):
        spot = Spot(place=snapped(point, precision), name="Here")

        told = json.dumps(spot.feature())

        assert all(len(digits) <= precision.decimals for digits in NUMBER.findall(told)), told

    def test_of_a_country_is_as_large_as_the_country_wherever_its_towns_are(self):
        told = Spot(place=snapped(Point(40.7, -74), Precision.COUNTRY), name="United States").feature()

        assert told["geometry"] == {"type": "Point", "coordinates": [-96, 37]}
        assert 1_500_000 < told["properties"]["radius"] < 3_000_000

    def test_is_named_in_a_map_of_a_few_and_counted_in_one_of_many(self):
        spots = [Spot(place=snapped(Point(46 + n, 7), Precision.VENUE), name=f"<P{n}>") for n in range(5)]

        some, many = map_of(spots[:2]), map_of(spots)

        assert some is not None
        assert many is not None
        assert some.label == "Map: <P0>, <P1>"
        assert many.label == "Map: <P0>, <P1>, <P2>, and 2 more places"
        assert "<P0>" not in many.picture
        assert map_of([]) is None


class TestAMapOfManyPeople:
    def test_does_not_change_by_what_one_may_not_see(self, alice, charlie, cafe, at, as_charlie):
        there(charlie, cafe, at, MEMBERS)
        before = as_charlie.get("/places/").text, as_charlie.get("/places/mine/places/").content

        there(alice, venue_of(alice, "Far away", 64.1, -21.9, at), at)
        there(alice, cafe, at)

        after = as_charlie.get("/places/").text, as_charlie.get("/places/mine/places/").content
        assert [points(before[0]), drawn(before[0]), before[1]] == [
            points(after[0]),
            drawn(after[0]),
            after[1],
        ]
