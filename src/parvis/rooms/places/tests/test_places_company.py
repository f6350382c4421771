"""Who is with whom, who is close by, who has left, and the week: shown to those who agreed to it, and to nobody else."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from parvis.core.audiences.actions import Expression, audience_for
from parvis.core.audiences.models import MEMBERS
from parvis.core.delivery.notices import sentences, unseen
from parvis.core.people.models import Notice
from parvis.core.stream import actions as stream
from parvis.rooms.places.actions import be_met, catch_up
from parvis.rooms.places.actions.companions import NotAmongThem
from parvis.rooms.places.models import Award, Companion, Whereabouts

from .scenes import there, venue_of

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def today(at):
    with time_machine.travel(at + timedelta(minutes=5), tick=False):
        yield


@pytest.fixture
def cafe(alice, at):
    return venue_of(alice, "Café", 46.5196, 6.6322, at - 9 * DAY, category="amenity/cafe", is_shared=True)


def told(person, kind):
    notices = Notice.objects.filter(person=person, kind=kind)
    found = sentences({notice.pk: notice for notice in notices})
    assert unseen(person, timezone.now()).filter(kind=kind).count() == len(found)
    return [sentence.text for sentence in found.values()]


class TestCompany:
    def test_shows_to_nobody_before_they_agree(self, alice, bob, cafe, at, as_bob, as_alice, as_charlie):
        made = there(alice, cafe, at, MEMBERS, company=(bob,))
        page = f"/places/c/{made.public_id}/"
        assert 'class="meta">with</span>' not in as_charlie.get(page).text
        assert bob.name not in as_charlie.get(page).text
        assert "Yes, name me" in as_bob.get(page).text
        assert "Asked, not named yet" in as_alice.get(page).text
        assert len(told(bob, "places.companion")) == 1

        as_bob.post(f"{page}company/", {"do": "agree"})

        assert 'class="meta">with</span>' in as_charlie.get(page).text
        assert bob.name in as_charlie.get(page).text
        assert told(bob, "places.companion") == []
        catch_up(at)
        assert Award.objects.unguarded("a test").filter(rule="together").count() == 1

    def test_may_be_taken_back_at_any_time(self, alice, bob, cafe, at, as_bob, as_charlie):
        made = there(alice, cafe, at, MEMBERS, company=(bob,))
        page = f"/places/c/{made.public_id}/"
        as_bob.post(f"{page}company/", {"do": "agree"})
        as_bob.post(f"{page}company/", {"do": "decline"})
        assert bob.name not in as_charlie.get(page).text

    def test_that_declined_looks_like_one_that_did_not_answer(self, alice, bob, cafe, at, as_bob, as_alice):
        made = there(alice, cafe, at, company=(bob,))
        page = f"/places/c/{made.public_id}/"
        before = as_alice.get(page).context["asked"]
        as_bob.post(f"{page}company/", {"do": "decline"})
        assert as_alice.get(page).context["asked"] == before
        assert not Notice.objects.filter(person=alice).exists()

    def test_is_asked_again_when_it_opens_to_others(self, alice, bob, cafe, at, as_bob, as_charlie):
        made = there(alice, cafe, at, company=(bob,))
        page = f"/places/c/{made.public_id}/"
        as_bob.post(f"{page}company/", {"do": "agree"})
        wider = audience_for(expression=Expression(frozenset({MEMBERS})), owner=alice)
        stream.change_audience(publication=made, audience=wider, at=at)
        assert bob.name not in as_charlie.get(page).text
        assert "Name me again" in as_bob.get(page).text

    def test_is_of_connections_who_see_it(self, alice, bob, charlie, cafe, at):
        for strangers, groups in (((charlie,), (MEMBERS,)), ((bob,), (None,))):
            with pytest.raises(NotAmongThem):
                there(alice, cafe, at, *groups, company=strangers)
        assert not Companion.objects.unguarded("a test").exists()

    def test_is_not_answered_by_others(self, alice, bob, cafe, at, as_charlie, as_alice):
        made = there(alice, cafe, at, company=(bob,))
        for client in (as_charlie, as_alice):
            assert client.post(f"/places/c/{made.public_id}/company/", {"do": "agree"}).status_code == 404

    def test_is_chosen_on_the_page(self, alice, bob, cafe, as_alice):
        address = f"/places/check-in/{cafe.public_id}/"
        assert bob.name in as_alice.get(address).text
        as_alice.post(address, {"company": [bob.pk], "audience": "connections"})
        (row,) = Companion.objects.unguarded("a test")
        assert (row.person, row.state) == (bob, "asked")


class TestLeaving:
    def test_is_told_when_one_says_so(self, alice, cafe, at, as_alice, as_bob):
        as_alice.post(
            f"/places/check-in/{cafe.public_id}/", {"shown_from": "gone", "audience": "connections"}
        )
        (row,) = Whereabouts.objects.of(alice).select_related("publication")
        page = f"/places/c/{row.publication.public_id}/"
        assert as_bob.get(page).status_code == 404
        assert "Others see it when you have left." in as_alice.get(page).text
        as_alice.post(f"{page}left/")
        assert as_bob.get(page).status_code == 200
        assert "Others see it when you have left." not in as_alice.get(page).text

    def test_does_not_follow_from_being_elsewhere_which_others_may_see(
        self, alice, cafe, at, as_bob, as_alice
    ):
        made = there(alice, cafe, at, is_until_gone=True, shown_from=at + timedelta(hours=12))
        there(alice, venue_of(alice, "Gare", 46.5167, 6.6291, at), at + timedelta(minutes=4))
        assert as_bob.get(f"/places/c/{made.public_id}/").status_code == 404
        assert [row.publication for row in as_alice.get("/places/").context["waiting"]] == [made]
        assert not as_bob.get("/places/").context["waiting"]

    def test_comes_at_the_latest_after_half_a_day(self, alice, cafe, at, as_bob):
        made = there(alice, cafe, at, is_until_gone=True, shown_from=at + timedelta(hours=12))
        with time_machine.travel(at + timedelta(hours=13), tick=False):
            assert as_bob.get(f"/places/c/{made.public_id}/").status_code == 200

    def test_is_said_by_nobody_else(self, alice, cafe, at, as_bob):
        made = there(alice, cafe, at, is_until_gone=True, shown_from=at + timedelta(hours=12))
        assert as_bob.post(f"/places/c/{made.public_id}/left/").status_code == 404


class TestBeingClose:
    def both(self, one, other, at):
        for person in (one, other):
            be_met(person=person, is_told=True, at=at)

    def test_is_told_to_both_who_want_it(self, alice, bob, cafe, at):
        self.both(alice, bob, at)
        there(bob, cafe, at)
        there(alice, cafe, at + timedelta(minutes=4))
        assert told(bob, "places.close") == ["Alice is close by: Café, Lausanne."]
        assert told(alice, "places.close") == ["Bob is close by: Café, Lausanne."]

    def test_is_not_told_when_one_does_not_want_it(self, alice, bob, cafe, at):
        be_met(person=alice, is_told=True, at=at)
        there(bob, cafe, at)
        there(alice, cafe, at)
        assert not Notice.objects.filter(kind="places.close").exists()

    def test_is_not_told_of_what_they_do_not_see(self, alice, bob, cafe, at):
        self.both(alice, bob, at)
        there(bob, cafe, at)
        there(alice, cafe, at, None)
        assert not Notice.objects.filter(kind="places.close").exists()

    def test_says_no_more_than_each_allows(self, alice, bob, cafe, at):
        self.both(alice, bob, at)
        there(bob, cafe, at)
        there(alice, cafe, at)
        be_met(person=alice, precision="country", is_told=True, at=at)
        assert told(bob, "places.close") == ["Alice is close by: in Switzerland today."]
        be_met(person=alice, precision="nowhere", is_told=True, at=at)
        assert told(bob, "places.close") == []


class TestTheWeek:
    def test_counts_what_each_reader_sees(self, alice, cafe, at, as_alice, as_bob, as_charlie):
        gare = venue_of(alice, "Gare", 46.5167, 6.6291, at, is_shared=True)
        there(alice, cafe, at)
        there(alice, gare, at + timedelta(minutes=1), None)
        rows = {
            name: as_.get("/places/week/").context["rows"]
            for name, as_ in (("bob", as_bob), ("alice", as_alice))
        }
        assert [(row.person, row.rank) for row in rows["bob"]] == [(alice, 1)]
        assert rows["bob"][0].points == rows["alice"][0].points
        there(alice, gare, at + timedelta(minutes=2))
        assert as_bob.get("/places/week/").context["rows"][0].points > rows["bob"][0].points
        assert as_charlie.get("/places/week/").context["rows"] == []

    def test_is_not_read_by_those_who_stay_out(self, alice, bob, cafe, at, as_alice, as_bob):
        there(alice, cafe, at)
        there(bob, cafe, at)
        be_met(person=alice, is_ranked=False, at=at)
        assert [row.person for row in as_bob.get("/places/week/").context["rows"]] == [bob]
        assert as_alice.get("/places/week/").context["rows"] == []

    def test_begins_on_monday(self, alice, cafe, at, as_bob):
        there(alice, cafe, at - 7 * DAY)
        assert as_bob.get("/places/week/").context["rows"] == []


class TestThePageOfAPerson:
    def test_shows_badges_and_titles_of_what_one_sees(
        self, alice, bob, charlie, cafe, at, as_bob, as_charlie
    ):
        for days in (3, 2, 1):
            there(alice, cafe, at - days * DAY)
        address = f"/places/people/{alice.public_id}/"
        mine, theirs = (client.get(address).context for client in (as_bob, as_charlie))
        assert mine["badges"]
        assert (theirs["badges"], theirs["points"], list(theirs["titles"])) == ([], 0, [])
        for days in (3, 2, 1):
            there(alice, cafe, at - days * DAY + timedelta(hours=5), MEMBERS)
        assert [title.venue for title in as_charlie.get(address).context["titles"]] == [cafe]

    def test_is_there_for_members_alone(self, alice, as_visitor):
        assert as_visitor.get(f"/places/people/{alice.public_id}/").status_code in {302, 303, 404}
