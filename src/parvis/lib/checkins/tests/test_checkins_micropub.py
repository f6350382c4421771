"""Check-ins as programs post them: read leniently, refused in words, and never more than is taken."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.lib.checkins.micropub import NoCheckin, entry_of_form, visit_of
from parvis.lib.checkins.records import (
    LONGEST_ADDRESS,
    LONGEST_CAPTION,
    LONGEST_NAME,
    LONGEST_WORDS,
    Photo,
    Visit,
)

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
CARD = {"type": ["h-card"], "properties": {"name": ["Café"], "latitude": [46.5], "longitude": [6.6]}}
NUMBER = "1519d8e5ae91a744a8210df3"


def entry(**properties):
    return {"type": ["h-entry"], "properties": {"checkin": [CARD]} | properties}


class TestName:
    @pytest.mark.parametrize(
        ("url", "origin", "number"),
        [
            (f"https://www.swarmapp.com/user/1/checkin/{NUMBER}", "foursquare", NUMBER),
            (f"https://swarmapp.com/user/1/checkin/{NUMBER}?s=x", "foursquare", NUMBER),
            (f"https://foursquare.com/ada/checkin/{NUMBER}", "foursquare", NUMBER),
            ("https://elsewhere.example/1", "micropub", "https://elsewhere.example/1"),
            (f"https://swarmapp.com.example/user/1/checkin/{NUMBER}", "micropub", None),
        ],
    )
    def test_is_the_one_it_has_where_it_was_made(self, url, origin, number):
        visit = visit_of(entry(syndication=[url]), AT)
        assert (visit.origin, visit.external_id) == (origin, number or url)

    def test_of_a_long_address_is_short_and_the_same_each_time(self):
        names = {
            visit_of(entry(syndication=["https://x.example/" + "a" * 500]), AT).external_id for _ in "12"
        }
        assert len(names) == 1
        assert len(names.pop()) <= 120

    def test_without_any_is_made_of_when_and_where(self):
        one, same = (visit_of(entry(published=["2026-11-22T09:00:00Z"]), AT) for _ in range(2))
        other = visit_of(entry(published=["2026-11-22T09:00:01Z"]), AT)
        assert one.external_id == same.external_id != other.external_id


class TestPlace:
    def test_is_that_of_the_card_or_else_of_the_location(self):
        bare = {"type": ["h-card"], "properties": {"name": ["Café"]}}
        where = {"type": ["h-adr"], "properties": {"latitude": ["46.25"], "longitude": ["6.5"]}}
        assert visit_of(entry(location=[where]), AT).point.lat == 46.5
        assert visit_of(entry(checkin=[bare], location=[where]), AT).point.lat == 46.25
        assert visit_of(entry(checkin=[bare], location=["geo:46.125,6.5;u=30"]), AT).point.lat == 46.125
        assert visit_of(entry(checkin=[bare]), AT).point is None

    def test_that_is_nowhere_on_the_earth_is_refused(self):
        swapped = {
            "type": ["h-card"],
            "properties": {"name": ["x"], "latitude": [139.7], "longitude": [35.7]},
        }
        with pytest.raises(NoCheckin):
            visit_of(entry(checkin=[swapped]), AT)


class TestPhotos:
    def test_are_named_by_their_address_and_by_what_they_show(self):
        photos = ["https://x.example/1.jpg", {"value": "https://x.example/2.jpg", "alt": "A  jetty\n"}]
        assert visit_of(entry(photo=photos), AT).photos == (
            Photo("https://x.example/1.jpg"),
            Photo("https://x.example/2.jpg", "A jetty"),
        )

    def test_stand_whole_or_not_at_all(self):
        address = "https://x.example/" + "a" * (LONGEST_ADDRESS - 18)
        photos = [address, address + "b", 7, {"alt": "Nowhere"}, None]
        assert [one.url for one in visit_of(entry(photo=photos), AT).photos] == [address, "", "", "", ""]

    def test_come_from_a_form_too(self):
        fields = [
            ("checkin[name]", "Café"),
            ("photo[]", "https://x.example/1.jpg"),
            ("photo", "https://x/2.jpg"),
        ]
        urls = [one.url for one in visit_of(entry_of_form(fields), AT).photos]
        assert urls == ["https://x.example/1.jpg", "https://x/2.jpg"]


class TestForm:
    def test_says_what_json_says(self):
        fields = [
            ("h", "entry"),
            ("checkin[name]", "Café"),
            ("checkin[latitude]", "46.5"),
            ("checkin[longitude]", "6.6"),
            ("category[]", "a"),
            ("category[]", "b"),
            ("content", "Good"),
            ("access_token", "secret"),
            ("mp-slug", "x"),
        ]
        made = entry_of_form(fields)
        assert made["properties"]["category"] == ["a", "b"]
        assert "secret" not in str(made)
        visit = visit_of(made, AT)
        assert (visit.place, visit.words, visit.point.lon) == ("Café", "Good", 6.6)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["properties", "name", "url", "latitude", "longitude", "value", "html", "alt"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
KEYS = (
    "published",
    "syndication",
    "content",
    "category",
    "photo",
    "checkin",
    "location",
    "visibility",
    "checked-in-by",
)


class TestWhatever:
    @settings(deadline=None)
    @given(st.dictionaries(st.sampled_from(KEYS), values, max_size=6))
    def test_is_sent_is_a_visit_or_refused(self, properties):
        try:
            visit = visit_of({"type": ["h-entry"], "properties": properties}, AT)
        except NoCheckin:
            return
        assert isinstance(visit, Visit)
        assert len(visit.place) <= LONGEST_NAME
        assert len(visit.words) <= LONGEST_WORDS
        assert all(len(p.url) <= LONGEST_ADDRESS and len(p.words) <= LONGEST_CAPTION for p in visit.photos)
        assert 0 < len(visit.external_id) <= 120
        assert visit.at.tzinfo is not None

    @settings(deadline=None)
    @given(values)
    def test_stands_for_an_entry_is_refused_in_words(self, thing):
        with pytest.raises(NoCheckin):
            visit_of(thing if isinstance(thing, dict) else {"type": thing}, AT)

    @settings(deadline=None)
    @given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=8))
    def test_fields_make_an_entry(self, fields):
        assert set(entry_of_form(fields)) == {"type", "properties"}
