"""Venues kept well together: reports, corrections that wait for a yes, what has closed, and homes that nobody shall find."""

from datetime import timedelta
from typing import Any

import pytest

from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Notice
from parvis.core.site.actions import settle_report, take_down
from parvis.core.stream.models import Report
from parvis.rooms.places import actions
from parvis.rooms.places.actions.caring import SET_ASIDE_FOR
from parvis.rooms.places.actions.checking_in import ClosedForGood
from parvis.rooms.places.finding import called
from parvis.rooms.places.models import Mode, Venue, VenueProposal, VenueState

from .scenes import there, venue_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cafe(alice: Any, at: Any) -> Venue:
    return venue_of(alice, "Café de la Place", 46.519653, 6.632273, at, is_shared=True)


def path(venue: Venue, what: str = "") -> str:
    return f"/places/at/{venue.public_id}/{what}"


def status(client: Any, venue: Venue) -> int:
    return client.get(path(venue)).status_code


def reports() -> Any:
    return Report.objects.unguarded("a test")


def fresh(venue: Venue) -> Venue:
    return Venue.objects.get(pk=venue.pk)


class TestReporting:
    def test_reaches_the_owners_desk_with_its_reason(self, alice, bob, owner, cafe, at, as_bob, as_owner):
        answer = as_bob.post(path(cafe, "report/"), {"reason": "twice", "words": "Twice round the corner"})

        assert answer.status_code == 303
        report = reports().get()
        assert (report.thing, report.public_id, report.by, report.about) == (
            actions.VENUE,
            cafe.public_id,
            bob,
            alice,
        )
        desk = as_owner.get("/desk/reports/").text
        assert "Café de la Place" in desk
        page = as_owner.get(f"/desk/reports/{report.pk}/").text
        assert "It is there twice." in page
        assert path(cafe) in page
        assert "Café de la Place" in as_owner.get("/notices/").text
        assert "The owners have looked at" not in as_bob.get("/notices/").text

    def test_again_adds_to_what_waits_and_tells_once(self, bob, owner, cafe, at):
        for words in ("One", "Two"):
            actions.report_venue(venue=cafe, by=bob, reason="closed", words=words, at=at)

        assert "One" in reports().get().words
        assert "Two" in reports().get().words
        assert Notice.objects.filter(person=owner, kind="site.report").count() == 1

    def test_is_answered_to_both(self, alice, bob, owner, cafe, at, as_bob, as_alice):
        report = actions.report_venue(venue=cafe, by=bob, reason="closed", words="", at=at)

        settle_report(report=report, by=owner, outcome="It is open.", at=at)

        assert "It is open." in as_bob.get("/notices/").text
        assert "It is open." in as_alice.get("/notices/").text
        assert "Bob" not in as_alice.get("/notices/").text

    def test_an_owner_takes_it_down_for_everyone_else(self, bob, owner, cafe, at, as_bob, as_owner):
        report = actions.report_venue(venue=cafe, by=bob, reason="other", words="", at=at)

        take_down(report=report, by=owner, outcome="Gone.", at=at)

        assert (status(as_bob, cafe), status(as_owner, cafe)) == (404, 200)
        assert called(Viewer.of(bob, at), "cafe") == []

    def test_is_for_members_about_what_members_find(self, alice, cafe, at, as_bob, as_visitor):
        own = venue_of(alice, "Mine", 46.5, 6.6, at)

        assert as_bob.get(path(own, "report/")).status_code == 404
        assert as_visitor.get(path(cafe, "report/")).status_code == 302
        with pytest.raises(actions.NotThatOne):
            actions.report_venue(venue=own, by=alice, reason="other", words="", at=at)


class TestSomebodysHome:
    def test_is_set_aside_at_once_and_comes_back_when_nobody_decides(self, bob, owner, cafe, at, as_charlie):
        actions.report_venue(venue=cafe, by=bob, reason="home", words="I live here", at=at)
        assert status(as_charlie, cafe) == 404
        assert called(Viewer.of(bob, at), "cafe") == []
        actions.bring_back(at + SET_ASIDE_FOR - timedelta(seconds=1))
        assert status(as_charlie, cafe) == 404

        actions.bring_back(at + SET_ASIDE_FOR)

        assert status(as_charlie, cafe) == 200

    def test_a_cafe_cannot_be_hidden_again_and_again(self, bob, owner, cafe, at, as_charlie):
        actions.report_venue(venue=cafe, by=bob, reason="home", words="", at=at)
        actions.bring_back(at + SET_ASIDE_FOR)

        actions.report_venue(venue=fresh(cafe), by=bob, reason="home", words="Again", at=at + SET_ASIDE_FOR)

        assert status(as_charlie, cafe) == 200

    def test_an_owner_decides_at_once(self, bob, owner, cafe, at, as_charlie, as_owner):
        actions.report_venue(venue=cafe, by=bob, reason="home", words="", at=at)
        said = {
            "name": cafe.name,
            "latitude": "46.5",
            "longitude": "6.6",
            "is_shared": "on",
            "has_mayor": "on",
        }

        as_owner.post(path(cafe, "correct/"), said | {"state": "open"})

        assert status(as_charlie, cafe) == 200
        assert (fresh(cafe).is_no_home, fresh(cafe).hidden_until) == (True, None)

    def test_whoever_added_it_cannot_bring_it_back(self, alice, bob, owner, cafe, at, as_alice, as_charlie):
        actions.report_venue(venue=cafe, by=bob, reason="home", words="", at=at)
        said = {"name": cafe.name, "latitude": "46.5", "longitude": "6.6", "is_shared": "on", "state": "open"}

        as_alice.post(path(cafe, "correct/"), said)

        assert status(as_charlie, cafe) == 404
        assert "Somebody says that it is a home" in as_alice.get(path(cafe)).text

    def test_a_check_in_there_leads_nowhere_meanwhile(self, alice, bob, owner, cafe, at, as_bob):
        there(alice, cafe, at)
        assert path(cafe) in as_bob.get("/places/").text

        actions.report_venue(venue=cafe, by=bob, reason="home", words="", at=at)

        assert path(cafe) not in as_bob.get("/places/").text


