"""Points, badges and mayors: one's own are one's own, and nobody's title tells of what one may not see."""

from datetime import timedelta

import pytest
import time_machine

from parvis.conftest import AT
from parvis.core.stream import actions as stream
from parvis.rooms.places.actions import be_met, catch_up, replay
from parvis.rooms.places.models import Award, BadgeWon, Tally, Whereabouts

from .scenes import there, venue_of

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def today(at):
    """Pages are looked at on the day of the check-ins."""
    with time_machine.travel(at + timedelta(minutes=5), tick=False):
        yield


@pytest.fixture
def cafe(alice, at):
    return venue_of(alice, "Café", 46.5196, 6.6322, at, category="amenity/cafe", is_shared=True)


def rows_of(model):
    return model.objects.unguarded("a test")


def summed(person):
    return sum(rows_of(Award).filter(publication__author=person).values_list("points", flat=True))


class TestATally:
    def test_grows_with_each_checkin_and_explains_itself_to_its_author(
        self, alice, cafe, at, as_alice, as_bob
    ):
        made = there(alice, cafe, at)

        assert summed(alice) >= 6
        assert "Your first visit here" in as_alice.get(made.get_absolute_url()).text
        assert "Your first visit here" not in as_bob.get(made.get_absolute_url()).text

    def test_is_what_a_new_look_at_everything_gives(self, alice, cafe, at):
        for days in (0, 1, 2, 9, 10):
            there(alice, cafe, at + days * DAY)
        before = (
            Tally.objects.get().state,
            summed(alice),
            sorted(rows_of(BadgeWon).values_list("badge", "level")),
        )

        replay(person=alice, at=AT)

        after = (
            Tally.objects.get().state,
            summed(alice),
            sorted(rows_of(BadgeWon).values_list("badge", "level")),
        )
        assert before == after

    def test_takes_in_what_was_told_later(self, alice, cafe, at):
        there(alice, cafe, at)
        there(alice, cafe, at + timedelta(hours=1), happened_at=at - timedelta(hours=5), mode="was")

        state = Tally.objects.get().state
        replay(person=alice, at=AT)
        assert Tally.objects.get().state == state

    def test_forgets_what_is_deleted_and_takes_it_back(self, alice, cafe, at):
        made = there(alice, cafe, at)
        assert summed(alice) > 0
        stream.delete(publication=made, by=alice, at=at)
        catch_up(at)
        assert summed(alice) == 0
        stream.restore(publication=made, by=alice)
        catch_up(at)
        assert summed(alice) > 0
        assert not rows_of(Whereabouts).filter(is_played=False).exists()

    def test_shows_badges_to_their_owner_alone(self, alice, cafe, at, as_alice, as_bob):
        there(alice, cafe, at)

        assert 'class="soft"' in as_bob.get("/places/badges/").text
        mine, theirs = (client.get("/places/badges/").context["held"] for client in (as_alice, as_bob))
        assert (mine > 0, theirs) == (True, 0)


class TestTheMayor:
    def test_is_who_was_there_on_most_days_and_can_be_dethroned(self, alice, bob, cafe, at, as_bob):
        for days in (4, 3):
            there(alice, cafe, at - days * DAY)
        page = f"/places/at/{cafe.public_id}/"
        assert as_bob.get(page).context["mayor"].person == alice
        for days in (3, 2, 1):
            there(bob, cafe, at - days * DAY)

        assert as_bob.get(page).context["mayor"].person == bob

    def test_is_told_only_from_what_one_may_see(self, alice, bob, cafe, at, as_charlie, as_bob):
        for days in (4, 3):
            there(alice, cafe, at - days * DAY)
        page = f"/places/at/{cafe.public_id}/"

        mayor = as_charlie.get(page).context["mayor"]
        assert mayor is None or mayor.person is None
        assert as_bob.get(page).context["mayor"].person == alice


class TestWhoIsNear:
    def test_is_told_as_precisely_as_each_allows(self, alice, bob, cafe, at, as_bob, as_charlie):
        there(bob, cafe, at)
        there(alice, cafe, at)
        assert "two steps away" in as_bob.get("/places/").text
        be_met(person=alice, at=AT, precision="town")
        page = as_bob.get("/places/").text
        assert "two steps away" not in page
        assert "in Lausanne today" in page
        be_met(person=alice, at=AT, precision="nowhere")
        assert not as_bob.get("/places/").context["near"]
        assert not as_charlie.get("/places/").context["near"]
