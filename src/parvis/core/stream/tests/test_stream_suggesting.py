"""A circle is proposed to whoever keeps choosing the same people by hand, and to nobody else."""

import pytest

from parvis.conftest import make_person
from parvis.core.audiences.actions import block, make_circle, one_person_group
from parvis.core.audiences.models import Group
from parvis.core.stream import actions
from parvis.core.stream.suggesting import TIMES, suggestion
from parvis.core.stream.tests.test_stream_pages import say

pytestmark = pytest.mark.django_db


@pytest.fixture
def dan(square):
    return make_person("dan")


@pytest.fixture
def chosen(alice, bob, dan):
    """Bob and Dan, chosen together as often as it takes."""
    groups = {one_person_group(bob).pk, one_person_group(dan).pk}
    return [say(alice, groups, f"For two, {number}") for number in range(TIMES)]


class TestSuggestion:
    def test_names_those_chosen_together_often(self, chosen, alice, bob, dan):
        found = suggestion(alice)
        assert found is not None
        assert (found.people, found.times) == ([bob, dan], TIMES)

    def test_waits_until_it_is_often(self, chosen, alice):
        actions.delete(publication=chosen[0], by=alice, at=chosen[0].published_at)
        assert suggestion(alice) is None

    def test_is_not_made_for_one_person_nor_for_a_circle(self, alice, bob, dan, at):
        circle = make_circle(owner=alice, name="Two", at=at, people=[bob, dan])
        for number in range(TIMES):
            say(alice, {one_person_group(bob).pk}, f"One {number}")
            say(alice, {circle.pk}, f"Circle {number}")
        assert suggestion(alice) is None

    def test_is_not_made_again_once_there_is_the_circle(self, chosen, alice, bob, dan, at):
        make_circle(owner=alice, name="Two", at=at, people=[bob, dan])
        assert suggestion(alice) is None

    def test_names_nobody_out_of_reach(self, chosen, alice, dan, at):
        block(by=dan, person=alice, at=at)
        assert suggestion(alice) is None

    def test_is_ones_own(self, chosen, as_bob, as_alice, bob):
        assert suggestion(bob) is None
        assert "You have chosen these people" not in as_bob.get("/circles/").content.decode()
        assert "You have chosen these people together 3 times" in as_alice.get("/circles/").content.decode()

    def test_becomes_a_circle_by_one_button(self, chosen, as_alice, alice, bob, dan, charlie, at):
        block(by=charlie, person=alice, at=at)
        people = [bob.public_id, dan.public_id, charlie.public_id, "nobody", "\x00"]
        answer = as_alice.post("/circles/", {"name": "Two", "people": people})

        circle = Group.objects.circles_of(alice).get()
        assert answer.headers["Location"] == f"/circles/{circle.public_id}/"
        assert {row.person for row in circle.memberships.all()} == {bob, dan}
        assert suggestion(alice) is None