class TestClosed:
    def test_can_be_read_and_one_can_say_that_one_was_there(self, alice, bob, cafe, at, as_alice, as_bob):
        said = {
            "name": cafe.name,
            "latitude": "46.5",
            "longitude": "6.6",
            "is_shared": "on",
            "state": "closed",
        }
        as_alice.post(path(cafe, "correct/"), said)

        assert "closed for good" in as_bob.get(path(cafe)).text
        with pytest.raises(ClosedForGood):
            there(bob, fresh(cafe), at)
        there(bob, fresh(cafe), at, mode=Mode.WAS_HERE)

    def test_the_button_leads_to_the_page_where_that_is_said(self, cafe, as_bob):
        Venue.objects.update(state=VenueState.CLOSED)

        answer = as_bob.post("/places/check-in/", {"venue": cafe.public_id, "audience": "connections"})

        assert answer.headers["Location"] == f"/places/check-in/{cafe.public_id}/"
        assert 'value="was" ' in as_bob.get(answer.headers["Location"]).text


class TestCorrections:
    SAID = {"name": "Café du Lac", "latitude": "46.51965", "longitude": "6.63227", "tags": "terrace"}

    def test_wait_for_one_press_of_who_keeps_it(self, alice, bob, cafe, as_bob, as_alice, as_charlie):
        answer = as_bob.post(path(cafe, "propose/"), self.SAID)
        assert answer.status_code == 303
        assert fresh(cafe).name == cafe.name
        assert "Bob proposes a correction" in as_alice.get("/notices/").text
        assert "Café du Lac" in as_alice.get(path(cafe)).text
        assert "Café du Lac" not in as_charlie.get(path(cafe)).text
        number = VenueProposal.objects.get().pk
        assert as_charlie.post(f"/places/proposals/{number}/", {"do": "accept"}).status_code == 404

        as_alice.post(f"/places/proposals/{number}/", {"do": "accept"})

        now = fresh(cafe)
        assert (now.name, now.tags, now.is_shared) == ("Café du Lac", ["terrace"], True)
        assert not VenueProposal.objects.exists()
        assert "proposes a correction" not in as_alice.get("/notices/").text

    def test_can_be_left(self, cafe, as_bob, as_alice):
        as_bob.post(path(cafe, "propose/"), self.SAID)

        as_alice.post(f"/places/proposals/{VenueProposal.objects.get().pk}/", {"do": "decline"})

        assert fresh(cafe).name == cafe.name
        assert not VenueProposal.objects.exists()

    def test_change_only_what_was_changed(self, bob, alice, cafe, at):
        said = actions.Described(name="Other", latitude=cafe.latitude, longitude=cafe.longitude)
        proposal = actions.propose(venue=cafe, by=bob, said=said, at=at)
        assert proposal.changes == {"name": "Other"}
        actions.correct_venue(
            venue=cafe,
            said=actions.Described(
                name=cafe.name, latitude=46.6, longitude=6.6, is_shared=True, tags=["new"]
            ),
        )

        actions.accept(proposal=VenueProposal.objects.get())

        now = fresh(cafe)
        assert (now.name, now.latitude, now.tags) == ("Other", 46.6, ["new"])

    def test_of_nothing_are_refused(self, bob, cafe, at):
        with pytest.raises(actions.NothingToChange):
            actions.propose(venue=cafe, by=bob, said=actions.described(cafe), at=at)

    def test_cannot_show_or_hide_a_place(self, cafe, as_bob):
        as_bob.post(path(cafe, "propose/"), self.SAID | {"is_private": "on"})

        assert set(VenueProposal.objects.get().changes) <= {"name", "tags", "latitude", "longitude"}
