"""Badges that owners add without code; and why a check-in brought no points, for its author alone."""

from datetime import timedelta

import pytest
import time_machine

from parvis.conftest import logged_in, make_person
from parvis.rooms.places.actions import catch_up
from parvis.rooms.places.badges import game_of_square
from parvis.rooms.places.game.rules import VERSION
from parvis.rooms.places.models import Award, BadgeWon, OwnBadge, Tally

from .scenes import there, venue_of

DAY = timedelta(days=1)
TWICE = {
    "name_fr": "Deux cafés",
    "name_en": "Two coffees",
    "text_fr": "Deux passages au café.",
    "text_en": "Two check-ins at a café.",
    "kind": "visits",
    "levels": "2, 4",
    "groups": ["drink"],
    "shape": "circle",
    "symbol": "cup",
    "colour": "brick",
    "second": "ochre",
}


@pytest.fixture(autouse=True)
def today(at):
    with time_machine.travel(at + timedelta(minutes=5), tick=False):
        yield


@pytest.fixture
def cafe(alice, at):
    return venue_of(alice, "Café", 46.5196, 6.6322, at - 9 * DAY, category="amenity/cafe", is_shared=True)


@pytest.fixture
def as_owner(square):
    return logged_in(make_person("olive", role="owner"))


def held(person):
    rows = BadgeWon.objects.unguarded("a test").filter(tally__person=person)
    return dict(rows.order_by("level").values_list("badge", "level"))


class TestABadgeOfTheSquare:
    def test_is_added_and_earned_by_what_was_done_before(self, alice, cafe, at, as_owner, as_alice):
        for days in (3, 2):
            there(alice, cafe, at - days * DAY)
        answer = as_owner.post("/places/badges/own/", {**TWICE, "do": "add"})
        assert answer.status_code in {302, 303}
        assert "two-coffees" not in held(alice)

        catch_up(at)

        assert held(alice)["two-coffees"] == 1
        assert "Two coffees" in as_alice.get("/places/badges/", headers={"accept-language": "en"}).text
        there(alice, cafe, at - DAY)
        there(alice, cafe, at)
        assert held(alice)["two-coffees"] == 2

    def test_is_drawn_before_it_is_added(self, as_owner):
        page = as_owner.post("/places/badges/own/", {**TWICE, "do": "look"})
        assert page.status_code == 200
        assert page.context["shown"]["name"] in {"Two coffees", "Deux cafés"}
        assert not OwnBadge.objects.exists()

    def test_goes_again_from_everybody(self, alice, cafe, at, as_owner):
        for days in (3, 2):
            there(alice, cafe, at - days * DAY)
        as_owner.post("/places/badges/own/", {**TWICE, "do": "add"})
        catch_up(at)
        as_owner.post("/places/badges/own/two-coffees/drop/")
        catch_up(at)
        assert "two-coffees" not in held(alice)
        assert game_of_square().version == VERSION

    def test_with_the_name_of_another_is_called_otherwise(self, as_owner):
        for _time in range(2):
            as_owner.post("/places/badges/own/", {**TWICE, "do": "add"})
        assert {badge.slug for badge in OwnBadge.objects.all()} == {"two-coffees", "two-coffees-2"}

    @pytest.mark.parametrize(
        "wrong",
        [
            {"levels": "4, 2"},
            {"levels": "many"},
            {"name_fr": ""},
            {"kind": "towns", "groups": ["drink"]},
            {"since": "03:00"},
            {"same_venue": "on", "weekdays": ["monday"]},
            {"symbol": "nothing"},
        ],
    )
    def test_that_cannot_be_is_told_in_words(self, as_owner, wrong):
        page = as_owner.post("/places/badges/own/", {**TWICE, "do": "add", **wrong})
        assert page.status_code == 422
        assert page.context["form"].errors
        assert not OwnBadge.objects.exists()

    def test_is_for_owners_to_add(self, as_alice, as_visitor):
        for client in (as_alice, as_visitor):
            client.post("/places/badges/own/", {**TWICE, "do": "add"})
        assert not OwnBadge.objects.exists()

    def test_makes_every_tally_anew(self, alice, bob, cafe, at, as_owner):
        for person in (alice, bob):
            there(person, cafe, at)
        as_owner.post("/places/badges/own/", {**TWICE, "do": "add"})
        catch_up(at)
        versions = {tally.state["version"] for tally in Tally.objects.all()}
        assert versions == {game_of_square().version}
        assert versions != {VERSION}


class TestWhyThereAreNoPoints:
    def test_is_told_to_the_author_alone(self, alice, cafe, at, as_alice, as_bob):
        made = there(alice, cafe, at, mode="afar")
        page = f"/places/c/{made.public_id}/"
        assert [points for _words, points in as_alice.get(page).context["awards"]] == [""]
        assert as_bob.get(page).context["awards"] == []
        assert Award.objects.unguarded("a test").get().rule == "from_afar"

    def test_changes_no_sum(self, alice, cafe, at, as_alice):
        there(alice, cafe, at)
        before = as_alice.get("/places/badges/").context["points"]
        there(alice, cafe, at + timedelta(minutes=1))
        assert as_alice.get("/places/badges/").context["points"] == before
