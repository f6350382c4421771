"""A closed journal is as if it had never been, to passers-by and by every way around its own addresses."""

from datetime import timedelta

import pytest

from parvis.conftest import AT
from parvis.core.audiences.actions import block
from parvis.core.audiences.models import PUBLIC, Audience
from parvis.core.site.actions import close_rooms
from parvis.core.stream import actions as stream
from parvis.rooms.journal import actions
from parvis.rooms.journal.actions import Draft, set_page, set_stale_pages
from parvis.rooms.journal.models import PostPage

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def post(alice):
    everyone = Audience.objects.get(pk=PUBLIC)
    made = actions.start_post(author=alice, language="en", at=AT - HOUR)
    draft = Draft(title="Lanterns", source="They hang in the lane.", language="en")
    return actions.publish_post(post=made, draft=draft, audience=everyone, at=AT - HOUR)


@pytest.fixture
def comment(post, bob):
    return stream.answer(subject=post.publication, author=bob, source="Lampposts", at=AT)


class TestAClosedJournal:
    def test_shows_passers_by_no_page_made_before_or_since(self, post, as_visitor):
        path = post.get_absolute_url()
        set_page(post=post, at=AT)
        assert as_visitor.get(path).status_code == 200

        close_rooms(slugs=["journal"])
        set_page(post=post, at=AT)
        set_stale_pages(AT)

        assert as_visitor.get(path).status_code == 404
        assert not PostPage.objects.unguarded("a test").exists()

    def test_has_its_pages_again_when_it_opens(self, post, as_visitor):
        close_rooms(slugs=["journal"])
        close_rooms(slugs=[])
        set_stale_pages(AT)

        assert PostPage.objects.unguarded("a test").exists()
        assert as_visitor.get(post.get_absolute_url()).status_code == 200

    def test_is_not_told_of_by_other_ways(self, post, comment, as_alice, as_bob, as_charlie, as_visitor):
        close_rooms(slugs=["journal"])

        for client in (as_alice, as_bob, as_charlie, as_visitor):
            for name in (post.publication.public_id, comment.publication.public_id):
                assert client.get(f"/p/{name}/").status_code == 404
        for client in (as_alice, as_bob, as_charlie):
            for path in (
                f"/p/{post.publication.public_id}/comment/",
                f"/report/{post.publication.public_id}/",
                f"/comments/{comment.publication.public_id}/edit/",
            ):
                assert client.get(path).status_code == 404

    def test_is_found_by_no_search_its_comments_neither(self, post, comment, as_visitor):
        assert as_visitor.get("/search/?q=lampposts").content.count(b"<mark>") == 1

        close_rooms(slugs=["journal"])

        assert b"<mark>" not in as_visitor.get("/search/?q=lampposts").content
        assert b"<mark>" not in as_visitor.get("/search/?q=lanterns").content


class TestAnAuthorsPage:
    @pytest.fixture
    def alice_says(self, post, alice):
        alice.about = {"en": "I paint signs."}
        alice.is_listed = False
        alice.save()
        return f"/journal/author/{alice.public_id}/"

    def test_tells_what_they_say_of_themselves_to_those_who_may_open_their_own(
        self, alice_says, as_charlie, as_visitor
    ):
        assert b"I paint signs." in as_charlie.get(alice_says).content
        assert b"I paint signs." not in as_visitor.get(alice_says).content

    def test_tells_it_to_nobody_across_a_shut_door(self, alice_says, alice, charlie, as_charlie):
        block(by=alice, person=charlie, at=AT)

        page = as_charlie.get(alice_says)
        assert page.status_code == 200
        assert b"I paint signs." not in page.content
        assert f"/people/{alice.public_id}/".encode() not in page.content
