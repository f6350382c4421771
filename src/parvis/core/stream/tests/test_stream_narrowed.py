"""What a standing rule has narrowed with time: its comments, its glyph, and the links to it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from parvis.conftest import AT
from parvis.core.audiences.actions import Expression, audience_for, connections_group
from parvis.core.audiences.models import PUBLIC
from parvis.core.audiences.rule import Viewer
from parvis.core.stream import actions
from parvis.core.stream.models import Comment, StandingRule

pytestmark = pytest.mark.django_db


def narrow(alice, include=()):
    """After a week, what Alice published is for these groups."""
    audience = audience_for(expression=Expression(frozenset(include)), owner=alice)
    return actions.set_standing_rule(person=alice, kind="", after_days=7, audience=audience, at=AT)


@pytest.fixture
def old(alice):
    """A public status of ten days ago."""
    everyone = audience_for(expression=Expression(frozenset({PUBLIC})), owner=alice)
    ten_days_ago = AT - timedelta(days=10)
    return actions.say(author=alice, source="Lake", language="en", audience=everyone, at=ten_days_ago)


class TestAComment:
    def test_is_for_those_who_could_read_when_it_was_written(self, old, alice, bob, charlie, as_visitor):
        rule = narrow(alice, {connections_group(alice).pk})
        actions.answer(subject=old, author=bob, source="Between us", at=AT)
        actions.drop_standing_rule(rule=rule)

        readers = [
            person
            for person in (alice, bob, charlie, None)
            if Comment.objects.visible_to(Viewer.of(person, AT)).exists()
        ]
        assert readers == [alice, bob]
        page = as_visitor.get(old.get_absolute_url())
        assert page.status_code == 200
        assert b"Between us" not in page.content

    def test_under_what_is_not_narrowed_yet_is_for_all_its_readers(self, old, alice, bob):
        actions.answer(subject=old, author=bob, source="Hello", at=AT - timedelta(days=9))
        rule = narrow(alice, {connections_group(alice).pk})
        assert not Comment.objects.visible_to(Viewer.of(None, AT)).exists()
        actions.drop_standing_rule(rule=rule)
        assert Comment.objects.visible_to(Viewer.of(None, AT)).exists()


class TestThePage:
    def test_says_for_whom_it_is_now(self, old, alice, as_alice, as_bob):
        before = as_bob.get(old.get_absolute_url()).content.decode()
        assert "open-everyone" in before
        assert 'property="og:title"' in before
        narrow(alice, {connections_group(alice).pk})
        for browser in (as_alice, as_bob):
            page = browser.get(old.get_absolute_url()).content.decode()
            assert "open-connections" in page
            assert "open-everyone" not in page
            assert "og:title" not in page
            assert '<meta name="robots" content="noindex">' in page

    def test_of_a_list_says_so_too(self, old, alice, as_bob):
        narrow(alice, {connections_group(alice).pk})
        page = as_bob.get(reverse("person", args=[alice.public_id])).content.decode()
        assert "open-connections" in page
        assert "open-everyone" not in page


class TestALink:
    def test_is_made_for_what_is_public_no_more(self, old, alice, as_alice, as_visitor):
        narrow(alice, {connections_group(alice).pk})
        there = reverse("publication-links", args=[old.public_id])
        assert "This is public already" not in as_alice.get(there).content.decode()
        page = as_alice.post(there, {"label": "For the choir"}).content.decode()
        link = page.split('value="http://testserver')[1].split('"')[0]
        assert as_visitor.get(old.get_absolute_url()).status_code == 404
        as_visitor.post(link.split("?")[0], {"to": old.public_id})
        assert as_visitor.get(old.get_absolute_url()).status_code == 200

    def test_that_would_open_nothing_is_not_made(self, old, alice, as_alice):
        narrow(alice)
        there = reverse("publication-links", args=[old.public_id])
        page = as_alice.post(there, {"label": ""}).content.decode()
        assert "A rule of yours keeps this for you alone" in page
        assert "told only now" not in page
        old.refresh_from_db()
        assert old.audience_id == PUBLIC
        actions.drop_standing_rule(rule=StandingRule.objects.get())
        assert "This is public already" in as_alice.get(there).content.decode()
