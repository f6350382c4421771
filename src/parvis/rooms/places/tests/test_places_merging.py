"""Two entries for one place: read as one while they are merged, and as before when they are taken apart."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from parvis.conftest import AT, make_person
from parvis.core.audiences.models import MEMBERS
from parvis.core.audiences.rule import Viewer
from parvis.core.people.models import Square
from parvis.core.site.keeping.erasure import erase_person
from parvis.lib.geo.earth import Point
from parvis.rooms.places import actions
from parvis.rooms.places.actions import Described
from parvis.rooms.places.finding import called, near, own
from parvis.rooms.places.mayors import mayor_of
from parvis.rooms.places.models import Award, BadgeWon, Tally, Venue, VenueTally, Whereabouts
from parvis.rooms.places.record import sums_of

from .scenes import there, venue_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NUMBERS = count()
HERE = Point(46.52, 6.63)


@pytest.fixture
def pair(alice: Any, at: Any) -> Callable[..., tuple[Venue, Venue]]:
    """Two venues of alice's, side by side."""

    def make(**more: Any) -> tuple[Venue, Venue]:
        said = {"is_shared": True} | more
        return (
            venue_of(alice, "Café du Port", 46.52, 6.63, at, **said),
            venue_of(alice, "Le Port, café", 46.5201, 6.6301, at, **said),
        )

    return make


def page(client: Any, venue: Venue) -> Any:
    return client.get(f"/places/at/{venue.public_id}/")


