"""Second thoughts: for some seconds a status goes back under its author's pen, and nobody else ever sees it again."""

import re
from datetime import timedelta

import pytest
import time_machine

from parvis.conftest import AT
from parvis.core.audiences.models import PUBLIC
from parvis.core.audiences.rule import Viewer
from parvis.core.stream import actions
from parvis.core.stream.actions import SETTLED_AFTER, UNDO_FOR, TooLateToUndo
from parvis.core.stream.models import Placement, Publication, Status, WorkingCopy
from parvis.core.stream.search import search
from parvis.core.stream.tests.test_stream_pages import answers, picture, say

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def newest() -> Publication:
    return Publication.objects.unguarded("a test looks").latest("pk")


def publish(client, words="Too soon", audience="connections"):
    """Say something from home, and bring the page that follows."""
    page = client.post("/statuses/", {"text": words, "audience": audience}, follow=True)
    assert page.redirect_chain[-1][0] == "/"
    return page.content.decode()


def undo(client):
    return client.post(f"/p/{newest().public_id}/withdraw/")


class TestUndo:
    def test_is_offered_beside_the_sentence_that_it_is_published(self, as_alice, bob):
        page = publish(as_alice)

        offer = re.search(r"Published\..*?<brief-offer[^>]*>(.*?)</brief-offer>", page, re.DOTALL)
        assert offer is not None
        assert f'action="/p/{newest().public_id}/withdraw/"' in offer[1]
        assert "Undo" in offer[1]

    def test_of_a_deletion_is_offered_for_as_long_as_the_page_stands(self, as_alice, bob):
        publish(as_alice)
        path = f"/p/{newest().public_id}"
        page = as_alice.post(f"{path}/delete/", follow=True).content.decode()

        assert f'action="{path}/restore/"' in page
        assert "<brief-offer" not in page

    def test_lasts_a_little_longer_than_it_is_offered(self):
        assert UNDO_FOR < SETTLED_AFTER

    def test_brings_the_words_and_the_readers_back_under_the_pen(self, as_alice, as_bob, bob, at):
        publish(as_alice)
        path = newest().get_absolute_url()
        assert as_bob.get(path).status_code == 200

        page = as_alice.get(undo(as_alice).headers["Location"]).content.decode()

        assert "Too soon</textarea>" in page
        assert re.search(r'value="connections"[^>]* checked', page)
        assert "Publish to 1 person" in page
        assert newest().published_at is None
        assert not Placement.objects.unguarded("test").filter(publication=newest()).exists()
        assert "Too soon" in as_alice.get("/").content.decode()
        assert as_alice.get(path).status_code == 302

    def test_leaves_nothing_to_those_who_might_have_seen_it(self, as_alice, as_bob, as_visitor, bob):
        publish(as_alice, audience="everyone")
        path = newest().get_absolute_url()
        undo(as_alice)

        assert answers([as_bob, as_visitor], path) == [404, 404]
        for client in (as_bob, as_visitor):
            assert b"Too soon" not in client.get("/").content
            assert b"Too soon" not in client.get("/search/?q=soon").content

    def test_is_remembered_with_whether_it_was_open_to_everyone(self, as_alice, bob):
        publish(as_alice, audience="everyone")
        page = as_alice.get(undo(as_alice).headers["Location"]).content.decode()

        assert newest().withdrawn_at is not None
        assert newest().was_public
        assert "It was open to everyone for these few seconds" in page

    def test_says_less_of_what_few_could_read(self, as_alice, bob):
        publish(as_alice)
        page = as_alice.get(undo(as_alice).headers["Location"]).content.decode()

        assert "Whoever could read it may have done so" in page
        assert not newest().was_public

    def test_is_too_late_after_some_seconds(self, as_alice, as_bob, bob):
        with time_machine.travel(AT, tick=False) as clock:
            publish(as_alice)
            clock.shift(SETTLED_AFTER)
            answer = as_alice.post(f"/p/{newest().public_id}/withdraw/", follow=True)
            assert "more than a few seconds" in answer.content.decode()
            assert as_bob.get(newest().get_absolute_url()).status_code == 200

    @pytest.mark.parametrize("who", ["as_bob", "as_charlie", "as_visitor"])
    def test_is_for_its_author_alone(self, who, as_alice, bob, request):
        publish(as_alice)
        client = request.getfixturevalue(who)

        assert undo(client).status_code == (302 if who == "as_visitor" else 404)
        assert newest().published_at is not None

    def test_takes_a_button(self, as_alice, bob):
        publish(as_alice)
        assert as_alice.get(f"/p/{newest().public_id}/withdraw/").status_code == 405

    def test_pressed_twice_changes_nothing_more(self, as_alice, bob):
        publish(as_alice)
        undo(as_alice)
        assert undo(as_alice).status_code == 303
        assert newest().published_at is None


class TestADraftStatus:
    def test_is_published_anew_with_other_words_for_other_people(self, as_alice, as_bob, as_charlie, bob):
        publish(as_alice)
        undo(as_alice)
        draft = newest()
        said = {"text": "At last", "language": "en", "audience": "members"}

        answer = as_alice.post(f"/p/{draft.public_id}/edit/", said, follow=True)

        assert "Undo" in answer.content.decode()
        assert newest() == draft
        assert answers([as_bob, as_charlie], draft.get_absolute_url()) == [200, 200]
        assert not WorkingCopy.objects.unguarded("test").exists()
        assert b"changed since" not in as_bob.get(draft.get_absolute_url()).content

    def test_without_words_is_refused_and_stays(self, as_alice, bob):
        publish(as_alice)
        undo(as_alice)
        answer = as_alice.post(f"/p/{newest().public_id}/edit/", {"text": " ", "audience": "members"})

        assert answer.status_code == 422
        assert newest().published_at is None
        assert Status.objects.unguarded("test").get(publication=newest()).source == "Too soon"

    def test_keeps_its_pictures(self, alice, as_bob, bob, at):
        row = say(alice, {PUBLIC}, "", pictures=[("a.jpg", picture())])
        status = Status.objects.unguarded("test").select_related("publication").get(publication=row)
        actions.withdraw_status(status=status, at=at + SECOND)
        audience = row.audience
        actions.say_anew(status=status, source="", language="en", audience=audience, at=at + 9 * SECOND)

        assert b"/media/" in as_bob.get(row.get_absolute_url()).content


class TestWithdrawing:
    def test_takes_back_what_waits_however_long_ago_it_was_chosen(self, alice, at):
        row = say(alice, {PUBLIC}, at=at)
        later = at + timedelta(days=9)
        Publication.objects.filter(pk=row.pk).update(published_at=later)
        row.published_at = later

        actions.withdraw(publication=row, at=at + timedelta(days=3))

        assert row.published_at is None
        assert row.withdrawn_at is None  # it was never out
        assert not row.was_public

    def test_is_refused_to_the_second(self, alice, at):
        row = say(alice, {PUBLIC}, at=at)
        with pytest.raises(TooLateToUndo):
            actions.withdraw(publication=row, at=at + SETTLED_AFTER)
        actions.withdraw(publication=row, at=at + SETTLED_AFTER - SECOND)

    def test_makes_it_unfindable(self, alice, at):
        row = say(alice, {PUBLIC}, "Unfindable", at=at)
        passer_by = Viewer.of(None, at + SECOND)
        assert search(passer_by, "unfindable").hits
        actions.withdraw(publication=row, at=at + SECOND)
        assert not search(passer_by, "unfindable").hits
