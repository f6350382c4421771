"""People added since: the author is told by name, and keeps it to those who could read it, or lets it be."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from parvis.conftest import AT, make_person
from parvis.core.audiences.actions import (
    Expression,
    TooManyChosen,
    add_to_circle,
    audience_for,
    connect,
    connections_group,
    make_circle,
    one_person_group,
    remove_from_circle,
)
from parvis.core.audiences.rule import Viewer
from parvis.core.stream import actions
from parvis.core.stream.models import Publication
from parvis.core.stream.tests.test_stream_pages import answers, say
from parvis.core.stream.who import who_can_see

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def some_hours_later():
    """The pages are opened when all that a test says has happened."""
    with time_machine.travel(AT + 9 * HOUR, tick=False):
        yield


@pytest.fixture
def friends(alice, bob, at):
    circle = make_circle(owner=alice, name="Friends", at=at - HOUR)
    add_to_circle(circle=circle, person=bob, at=at - HOUR, opens_past=True)
    return circle


@pytest.fixture
def told(alice, friends, at):
    """Something for the circle, and charlie, who joins the circle an hour later."""
    return say(alice, {friends.pk}, "For my friends", at=at)


def came(row, alice):
    row = Publication.objects.unguarded("test").get(pk=row.pk)
    who = who_can_see(row, Viewer.of(alice, AT + 9 * HOUR))
    return {
        (one.group.label or one.group.kind, person.name) for one in who.newcomers for person in one.people
    }


class TestNewcomers:
    def test_are_those_added_to_a_circle_since(self, told, alice, friends, charlie, at):
        assert came(told, alice) == set()
        add_to_circle(circle=friends, person=charlie, at=at + HOUR, opens_past=True)
        assert came(told, alice) == {("Friends", "Charlie")}

    def test_are_not_those_to_whom_the_past_stays_closed(self, told, alice, friends, charlie, at):
        add_to_circle(circle=friends, person=charlie, at=at + HOUR, opens_past=False)
        assert came(told, alice) == set()

    def test_are_not_those_who_could_read_it_for_another_reason(self, alice, bob, friends, charlie, at):
        row = say(alice, {friends.pk, one_person_group(charlie).pk}, at=at)
        add_to_circle(circle=friends, person=charlie, at=at + HOUR, opens_past=True)
        assert came(row, alice) == set()

    def test_are_new_connections_too(self, alice, bob, charlie, at):
        row = say(alice, {connections_group(alice).pk}, at=at)
        connect(one=alice, other=charlie, at=at + HOUR)
        assert came(row, alice) == {("connections", "Charlie")}

    def test_are_no_more_once_the_author_chose_again(self, told, alice, bob, friends, charlie, at):
        add_to_circle(circle=friends, person=charlie, at=at + HOUR, opens_past=True)
        wider = audience_for(
            expression=Expression(frozenset({friends.pk, connections_group(alice).pk})), owner=alice
        )
        actions.change_audience(publication=told, audience=wider, at=at + 2 * HOUR)
        assert came(told, alice) == set()

    def test_are_counted_from_when_it_comes_out(self, alice, bob, friends, charlie, at):
        row = say(alice, {friends.pk}, at=at)
        Publication.objects.filter(pk=row.pk).update(published_at=at + 3 * HOUR)
        add_to_circle(circle=friends, person=charlie, at=at + HOUR, opens_past=True)
        assert came(row, alice) == set()

    def test_are_named_to_the_author_on_the_pages_of_its_readers(self, told, as_alice, friends, charlie, at):
        add_to_circle(circle=friends, person=charlie, at=at + HOUR, opens_past=True)
        for name in ("publication-who", "publication-audience"):
            page = as_alice.get(reverse(name, args=[told.public_id])).content.decode()
            assert "1 person was added to “Friends” since you chose who sees this, and sees it too:" in page
            assert "Keep it to those who could read it" in page
        assert "2 people, 1 of them new" in as_alice.get(told.get_absolute_url()).content.decode()

    def test_are_told_to_nobody_else(self, told, as_bob, as_charlie, friends, charlie, at):
        add_to_circle(circle=friends, person=charlie, at=at + HOUR, opens_past=True)
        for client in (as_bob, as_charlie):
            page = client.get(told.get_absolute_url()).content.decode()
            assert "of them new" not in page
            assert "Friends" not in page
            assert client.get(reverse("publication-who", args=[told.public_id])).status_code == 404


class TestKeepingItToThoseWhoCouldReadIt:
    @pytest.fixture
    def joined(self, told, friends, charlie, at):
        add_to_circle(circle=friends, person=charlie, at=at + HOUR, opens_past=True)
        return told

    def press(self, client, row, what):
        return client.post(reverse("publication-newcomers", args=[row.public_id]), {"do": what}, follow=True)

    def test_closes_it_to_the_newcomers_alone(self, joined, alice, as_alice, as_bob, as_charlie):
        assert answers([as_bob, as_charlie], joined.get_absolute_url()) == [200, 200]

        page = self.press(as_alice, joined, "keep-out").content.decode()

        assert answers([as_bob, as_charlie], joined.get_absolute_url()) == [200, 404]
        assert "Only those who could read it see it from now on." in page
        assert came(joined, alice) == set()

    def test_leaves_the_circle_as_it_is(self, joined, alice, as_alice, as_charlie, friends, at):
        self.press(as_alice, joined, "keep-out")
        later = say(alice, {friends.pk}, "For all of them", at=at + 2 * HOUR)
        assert as_charlie.get(later.get_absolute_url()).status_code == 200

    def test_can_be_waved_away(self, joined, alice, as_alice, as_charlie, friends, at):
        page = self.press(as_alice, joined, "accept").content.decode()

        assert "since you chose" not in page
        assert as_charlie.get(joined.get_absolute_url()).status_code == 200
        add_to_circle(circle=friends, person=make_person("dan"), at=at + 10 * HOUR, opens_past=True)
        assert came(joined, alice) == {("Friends", "Dan")}

    def test_changes_nothing_when_they_have_left(self, joined, as_alice, as_bob, friends, charlie):
        before = Publication.objects.unguarded("test").get(pk=joined.pk).audience_id
        remove_from_circle(circle=friends, person=charlie)
        self.press(as_alice, joined, "keep-out")
        assert Publication.objects.unguarded("test").get(pk=joined.pk).audience_id == before

    @pytest.mark.parametrize(("who", "status"), [("as_bob", 404), ("as_charlie", 404), ("as_visitor", 302)])
    def test_is_for_its_author_alone(self, who, status, joined, request):
        path = reverse("publication-newcomers", args=[joined.public_id])
        client = request.getfixturevalue(who)
        assert client.post(path, {"do": "keep-out"}).status_code == status

    def test_takes_a_button(self, joined, as_alice):
        assert as_alice.get(reverse("publication-newcomers", args=[joined.public_id])).status_code == 405


class TestAnAudience:
    def test_of_too_many_one_by_one_is_refused_in_words(self, alice):
        numbers = frozenset(range(10**6, 10**6 + 400))
        with pytest.raises(TooManyChosen, match="Make a circle of them"):
            audience_for(expression=Expression(numbers), owner=alice)