class TestMerged:
    def test_the_one_leads_to_the_other_with_all_that_was_told_of_it(self, alice, pair, at, as_bob):
        one, other = pair()
        there(alice, one, at, words="Before")
        actions.merge(venue=one, into=other, by=alice, at=at)

        answer = page(as_bob, one)

        assert (answer.status_code, answer.headers["Location"]) == (303, f"/places/at/{other.public_id}/")
        assert "Before" in page(as_bob, other).text
        link = f"/places/at/{other.public_id}/"
        assert link in as_bob.get("/places/").text

    def test_counts_as_one_where_one_goes_and_what_one_sees(self, alice, bob, pair, at):
        one, other = pair()
        there(alice, one, at - DAY)
        there(alice, other, at)
        actions.merge(venue=one, into=other, by=alice, at=at)
        viewer = Viewer.of(bob, at)

        assert [found.venue for found in own(alice)] == [other]
        assert sums_of(alice).venues == 1
        assert [found.venue for found in near(viewer, HERE)] == [other]
        assert [found.venue for found in called(viewer, "port")] == [other]
        mayor = mayor_of(other, Viewer.of(bob, at + DAY / 24))
        assert mayor is not None
        assert (mayor.person, mayor.days) == (alice, 2)

    def test_the_check_in_of_an_old_link_goes_where_it_leads(self, alice, pair, at, as_bob):
        one, other = pair()
        actions.merge(venue=one, into=other, by=alice, at=at)

        answer = as_bob.post(f"/places/check-in/{one.public_id}/", {"audience": "connections"})

        assert answer.status_code == 303
        assert Whereabouts.objects.unguarded("a test").get().venue == other

    def test_a_chain_is_one_step_long_and_can_be_undone_in_any_order(self, alice, pair, at):
        one, two = pair()
        three = venue_of(alice, "Port", 46.5202, 6.63, at, is_shared=True)
        actions.merge(venue=one, into=two, by=alice, at=at)
        actions.merge(venue=two, into=three, by=alice, at=at)
        one.refresh_from_db()
        assert one.merged_into == three

        two.refresh_from_db()
        actions.take_apart(venue=two, by=alice)

        one.refresh_from_db()
        assert (one.merged_into, two.merged_into) == (two, None)

    def test_no_circle_closes(self, alice, pair, at):
        one, other = pair()
        actions.merge(venue=one, into=other, by=alice, at=at)

        for first, second in ((other, one), (one, other), (other, other)):
            with pytest.raises(actions.OneAlready):
                actions.merge(venue=first, into=second, by=alice, at=at)

    def test_is_for_whoever_may_correct_both(self, alice, bob, owner, pair, at):
        one, other = pair()
        of_bob = venue_of(bob, "Port", 46.52, 6.63, at, is_shared=True)

        for first, second in ((one, other), (one, of_bob), (of_bob, one)):
            with pytest.raises(actions.NotYours):
                actions.merge(venue=first, into=second, by=bob, at=at)
        assert actions.merge(venue=of_bob, into=one, by=owner, at=at) == one

    def test_what_is_ones_own_may_lead_to_what_members_find(self, bob, pair, at):
        _one, other = pair()
        mine = venue_of(bob, "My port", 46.52, 6.63, at)

        assert actions.merge(venue=mine, into=other, by=bob, at=at) == other

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ({"is_shared": True}, {}),
            ({"is_private": True}, {"is_shared": True}),
            ({"is_private": True}, {}),
            ({}, {"is_private": True}),
        ],
    )
    def test_nobody_is_led_to_what_they_may_not_know(self, alice, at, one, other):
        first = venue_of(alice, "One", 46.52, 6.63, at, **one)
        second = venue_of(alice, "Other", 46.52, 6.63, at, **other)

        with pytest.raises(actions.NotAsOpen):
            actions.merge(venue=first, into=second, by=alice, at=at)

    @pytest.mark.parametrize("less", [{"is_shared": False}, {"is_shared": True, "is_private": True}])
    def test_what_is_closed_later_lets_go_of_what_led_to_it(self, alice, pair, at, less):
        one, other = pair()
        actions.merge(venue=one, into=other, by=alice, at=at)

        said = Described(name="Mine", latitude=46.52, longitude=6.63, **less)
        actions.correct_venue(venue=other, said=said)

        one.refresh_from_db()
        assert one.merged_into is None

    def test_is_played_as_one_and_as_two_again(self, alice, pair, at):
        one, other = pair()
        there(alice, one, at - 2 * DAY)
        there(alice, other, at - DAY)
        before = points(alice)
        actions.merge(venue=one, into=other, by=alice, at=at)
        actions.catch_up(at)
        assert points(alice) < before
        assert VenueTally.objects.values_list("venue", flat=True).get() == other.pk

        one.refresh_from_db()
        actions.take_apart(venue=one, by=alice)
        actions.catch_up(at)

        assert points(alice) == before

    def test_leaving_takes_along_what_was_theirs_alone(self, alice, pair, at):
        one, other = pair(is_shared=False)
        actions.merge(venue=one, into=other, by=alice, at=at)

        erase_person(person=alice, at=at, keep_words=False)

        assert not Venue.objects.exists()


class TestThePages:
    def test_merge_and_take_apart(self, alice, pair, at, as_alice, as_bob):
        one, other = pair()
        path = f"/places/at/{one.public_id}/merge/"
        assert other.public_id in as_alice.get(path).text
        assert as_bob.get(path).status_code == 404

        assert as_alice.post(path, {"venue": other.public_id}).status_code == 303
        assert "Take apart" in page(as_alice, other).text
        assert "Take apart" not in page(as_bob, other).text
        as_bob.post(f"/places/at/{one.public_id}/take-apart/")
        one.refresh_from_db()
        assert one.merged_into == other

        as_alice.post(f"/places/at/{one.public_id}/take-apart/")

        one.refresh_from_db()
        assert one.merged_into is None


def points(person: Any) -> int:
    rows = Award.objects.unguarded("a test").filter(publication__author=person)
    return sum(rows.values_list("points", flat=True))


