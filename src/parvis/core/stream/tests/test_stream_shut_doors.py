"""Across a shut door: no answers, no notices, nothing read at home, and nobody learns that it is shut."""

import pytest
from django.urls import reverse

from parvis.conftest import AT
from parvis.core.audiences.actions import Expression, audience_for, block, connect
from parvis.core.audiences.models import PUBLIC
from parvis.core.delivery.notices import sentences
from parvis.core.people.models import Notice
from parvis.core.stream import actions
from parvis.core.stream.models import Comment, Follow

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
        from parvis.core.audiences.actions import unblock

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
        assert b"Alice" not in as_bob.get(reverse("sources")).content
        assert not Follow.objects.filter(source__person__in=[alice, bob], person__in=[alice, bob]).exists()

    def test_leaves_what_others_follow(self, alice, bob, charlie, as_bob):
        actions.follow_person(person=charlie, other=alice, at=AT)
        as_bob.post(reverse("block", args=[alice.public_id]))
        assert Follow.objects.filter(person=charlie, source__person=alice).exists()
