"""Across a shut door: no answers, no notices, nothing read at home, and nobody learns that it is shut."""

import pytest
from django.urls import reverse

from parvis.conftest import AT
from parvis.core.audiences.actions import (
    Expression,
    add_to_circle,
    audience_for,
    block,
    connect,
    make_circle,
    unblock,
)
from parvis.core.audiences.choices import circles
from parvis.core.audiences.declarations import group_export
from parvis.core.audiences.models import MEMBERS, PUBLIC
from parvis.core.audiences.rule import Viewer
from parvis.core.delivery.notices import sentences
from parvis.core.people.models import Notice
from parvis.core.stream import actions
from parvis.core.stream.models import Comment, Follow, Publication
from parvis.core.stream.who import who_can_see

pytestmark = pytest.mark.django_db


@pytest.fixture
def public(alice):
    everyone = audience_for(expression=Expression(frozenset({PUBLIC})), owner=alice)
    return actions.say(author=alice, source="Lake", language="en", audience=everyone, at=AT)


def comments():
    return Comment.objects.unguarded("a test counts").count()


class TestAnAnswer:
    @pytest.mark.parametrize("mine", [True, False])
    def test_is_refused_as_where_comments_are_closed(self, public, alice, bob, as_bob, mine):
        by, person = (alice, bob) if mine else (bob, alice)
        block(by=by, person=person, at=AT)
        there = reverse("comment-answer", args=[public.public_id])
        shut = as_bob.post(there, {"text": "Hello"}).content
        assert comments() == 0
        assert not Notice.objects.exists()
        page = as_bob.get(public.get_absolute_url()).content
        assert b"Comments are closed here." in page
        assert b'id="comment-text"' not in page
        actions.close_comments(publication=public, at=AT)
        for_all = as_bob.post(there, {"text": "Hello"}).content
        assert b"Comments are closed here." in shut
        assert b"Comments are closed here." in for_all
        with pytest.raises(actions.CommentsClosed):
            actions.answer(subject=public, author=bob, source="Hello", at=AT)

    def test_to_a_comment_is_refused_across_the_door_of_its_writer(self, public, bob, charlie, as_charlie):
        comment = actions.answer(subject=public, author=bob, source="First", at=AT)
        block(by=bob, person=charlie, at=AT)
        to = f"?to={comment.publication.public_id}"
        page = as_charlie.get(public.get_absolute_url()).content.decode()
        assert "First" in page
        assert to not in page
        with pytest.raises(actions.CommentsClosed):
            actions.answer(subject=public, author=charlie, source="Second", at=AT, parent=comment)
        actions.answer(subject=public, author=charlie, source="To the author", at=AT)
        assert comments() == 2

    def test_is_as_before_once_the_door_is_open(self, public, alice, bob):
        block(by=alice, person=bob, at=AT)
        unblock(by=alice, person=bob)
        actions.answer(subject=public, author=bob, source="Hello", at=AT)
        assert Notice.objects.filter(person=alice).count() == 1


class TestANotice:
    def test_of_a_comment_is_gone_once_the_door_is_shut(self, public, alice, bob):
        actions.answer(subject=public, author=bob, source="Hello", at=AT)
        notice = Notice.objects.get(person=alice)
        assert sentences({1: notice})
        block(by=alice, person=bob, at=AT)
        assert sentences({1: notice}) == {}


class TestBlocking:
    def test_ends_what_each_reads_of_the_other_at_home(self, public, alice, bob, as_bob):
        connect(one=alice, other=bob, at=AT)
        for one, other in ((alice, bob), (bob, alice)):
            actions.follow_person(person=one, other=other, at=AT)
        assert b"Lake" in as_bob.get("/").content
        assert as_bob.post(reverse("block", args=[alice.public_id])).status_code == 303
        assert b"Lake" not in as_bob.get("/").content
        assert b"Alice" not in as_bob.get(reverse("subscriptions")).content
        assert not Follow.objects.filter(source__person__in=[alice, bob], person__in=[alice, bob]).exists()

    def test_leaves_what_others_follow(self, alice, bob, charlie, as_bob):
        actions.follow_person(person=charlie, other=alice, at=AT)
        as_bob.post(reverse("block", args=[alice.public_id]))
        assert Follow.objects.filter(person=charlie, source__person=alice).exists()


class TestACircleThatAlsoKeepsOut:
    @pytest.fixture
    def circle(self, alice, bob):
        circle = make_circle(owner=alice, name="Choir", at=AT)
        add_to_circle(circle=circle, person=bob, at=AT, opens_past=True)
        return circle

    @pytest.fixture
    def inside(self, circle, alice):
        return self.said(alice, "For the choir", {circle.pk})

    @pytest.fixture
    def outside(self, circle, alice):
        return self.said(alice, "For the others", {MEMBERS}, {circle.pk})

    def said(self, author, source, include, exclude=()):
        expression = Expression(frozenset(include), frozenset(exclude))
        audience = audience_for(expression=expression, owner=author)
        return actions.say(author=author, source=source, language="en", audience=audience, at=AT)

    def seen(self, person):
        return {one.pk for one in Publication.objects.visible_to(Viewer.of(person, AT))}

    def test_lets_nobody_in_again_after_an_unblock(self, inside, outside, circle, alice, bob):
        assert self.seen(bob) == {inside.pk}
        block(by=alice, person=bob, at=AT)
        unblock(by=alice, person=bob)
        assert self.seen(bob) == set()
        assert not who_can_see(inside, Viewer.of(alice, AT)).readers
        assert bob not in [one.person for one in who_can_see(outside, Viewer.of(alice, AT)).readers]
        later = self.said(alice, "Later", {circle.pk})
        assert later.pk not in self.seen(bob)

    def test_shows_and_counts_those_it_lets_in(self, outside, circle, alice, bob, as_alice):
        block(by=alice, person=bob, at=AT)
        unblock(by=alice, person=bob)
        page = as_alice.get(reverse("circle", args=[circle.public_id])).content.decode()
        assert reverse("circle-remove", args=[circle.public_id, bob.public_id]) not in page
        assert [one.count for one in circles(alice)] == [0]
        assert group_export(circle)["people"] == []

    @pytest.mark.parametrize("past", [True, False])
    def test_takes_them_in_again_like_anyone(self, inside, outside, circle, alice, bob, as_alice, past):
        block(by=alice, person=bob, at=AT)
        unblock(by=alice, person=bob)
        there = reverse("circle-add", args=[circle.public_id, bob.public_id])
        assert "opens 1 past publication" in as_alice.get(there).content.decode()
        as_alice.post(there, {"past": "open" if past else "closed"})
        assert self.seen(bob) == ({inside.pk} if past else set())
        assert [one.count for one in circles(alice)] == [1]

    def test_forgets_them_where_it_keeps_nobody_out(self, inside, circle, alice, bob):
        block(by=alice, person=bob, at=AT)
        assert not circle.memberships.exists()