def brought(person: Any) -> tuple[Any, ...]:
    """What a person's check-ins have brought them, in order, and where they stand."""
    awards = Award.objects.unguarded("a test").filter(publication__author=person)
    badges = BadgeWon.objects.unguarded("a test").filter(tally__person=person)
    venues = VenueTally.objects.filter(tally__person=person)
    state = Tally.objects.get(person=person).state
    return (
        list(awards.order_by("publication", "pk").values_list("rule", "points", "number")),
        sorted(badges.values_list("badge", "level")),
        sorted(venues.values_list("venue__name", "record"), key=str),
        {name: state[name] for name in ("visits", "points", "groups", "countries", "towns")},
        {name: badge | {"seen": len(badge.get("seen", ()))} for name, badge in state["badges"].items()},
    )


class Merging(RuleBasedStateMachine):
    """People check in, venues are merged and taken apart: a plain model says where each leads."""

    def __init__(self) -> None:
        super().__init__()
        self.world = transaction.atomic()
        self.world.__enter__()
        Square.objects.get_or_create(pk=1, defaults={"name": "Essai", "language": "fr", "opened_at": AT})
        self.people = [self.person(), self.person()]
        self.venues = self.places()
        self.leads: dict[int, int] = {}
        self.came: list[tuple[int, int, datetime]] = []
        self.now = AT

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    def person(self) -> Any:
        person = make_person(f"person{next(NUMBERS)}")
        actions.replay(person=person, at=AT)
        return person

    def places(self) -> list[Venue]:
        maker = self.people[0]
        return [
            venue_of(maker, f"Venue {index}", 46.52 + index / 1000, 6.63, AT, is_shared=True)
            for index in range(5)
        ]

    def end_of(self, index: int) -> int:
        while index in self.leads:
            index = self.leads[index]
        return index

    def fresh(self, index: int) -> Venue:
        return Venue.objects.get(pk=self.venues[index].pk)

    @rule(who=st.integers(0, 1), index=st.integers(0, 4))
    def comes(self, who: int, index: int) -> None:
        self.now += timedelta(hours=7)
        there(self.people[who], self.fresh(index), self.now, MEMBERS)
        self.came.append((who, index, self.now))

    @rule(one=st.integers(0, 4), other=st.integers(0, 4))
    def merges(self, one: int, other: int) -> None:
        arguments = {
            "venue": self.fresh(one),
            "into": self.fresh(other),
            "by": self.people[0],
            "at": self.now,
        }
        if one in self.leads or self.end_of(other) == one:
            with pytest.raises(actions.OneAlready):
                actions.merge(**arguments)
        else:
            actions.merge(**arguments)
            self.leads[one] = self.end_of(other)

    @precondition(lambda self: self.leads)
    @rule(data=st.data())
    def takes_apart(self, data: st.DataObject) -> None:
        index = data.draw(st.sampled_from(sorted(self.leads)))
        actions.take_apart(venue=self.fresh(index), by=self.people[0])
        del self.leads[index]

    @invariant()
    def each_leads_to_the_end_of_its_way(self) -> None:
        for index, venue in enumerate(self.venues):
            end = self.end_of(index)
            found = self.fresh(index).merged_into
            assert (found.pk if found else venue.pk) == self.venues[end].pk

    @rule()
    def all_taken_apart_is_as_if_never_merged(self) -> None:
        for index in sorted(self.leads):
            actions.take_apart(venue=self.fresh(index), by=self.people[0])
        self.leads = {}
        actions.settle_due(self.now)
        actions.catch_up(self.now)

        twins, venues = [self.person() for _one in self.people], self.places()
        for who, index, when in self.came:
            there(twins[who], venues[index], when, MEMBERS)
        assert [brought(one) for one in self.people] == [brought(one) for one in twins]
        mine = Whereabouts.objects.unguarded("a test").filter(person__in=self.people).order_by("pk")
        assert [row.venue_id for row in mine] == [self.venues[index].pk for _who, index, _when in self.came]
        assert not Venue.objects.exclude(leads_to=None, merged_into=None, merged_at=None).exists()


class TestAnyLife(TestCase):
    def test_of_merging_and_taking_apart(self) -> None:
        run_state_machine_as_test(
            Merging,
            settings=settings(
                max_examples=12,
                stateful_step_count=18,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
