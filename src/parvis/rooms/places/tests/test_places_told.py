"""What one's connections have told of where they are: newest first, page by page, whatever else they write."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parvis.core.audiences.models import MEMBERS, PUBLIC
from parvis.core.audiences.rule import FOREVER, Viewer
from parvis.core.delivery.tests.worlds import said
from parvis.core.stream import actions as stream
from parvis.core.stream.models import Publication
from parvis.rooms.places.models import KIND
from parvis.rooms.places.near import connected_to
from parvis.rooms.places.told import told

from .scenes import there, venue_of

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def cafe(alice, at):
    return venue_of(alice, "Café", 46.5196, 6.6322, at - DAY, is_shared=True)


def pages(person, at, limit=20):
    """All pages, one after the other."""
    viewer, before, found = Viewer.of(person, at), FOREVER, []
    while before is not None:
        page = told(viewer, before=before, limit=limit)
        found += page.publications
        before = page.before
    return found


def one_by_one(person, at):
    """The same, asked of each check-in there is."""
    viewer = Viewer.of(person, at)
    seen = Publication.objects.visible_to(viewer).published(viewer).of_kind(KIND).filter(deleted_at=None)
    people = {person.pk, *connected_to(person).values_list("pk", flat=True)}
    return [one for one in seen.newest_first() if one.author_id in people]


class TestWhatIsTold:
    def test_is_found_beneath_all_that_was_written_since(self, alice, bob, cafe, at):
        mine = there(alice, cafe, at)
        for number in range(60):
            said(alice, "Words.", at=at + (number + 1) * MINUTE)

        assert pages(bob, at + DAY) == [mine]

    def test_holds_oneself_and_nobody_one_is_not_connected_to(self, alice, bob, charlie, cafe, at):
        own = there(bob, cafe, at, None)
        there(charlie, cafe, at + MINUTE, PUBLIC)
        stream.follow_person(person=bob, other=charlie, at=at)

        assert pages(bob, at + DAY) == [own]

    def test_leaves_out_what_was_deleted_by_oneself_too(self, alice, bob, cafe, at):
        publication = there(bob, cafe, at)
        stream.delete(publication=publication, by=bob, at=at + MINUTE)

        assert pages(bob, at + DAY) == []
        assert pages(alice, at + DAY) == []

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        rows=st.lists(
            st.tuples(st.integers(0, 2), st.sampled_from([None, PUBLIC, MEMBERS, 0]), st.booleans()),
            max_size=14,
        ),
        limit=st.integers(1, 5),
    )
    def test_is_what_asking_of_each_finds(self, alice, bob, charlie, cafe, at, rows, limit):
        Publication.objects.unguarded("begin anew").all().delete()
        people = [alice, bob, charlie]
        for number, (who, group, is_place) in enumerate(rows):
            moment = at + number * MINUTE
            groups = () if group == 0 else (group,)
            if is_place:
                there(people[who], cafe, moment, *groups)
            else:
                said(people[who], "Words.", groups=frozenset({group or 1}), at=moment)

        for person in people:
            found = pages(person, at + DAY, limit)
            assert [one.pk for one in found] == [one.pk for one in one_by_one(person, at + DAY)]
