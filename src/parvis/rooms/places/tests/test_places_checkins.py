"""Check-ins: each is seen by those for whom it was made, as precisely as was said, and by nobody else."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from parvis.core.audiences.models import MEMBERS, PUBLIC
from parvis.core.site.keeping.erasure import erase_person
from parvis.core.stream import actions as stream
from parvis.lib.geo.earth import Point
from parvis.rooms.places import actions
from parvis.rooms.places.actions import Described
from parvis.rooms.places.models import Checkin, Evidence, Mode, Precise, Venue, Whereabouts

from .scenes import there, venue_of

CAFE = (46.519653, 6.632273)
DECIMALS = re.compile(r"-?\d+\.\d{4,}")


@pytest.fixture
def cafe(alice, at) -> Venue:
    latitude, longitude = CAFE
    return venue_of(alice, "Café de la Place", latitude, longitude, at, is_shared=True)


@pytest.fixture
def home(alice, at) -> Venue:
    return venue_of(alice, "Chez moi", 46.5301, 6.6402, at, is_private=True)


class TestACheckin:
    def test_shows_to_connections_alone(self, alice, cafe, at, as_alice, as_bob, as_charlie, as_visitor):
        path = there(alice, cafe, at, words="A lemonade").get_absolute_url()

        answers = [client.get(path).status_code for client in (as_alice, as_bob, as_charlie, as_visitor)]

        assert answers == [200, 200, 404, 404]

    def test_leaves_no_trace_in_lists_of_others(self, alice, cafe, at, as_bob, as_charlie):
        there(alice, cafe, at, words="A lemonade")

        venue = f"/places/at/{cafe.public_id}/"
        assert all("A lemonade" in as_bob.get(path).text for path in ("/places/", venue, "/"))
        assert all("A lemonade" not in as_charlie.get(path).text for path in ("/places/", venue, "/"))

    def test_is_not_refused_for_being_far_and_says_so_to_nobody(self, alice, cafe, at, as_bob):
        near = there(alice, cafe, at, fix=Point(46.5197, 6.6323), error=20)
        far = there(alice, cafe, at + timedelta(days=1), fix=Point(48.85, 2.35), error=20)
        said = dict(Whereabouts.objects.unguarded("a test").values_list("publication", "evidence"))
        assert said == {near.pk: Evidence.NEAR, far.pk: Evidence.FAR}

        pages = [as_bob.get(one.get_absolute_url()).text for one in (near, far)]

        assert "48.85" not in "".join(pages)
        assert all("far" not in page.lower() or "afar" in page.lower() for page in pages)

    def test_evidence_is_thrown_away(self, alice, cafe, at):
        there(alice, cafe, at, fix=Point(*CAFE))
        actions.forget_evidence(at + timedelta(days=29))
        assert Whereabouts.objects.unguarded("a test").get().evidence == Evidence.NEAR

        actions.forget_evidence(at + timedelta(days=30))

        assert Whereabouts.objects.unguarded("a test").get().evidence == Evidence.NONE

    @pytest.mark.parametrize("precision", [Precise.QUARTER, Precise.TOWN, Precise.COUNTRY])
    def test_says_no_more_than_was_allowed(self, alice, cafe, at, as_alice, as_bob, precision):
        path = there(alice, cafe, at, precision=precision).get_absolute_url()
        page = as_bob.get(path).text

        assert "Café de la Place" not in page
        assert cafe.public_id not in page
        assert not DECIMALS.findall(page)
        row = Checkin.objects.unguarded("a test").get()
        assert row.venue is None
        assert Whereabouts.objects.unguarded("a test").get().venue == cafe, "their own record knows"

    def test_off_the_grid_is_seen_by_its_author(self, alice, cafe, at, as_alice, as_bob):
        made = there(alice, cafe, at, None)

        assert Whereabouts.objects.unguarded("a test").get().is_off_grid
        assert as_bob.get(made.get_absolute_url()).status_code == 404
        assert "Café de la Place" in as_alice.get("/places/mine/").text

    def test_off_the_grid_somewhere_says_that_and_nothing_more(self, alice, cafe, at, as_bob):
        made = there(alice, cafe, at, precision=Precise.NOWHERE)

        page = as_bob.get(made.get_absolute_url()).text

        assert "somewhere" in page
        assert not [word for word in ("Café", "Lausanne", "Switzerland", cafe.public_id) if word in page]

    def test_at_home_shows_its_name_and_the_town(self, alice, home, at, as_bob):
        page = as_bob.get(there(alice, home, at).get_absolute_url()).text

        assert "Chez moi" in page
        assert "Lausanne" in page
        assert home.public_id not in page
        assert as_bob.get(f"/places/at/{home.public_id}/").status_code == 404

    def test_is_told_later_and_hidden_again(self, alice, cafe, at, as_bob):
        made = there(
            alice,
            cafe,
            at,
            shown_from=at + timedelta(hours=2),
            hidden_at=at + timedelta(days=1),
        )
        path = made.get_absolute_url()
        seen = []
        for moment in (timedelta(0), timedelta(hours=3), timedelta(days=2)):
            with time_machine.travel(at + moment, tick=False):
                seen.append(as_bob.get(path).status_code)

        assert seen == [404, 200, 404]

    def test_cannot_be_hidden_before_it_is_told(self, alice, cafe, at):
        with pytest.raises(stream.EndsBeforeItBegins):
            there(alice, cafe, at, shown_from=at + timedelta(hours=2), hidden_at=at + timedelta(hours=1))

        assert not Checkin.objects.unguarded("a test").exists()

    def test_is_not_made_ahead_of_time(self, alice, cafe, at):
        with pytest.raises(actions.AheadOfTime):
            there(alice, cafe, at, happened_at=at + timedelta(hours=1))

    def test_belongs_to_the_evening_before_until_four(self, alice, cafe, at):
        night = at.replace(hour=1, minute=30)  # half past two in Lausanne
        there(alice, cafe, at, happened_at=night, mode=Mode.WAS_HERE)

        assert Whereabouts.objects.unguarded("a test").get().day == (night - timedelta(days=1)).date()


class TestAVenue:
    def test_that_was_typed_is_offered_to_nobody_else(self, alice, at, as_alice, as_bob):
        venue_of(alice, "The bench by the lake", 46.5, 6.6, at)

        assert "The bench" in as_alice.get("/places/check-in/?q=bench").text
        assert "The bench" not in as_bob.get("/places/check-in/?q=bench").text

    def test_that_is_shared_is_found_by_members_and_near_them(self, cafe, as_bob, as_visitor):
        assert "Café de la Place" in as_bob.get("/places/check-in/?q=place").text
        near = as_bob.post("/places/check-in/", {"latitude": "46.5196", "longitude": "6.6322"}).text
        assert "Café de la Place" in near
        assert as_visitor.get(f"/places/at/{cafe.public_id}/").status_code == 404

    def test_is_known_to_a_visitor_who_may_see_somebody_there(self, alice, cafe, at, as_visitor):
        there(alice, cafe, at, PUBLIC)

        assert "Café de la Place" in as_visitor.get(f"/places/at/{cafe.public_id}/").text

    def test_has_a_name_and_stands_on_earth(self, alice, at):
        for name, latitude in (("  ", 46.5), ("A place", 91.0)):
            with pytest.raises((actions.NoName, actions.NotOnEarth)):
                venue_of(alice, name, latitude, 6.6, at)

    def test_that_becomes_a_home_takes_its_point_back(self, alice, at, as_bob):
        venue = venue_of(alice, "The bench", 46.5196, 6.6322, at)
        made = there(alice, venue, at)
        said = Described(name="The bench", latitude=46.5196, longitude=6.6322, is_private=True)
        actions.correct_venue(venue=venue, said=said)

        page = as_bob.get(made.get_absolute_url()).text

        assert venue.public_id not in page
        assert Checkin.objects.unguarded("a test").get().venue is None


class TestTheForm:
    def test_checks_in_with_two_taps(self, alice, cafe, at, as_alice, as_bob):
        there(alice, cafe, at - timedelta(days=2))
        page = as_alice.get("/places/check-in/").text
        assert cafe.public_id in page

        answer = as_alice.post("/places/check-in/", {"audience": "connections", "venue": cafe.public_id})

        assert answer.status_code == 303
        assert as_bob.get(answer["Location"]).status_code == 200

    def test_says_all_there_is_to_say(self, cafe, as_alice, as_bob, at):
        answer = as_alice.post(
            f"/places/check-in/{cafe.public_id}/",
            {
                "audience": "members",
                "words": "With *friends*",
                "mode": "was",
                "precision": "town",
                "happened_at": (at - timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M"),
                "hidden_after": "7",
            },
        )

        assert answer.status_code == 303
        page = as_bob.get(answer["Location"]).text
        assert "<em>friends</em>" in page
        assert "Lausanne" in page
        assert "Café" not in page

    def test_makes_a_place_and_checks_in_there(self, as_alice, as_bob):
        answer = as_alice.post(
            "/places/check-in/new/",
            {
                "do": "make",
                "name": "The landing stage",
                "latitude": "46.5061",
                "longitude": "6.6269",
                "is_shared": "on",
            },
        )

        assert answer.status_code == 303
        done = as_alice.post(answer["Location"], {"audience": "members", "words": ""})
        assert "The landing stage" in as_bob.get(done["Location"]).text

    def test_says_what_to_do_about_a_point_that_is_none(self, as_alice):
        answer = as_alice.post(
            "/places/check-in/new/", {"do": "make", "name": "x", "latitude": "91", "longitude": "6"}
        )

        assert answer.status_code == 422
        assert not Venue.objects.exists()


class TestOnesOwnRecord:
    def test_holds_everything_and_only_ones_own(self, alice, bob, cafe, at, as_alice, as_bob):
        there(alice, cafe, at, precision=Precise.NOWHERE)
        assert "Café de la Place" in as_alice.get("/places/mine/").text
        assert "Café de la Place" not in as_bob.get("/places/mine/").text

    @pytest.mark.parametrize("form", ["gpx", "geojson", "jsonl"])
    def test_goes_with_its_owner(self, alice, cafe, at, as_alice, as_bob, form):
        there(alice, cafe, at, words="A & B")
        mine = b"".join(as_alice.get(f"/places/mine/export/{form}/").streaming_content).decode()
        assert "Café de la Place" in mine
        assert str(CAFE[0])[:7] in mine
        theirs = b"".join(as_bob.get(f"/places/mine/export/{form}/").streaming_content).decode()
        assert "Café de la Place" not in theirs

    @pytest.mark.parametrize("form", ["gpx", "geojson", "jsonl", "ics"])
    def test_does_not_take_along_the_point_of_what_has_become_anothers_home(
        self, alice, bob, cafe, at, as_alice, as_bob, form
    ):
        there(bob, cafe, at)
        actions.correct_venue(
            venue=cafe, said=replace(actions.described(cafe), is_private=True, is_shared=False)
        )
        theirs = b"".join(as_bob.get(f"/places/mine/export/{form}/").streaming_content).decode()
        assert str(CAFE[0])[:7] not in theirs
        assert ("Café de la Place" in theirs) == (form != "gpx")

    def test_costs_few_queries_however_long_it_is(
        self, alice, cafe, at, as_alice, django_assert_max_num_queries
    ):
        for day in range(9):
            there(alice, cafe, at - timedelta(days=day), MEMBERS)

        with django_assert_max_num_queries(14):
            as_alice.get("/places/mine/")


class TestLeaving:
    @pytest.mark.parametrize("keep_words", [True, False])
    def test_takes_all_that_tells_where_one_was(self, alice, bob, cafe, home, at, keep_words):
        bench = venue_of(alice, "The bench", 46.51, 6.63, at)
        for venue in (cafe, home, bench):
            there(alice, venue, at)
        there(bob, bench, at)

        erase_person(person=alice, at=at, keep_words=keep_words)

        assert not Whereabouts.objects.unguarded("a test").filter(person=alice).exists()
        assert not Checkin.objects.unguarded("a test").filter(person=alice).exists()
        assert {*Venue.objects.values_list("name", "made_by")} == {
            ("Café de la Place", None),
            ("The bench", None),
        }, "bob was at the bench"
