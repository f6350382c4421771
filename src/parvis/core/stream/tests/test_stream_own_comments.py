"""One's own comments, also where the text above is no longer open: found again, and taken back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from parvis.conftest import AT
from parvis.core.audiences.actions import Expression, audience_for, block, one_person_group
from parvis.core.audiences.models import MEMBERS
from parvis.core.stream import actions

pytestmark = pytest.mark.django_db
HERS, HIS = "What alice wrote", "What charlie answered"


@pytest.fixture
def narrowed(alice, bob, charlie):
    """Charlie answered when it was for the members; it is for bob alone now."""
    members = audience_for(expression=Expression(frozenset({MEMBERS})), owner=alice)
    subject = actions.say(author=alice, source=HERS, language="en", audience=members, at=AT)
    comment = actions.answer(subject=subject, author=charlie, source=HIS, at=AT + timedelta(minutes=1))
    only_bob = audience_for(expression=Expression(frozenset({one_person_group(bob).pk})), owner=alice)
    actions.change_audience(publication=subject, audience=only_bob, at=AT + timedelta(minutes=2))
    return comment


class TestOwnComments:
    def test_are_found_again_without_a_word_of_the_text_that_is_closed(self, narrowed, as_charlie):
        page = as_charlie.get(reverse("own-comments")).content.decode()
        assert HIS in page
        assert HERS not in page
        assert "no longer open to you" in page

    def test_are_taken_back_from_there(self, narrowed, as_charlie):
        answer = as_charlie.post(reverse("comment-withdraw", args=[narrowed.publication.public_id]))
        assert answer.headers["Location"] == reverse("own-comments")
        narrowed.refresh_from_db()
        assert narrowed.withdrawn_at is not None
        assert HIS not in as_charlie.get(reverse("own-comments")).content.decode()

    def test_are_taken_back_after_a_block_too(self, alice, bob, charlie, as_charlie):
        members = audience_for(expression=Expression(frozenset({MEMBERS})), owner=alice)
        subject = actions.say(author=alice, source=HERS, language="en", audience=members, at=AT)
        comment = actions.answer(subject=subject, author=charlie, source=HIS, at=AT)
        block(by=alice, person=charlie, at=AT)
        as_charlie.post(reverse("comment-withdraw", args=[comment.publication.public_id]))
        comment.refresh_from_db()
        assert comment.withdrawn_at is not None

    def test_of_others_are_nobody_elses_to_take_back(self, narrowed, as_bob, as_alice):
        for browser in (as_bob, as_alice):
            path = reverse("comment-withdraw", args=[narrowed.publication.public_id])
            assert browser.post(path).status_code == 404
            assert HIS not in browser.get(reverse("own-comments")).content.decode()

    def test_cost_few_queries_however_many_there_are(
        self, alice, charlie, as_charlie, django_assert_max_num_queries
    ):
        members = audience_for(expression=Expression(frozenset({MEMBERS})), owner=alice)
        for number in range(6):
            at = AT + timedelta(minutes=number)
            subject = actions.say(author=alice, source=HERS, language="en", audience=members, at=at)
            actions.answer(subject=subject, author=charlie, source=HIS, at=at)
        with django_assert_max_num_queries(9):
            page = as_charlie.get(reverse("own-comments")).content.decode()
        assert page.count(HERS) == 6


class TestTheSearch:
    def test_says_whose_connections_read_ones_own_answer(self, alice, bob, as_bob):
        from parvis.core.audiences.actions import connections_group

        hers = audience_for(expression=Expression(frozenset({connections_group(alice).pk})), owner=alice)
        subject = actions.say(author=alice, source=HERS, language="en", audience=hers, at=AT)
        actions.answer(subject=subject, author=bob, source="A cake indeed", at=AT)
        page = as_bob.get("/search/?q=cake").content.decode()
        assert "the connections of Alice" in page
        assert "my connections" not in page
