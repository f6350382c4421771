"""Second thoughts about a post: it goes back to the desk as it was, and its address answers to nobody."""

import pytest
import time_machine

from parvis.conftest import AT
from parvis.core.stream.actions import SETTLED_AFTER
from parvis.rooms.journal.models import PostPage
from parvis.rooms.journal.tests.test_journal_writing import address, begun, newest, words
from parvis.rooms.journal.tests.worlds import publish

pytestmark = pytest.mark.django_db


def out(client, **over):
    """A post of this browser's author that has just come out, and the page that says so."""
    post = begun(client)
    page = client.post(address("edit", post), words(post, **over), follow=True)
    assert page.status_code == 200
    return newest(), page.content.decode()


class TestUndo:
    def test_is_offered_on_the_page_of_the_post(self, as_alice):
        post, page = out(as_alice)
        assert f'action="{address("withdraw", post)}"' in page
        assert "<brief-offer" in page

    def test_makes_a_draft_of_it_with_everything_as_it_was(self, as_alice, as_bob, as_visitor, bob):
        post, _page = out(as_alice, text="Mot *à* mot.", tags="eau, terre", audience="connections")
        where = post.get_absolute_url()
        assert as_bob.get(where).status_code == 200

        answer = as_alice.post(address("withdraw", post))

        page = as_alice.get(answer.headers["Location"]).content.decode()
        assert answer.headers["Location"] == address("edit", post)
        for kept in ("Le titre", "Mot *à* mot.", "eau, terre", "Publish to 1 person", "You took it back"):
            assert kept in page
        assert [client.get(where).status_code for client in (as_bob, as_visitor)] == [404, 404]

    def test_leaves_no_page_feed_or_list_to_passers_by(self, as_alice, as_visitor):
        post, _page = out(as_alice)
        where = post.get_absolute_url()
        assert PostPage.objects.unguarded("test").exists()
        as_alice.post(address("withdraw", post))

        assert as_visitor.get(where).status_code == 404
        for path in ("/journal/", "/journal/feed/atom/", "/journal/archives/", "/sitemap.xml", "/"):
            shown = as_visitor.get(path).content.decode()
            assert "Le titre" not in shown
            assert where not in shown

    def test_and_publishing_it_again_gives_the_same_address(self, as_alice, as_visitor):
        post, _page = out(as_alice)
        where = post.get_absolute_url()
        as_alice.post(address("withdraw", post))
        again = as_alice.post(address("edit", post), words(post))

        assert again.headers["Location"] == where
        assert as_visitor.get(where).status_code == 200

    def test_is_too_late_after_some_seconds(self, as_alice, as_visitor):
        with time_machine.travel(AT, tick=False) as clock:
            post, _page = out(as_alice)
            clock.shift(SETTLED_AFTER)
            answer = as_alice.post(address("withdraw", post), follow=True)
            assert "more than a few seconds" in answer.content.decode()
            assert as_visitor.get(post.get_absolute_url()).status_code == 200

    def test_is_not_offered_for_changes_of_what_is_out(self, as_alice, alice):
        post = publish(alice, "Avant", at=AT)
        page = as_alice.post(address("edit", post), words(post), follow=True).content.decode()
        assert "It is published." in page
        assert "withdraw" not in page

    def test_makes_a_draft_of_what_waits_at_any_time(self, as_alice):
        said = {"do": "schedule", "on_day": "2099-01-15", "on_time": "09:30"}
        post, page = out(as_alice, **said)
        assert "Undo" in page
        assert address("withdraw", post) in as_alice.get(address("edit", post)).content.decode()
        as_alice.post(address("withdraw", post))

        assert newest().publication.published_at is None
        assert "You took it back" not in as_alice.get(address("edit", post)).content.decode()

    @pytest.mark.parametrize("who", ["as_bob", "as_owner", "as_visitor"])
    def test_is_for_its_author_alone(self, who, as_alice, request):
        post, _page = out(as_alice)
        client = request.getfixturevalue(who)
        assert client.post(address("withdraw", post)).status_code in {302, 404}
        assert newest().publication.published_at is not None
